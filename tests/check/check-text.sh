#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Texts lead somewhere: relative links and paths of the project that the documents name exist. And
# no file names a directory of one person's machine.
set -eu
cd "$1"
. tests/check/files.sh
bad=0

# Every name after the pattern $2 in the file $1 that is not there; names with NAME or COMMAND are patterns.
dead() {
  grep -oE "$2" "$1" | sed 's/^](//; s/`//g' | grep -vE 'NAME|COMMAND' | while read -r path; do
    [ -e "$3/$path" ] || echo "$1: no such file: $path"
  done
}

for file in $(files -name '*.md' -o -name '*.scd'); do
  found=$(
    dead "$file" '\]\([^)#: ]+' "$(dirname "$file")"
    # A path from the root, if its first part is one of the tree: `lib/read/oom.c`.
    # shellcheck disable=SC2016
    dead "$file" '`(lib|cmd|tests|docs|contrib|\.ci)/[A-Za-z0-9_./-]+`' .
  )
  [ -z "$found" ] || { echo "$found" && bad=1; }
done

# shellcheck disable=SC2046
if grep -nE '(^|[^A-Za-z0-9_.$/}])/(builds|home|root|Users|work|workspace)/[A-Za-z]' $(files -not -name check-text.sh); then
  echo "a path of one machine"
  bad=1
fi
exit $bad
