#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A man page is sound, and says of its command's options what --help says.
#
#   check-man.sh EXE PAGE
set -eu
exe=$1 page=$2 bad=0
# shellcheck source=tests/check/files.sh
. "$(dirname "$0")/files.sh"
command -v mandoc >/dev/null || skip "no mandoc"

# scdoc begins each block with a paragraph macro; mandoc would have it only between blocks.
if mandoc -T lint -W warning "$page" | grep -v 'skipping paragraph macro: PP'; then
  bad=1
fi

text=$(mandoc -T ascii -O width=1000 "$page" | sed 's/.\x08//g')
options=$(mktemp)
trap 'rm -f "$options"' EXIT
"$exe" --help | grep -oE '^ +(-[A-Za-z0-9], +)?--[a-z_-]+' | sed 's/^ *//; s/,  */, /' >"$options"
[ -s "$options" ] || { echo "$exe --help lists no options" && exit 1; }
while read -r option; do
  printf '%s\n' "$text" | grep -qE "^ +$option(\\[|=|\$)" ||
    { echo "$page: no entry for: $option" && bad=1; }
done <"$options"

for section in NAME SYNOPSIS DESCRIPTION OPTIONS 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
  printf '%s\n' "$text" | grep -qx "$section" || { echo "$page: no section $section" && bad=1; }
done
if printf '%s\n' "$text" | grep -n '@[A-Z]*@'; then
  echo "$page: not filled in"
  bad=1
fi
exit $bad
