#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What every command owes its user: help on standard output, within 80 columns; its version; and a
# wrong option refused on standard error with status 2.
set -eu
exe=$1
name=$(basename "$exe")
bad=0

fail() {
  echo "$name $*"
  bad=1
}

help=$("$exe" --help)
[ -n "$help" ] || fail "--help says nothing"
[ "$help" = "$("$exe" -h)" ] || fail "-h and --help differ"
[ -z "$("$exe" --help 2>&1 >/dev/null)" ] || fail "--help writes to standard error"
if printf '%s\n' "$help" | grep -n '.\{81\}'; then fail "--help is wider than 80 columns"; fi
printf '%s\n' "$help" | head -n 1 | grep -q "^Usage: $name" || fail "--help begins without usage"

"$exe" --version | grep -qE "^$name [0-9]+\.[0-9]+\.[0-9]+" || fail "--version says no version"

status=0
out=$("$exe" --no-such-option 2>/dev/null) || status=$?
[ $status = 2 ] || fail "ends with $status for an unknown option, not 2"
[ -z "$out" ] || fail "writes its errors to standard output"
[ -n "$("$exe" --no-such-option 2>&1 >/dev/null)" ] || fail "is silent about an unknown option"

if [ -w /dev/full ]; then
  status=0
  "$exe" --help >/dev/full 2>/dev/null || status=$?
  [ $status = 1 ] || fail "ends with $status when its output cannot be written, not 1"
fi
exit $bad
