#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real programs of which it is known which line of them leaks: oomwhy heap has to name it first, from
# the profile and from the page of debug=1 alike. A collection that is no part of the project; skipped
# where it is not there.
#
#   heap-holders.sh OOMWHY FOLDER
set -eu
oomwhy=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") folder=$2

[ -r "$folder/truth.tsv" ] || { echo "no collection of profiles beside the project"; exit 77; }
command -v jq >/dev/null || { echo "jq is not there"; exit 77; }

# Case, verdict, labels, "main.f -> bytes.Repeat", "main.go:33 (called from ...)", what else.
truth() {
  awk -F '\t' -v name="$1" '$1 == name { split($4, f, " "); split($5, at, "[ ,]"); print f[1], at[1] }' \
    "$folder/truth.tsv"
}

bad=0 n=0
check() { # CASE EXPECTED JQ
  for file in "$folder/$1/heap.3.pb.gz" "$folder/$1/heap.3.debug1.txt"; do
    [ -r "$file" ] || continue
    n=$((n + 1))
    got=$("$oomwhy" heap --json "$file" | jq -r "$3")
    [ "$got" = "$2" ] || { echo "$file: $got, not $2" && bad=1; }
  done
}

who='.rows[0] | "\(.who.name) \(.who.file | split("/") | last):\(.who.line)"'
for case in "$folder"/[ABDEH]-* "$folder"/F3-*; do
  [ -d "$case" ] || continue
  case=$(basename "$case")
  check "$case" "$(truth "$case")" "$who"
done
# Goroutines that wait hold stacks, which a heap profile does not show: it must accuse nobody.
check C-goroutine-leak 'runtime.malg null' '.rows[0] | "\(.site.name) \(.who)"'
# What keeps the nodes of a list is the array of the function that makes them.
check H-memlimit-spiral '23 8' '.rows[0].keeper | "\(.site.line) \(.slot_bytes)"'
[ $n -gt 10 ] || { echo "the collection has only $n of these profiles" && exit 1; }
[ $bad != 0 ] || echo "$n profiles name the line that leaks"
exit $bad
