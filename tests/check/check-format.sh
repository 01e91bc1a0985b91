#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# .clang-format is written for clang-format 14; others lay out some lines in another way.
set -eu
cd "$1"
. tests/check/files.sh

for tool in clang-format-14 clang-format; do
  if command -v "$tool" >/dev/null && "$tool" --version | grep -q 'version 14\.'; then
    # No name of a source has a blank.
    # shellcheck disable=SC2046
    exec "$tool" --dry-run -Werror $(files -name '*.[ch]')
  fi
done
skip "no clang-format 14"
