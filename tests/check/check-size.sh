#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of code is split at 600 lines, a function ends at 60. Those past 400 and 40 are named, so
# that they are seen before they are too long.
set -eu
cd "$1"

# No name of a source has a blank.
# shellcheck disable=SC2046
awk '
  function say(what, n, may, must) {
    if (n > may)
      printf "%s has %d lines, at most %d\n", what, n, must
    if (n > must)
      bad = 1
  }
  function end_file() {
    if (file)
      say(file, lines, 400, 600)
  }
  FNR == 1 { end_file(); file = FILENAME; start = 0 }
  { lines = FNR }
  /^[A-Za-z].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
  /^{/ { start = FNR }
  /^}/ && start { say(file ": " name "()", FNR - start - 1, 40, 60); start = 0 }
  END { end_file(); exit bad }
' $(find lib cmd -name '*.c' | sort)
