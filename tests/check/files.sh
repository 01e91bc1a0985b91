# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# Sourced by the checks. Not from git: a tarball has none.

# The files of the project below the current directory that match find's tests, sorted. What was
# built is left out, and so are fixtures: they are other people's bytes.
files() {
  find . \( -path ./.git -o -path './build*' -o -path ./tests/data -o -path ./tests/fuzz/corpus \
    -o -path ./contrib/example-case/case -o -path ./contrib/example-host/sys \
    -o -type d -exec test -e '{}/build.ninja' \; \) -prune -o -type f \( "$@" \) -print | sort
}

# Those of them that are shell scripts by their first line.
scripts() {
  files -perm -u+x | while read -r file; do
    case $(head -n 1 "$file" | tr -d '\0') in
    '#!/bin/sh'* | '#!/bin/bash'* | '#!/usr/bin/env bash'*) echo "$file" ;;
    esac
  done
}

# For a check whose tool is not here.
skip() {
  echo "skipped: $*"
  exit 77
}
