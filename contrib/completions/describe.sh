#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The option tables of all commands in one file, and the words that explain knows: what the
# completions are made from.
set -eu

for exe; do
  "$exe" --describe
  case $exe in
  *-explain) "$exe" --no-pager | sed -n 's/^  \([^ ]*\).*/word\t\1/p' | sort -u ;;
  esac
done
