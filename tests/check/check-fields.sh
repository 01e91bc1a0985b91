#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of docs/formats/kill.md are those of lib/record/oom.c. BLESS=1 writes them.
set -eu
print=$2
doc=$1/docs/formats/kill.md
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT

sed '/^<!-- fields:/q' "$doc" >"$tmp"
"$print" >>"$tmp"
if [ -n "${BLESS:-}" ]; then
  cat "$tmp" >"$doc"
else
  diff -u "$doc" "$tmp"
fi
