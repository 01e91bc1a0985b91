#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds oomwhy account against processes of which the truth is known, from their snapshots alone, in a
# collection that is no part of the project: all four give the labels of the truth, but for causes that
# only a log shows; three, two or one of them, and one kind of file alone, give some of these or none.
# And the steps add up. Skipped where the collection is not there.
#
#   go-accounts.sh OOMWHY FOLDER
set -eu
oomwhy=$(cd "$(dirname "$1")" && pwd)/$(basename "$1") folder=$2
[ -e "$folder/truth.tsv" ] || { echo "no collection of Go processes beside the project"; exit 77; }
command -v jq >/dev/null || { echo "jq is not there"; exit 77; }

bad=0 runs=0 cases=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kinds='heap.%s.debug1.txt heap.%s.pb.gz metrics.%s.prom rtmetrics.%s.txt status.%s smaps_rollup.%s
  goroutine.%s.debug1.txt'

# shellcheck disable=SC2016 # it is jq's
adds_up='reduce .steps[] as $s ({sum: null, ok: true};
  if $s.kind != "total" then .sum += $s.bytes
  elif .sum == null or .sum == $s.bytes then .sum = $s.bytes
  else .ok = false end) | .ok'

# ask MOMENTS KINDS: the labels, sorted; what is not in the truth is an accusation.
ask() {
  files=
  for kind in $2; do
    for moment in $1; do
      # shellcheck disable=SC2059 # a kind is a format
      files="$files $(printf "$kind" "$moment")"
    done
  done
  status=0
  runs=$((runs + 1))
  # shellcheck disable=SC2086 # names without blanks
  (cd "$folder/$case" && "$oomwhy" account --json $files) >"$work/json" 2>"$work/err" || status=$?
  if [ "$status" = 3 ]; then
    got=
    return
  elif [ "$status" != 0 ]; then
    echo "$case, $1, $2: exit status $status: $(cat "$work/err")" && bad=1
    got=
    return
  fi
  got=$(jq -r '.labels | sort | join(",")' "$work/json")
  [ "$(jq "$adds_up" "$work/json")" = true ] || { echo "$case, $1, $2: the steps do not add up" && bad=1; }
  for label in $(echo "$got" | tr , ' '); do
    case ",$labels," in
    *",$label,"*) ;;
    *) echo "$case, $1, $2: $label is not so" && bad=1 ;;
    esac
  done
}

# A case and its labels, "-" for none: empty columns would be lost.
awk -F '\t' 'NR > 1 { print $1, $3 == "" ? "-" : $3 }' "$folder/truth.tsv" >"$work/truth"
while read -r case labels; do
  [ -e "$folder/$case/status.0" ] || continue
  [ "$labels" != - ] || labels=
  cases=$((cases + 1))
  ask '0 1 2 3' "$kinds"
  want=$(echo "$labels" | tr , '\n' | sort | paste -sd , -)
  [ "$got" = "$want" ] || { echo "$case: said '$got', not '$want'" && bad=1; }
  for moments in '0 1 2' '1 2 3' '0 2 3' '0 1' '1 2' '2 3' '0 3' 0 1 2 3; do
    ask "$moments" "$kinds"
  done
  for kind in $kinds; do
    ask '0 1 2 3' "$kind"
  done
  ask '0 1 2 3' 'heap.%s.pb.gz status.%s'
  ask '0 1 2 3' 'metrics.%s.prom status.%s smaps_rollup.%s'
done <"$work/truth"
echo "$cases processes, $runs accounts"
[ "$cases" -gt 0 ] || { echo "the collection has no snapshots" && bad=1; }
exit $bad
