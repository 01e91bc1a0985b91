#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds oomwhy heap against two collections that are no part of the project: pprof's own goldens, and
# what pprof made of profiles of real programs. Skipped where they are not there.
#
#   heap-profiles.sh OOMWHY FOLDER
set -eu
oomwhy=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") folder=$2

[ -x "$folder/check" ] || { echo "no collection of profiles beside the project"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not there, which the collection needs"; exit 77; }
command -v bash >/dev/null || { echo "bash is not there, which the collection needs"; exit 77; }

goldens=$("$folder/pprof-golden/check.sh" "$oomwhy" heap)
printf '%s\n' "$goldens" | grep -v '^same' || :
all=$(printf '%s\n' "$goldens" | sed -n 's/^\([0-9]*\) of \1$/\1/p')
[ -n "$all" ] || exit 1
[ "$all" -gt 0 ] || { echo "the collection has no goldens" && exit 1; }

# It asks for other commands as well; only what it says of this one counts here.
answers=$("$folder/check" -v "$oomwhy" || :)
printf '%s\n' "$answers" | grep ': heap ' || :
printf '%s\n' "$answers" | grep -qE '(^|  )heap ([1-9][0-9]*)/\2(  |$)'
