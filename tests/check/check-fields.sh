#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The tables of docs/formats/NAME.md are those of lib/record. BLESS=1 writes them.
#
#   check-fields.sh ROOT PRINT-FIELDS NAME
set -eu
print=$2 name=$3
doc=$1/docs/formats/$name.md
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT

sed '/^<!-- fields:/q' "$doc" >"$tmp"
"$print" "$name" >>"$tmp"
if [ -n "${BLESS:-}" ]; then
  cat "$tmp" >"$doc"
else
  diff -u "$doc" "$tmp"
fi
