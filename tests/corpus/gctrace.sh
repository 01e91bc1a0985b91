#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds the reader of gctrace against a collection that is no part of the project: real logs of many
# versions of Go, one that is torn, and one in several wrappers. Skipped where it is not there.
#
#   gctrace.sh LIST-GC FOLDER
set -eu
list=$1 folder=$2 wrong=0 lines=0

[ -f "$folder/gctrace-wild/INDEX.tsv" ] || { echo "no collection of gctrace beside the project"; exit 77; }

# Every line that is listed is read.
while IFS='	' read -r file _ _ _ n _; do
  case $file in '' | file) continue ;; esac
  found=$("$list" "$folder/gctrace-wild/$file" | wc -l)
  lines=$((lines + n))
  [ "$found" -eq "$n" ] || { echo "$file: $found collections, $n lines" && wrong=1; }
done <"$folder/gctrace-wild/INDEX.tsv"
[ "$lines" -gt 0 ] || { echo "nothing is listed" && exit 1; }

# What was torn is what stands there without the whole lines of the program.
intact=$(sed -E 's/20[0-9]{2}(\/[0-9]{2}){2} [0-9:]{8} (INFO request|WARN slow) id=.*/@/' \
  "$folder/T-torn-lines/stderr.log" |
  awk '{ torn = sub(/@$/, ""); printf "%s%s", $0, torn ? "" : "\n" }' | grep '^gc ')
[ "$(printf '%s\n' "$intact" | wc -l)" -eq 142 ] || { echo "T is not what it was" && exit 1; }
[ "$("$list" "$folder/T-torn-lines/stderr.log")" = "$intact" ] || { echo "torn lines differ" && wrong=1; }

# A wrapper changes nothing.
bare=$("$list" "$folder/B-http-handler-leak/gctrace.log")
for log in "$folder"/W-wrapped-logs/*.log; do
  [ "$("$list" "$log")" = "$bare" ] || { echo "$log differs" && wrong=1; }
done

# And a log of nothing else is read to the last line.
for log in "$folder"/[A-H]*/gctrace.log; do
  [ "$("$list" "$log")" = "$(grep '^gc ' "$log")" ] || { echo "$log differs" && wrong=1; }
done
exit $wrong
