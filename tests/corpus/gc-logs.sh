#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds oomwhy gc against a collection that is no part of the project: the logs of real programs, of
# which it is known what is wrong with them. From the collector's lines alone it may say less than
# that, and nothing else. Of logs from elsewhere nothing is known, and they are short: no label at
# all. Skipped where the collection is not there.
#
#   gc-logs.sh OOMWHY FOLDER
set -eu
oomwhy=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") folder=$2

[ -x "$folder/check" ] || { echo "no collection of logs beside the project"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not there, which the collection needs"; exit 77; }
command -v jq >/dev/null || { echo "jq is not there"; exit 77; }

failed=0
answers=$("$folder/check" -v "$oomwhy" || :)
printf '%s\n' "$answers" | grep ': gc ' || :
printf '%s\n' "$answers" | grep -qE '(^|  )gc ([1-9][0-9]*)/\2(  |$)' || failed=1

for log in "$folder"/gctrace-wild/*.log; do
  said=$("$oomwhy" gc --json "$log" 2>/dev/null | jq -r '.processes[].labels[]')
  [ -z "$said" ] || { echo "$log: $said"; failed=1; }
done

# A leak, a heap that is level and a spiral are known from their lines alone.
expect() {
  log=$folder/$1/gctrace.log what=$2
  [ -r "$log" ] || return 0
  "$oomwhy" gc --json "$log" | jq -e "$what" >/dev/null || { echo "$log is not: $what"; failed=1; }
}
expect B-http-handler-leak '.processes[0].labels == ["live-heap-leak"]'
expect E-steady-churn '.processes[0].trend.verdict == "flat"'
expect H-memlimit-spiral '.processes[0].labels == ["live-heap-leak", "gc-death-spiral"]'
exit $failed
