# SPDX-License-Identifier: Apache-2.0
# Holds what the commands say of a kernel log against what is known of it; results in TAP.
# shellcheck shell=sh disable=SC2154
#
# Sourced by the tests, which set $kills and $report to the programs and $here to this folder.

count=0
failed=0

# skip REASON: for meson, the test could not run here.
skip() {
  echo "1..0 # SKIP $*"
  exit 77
}

# result NAME DIFFERENCES: one line of TAP, and the differences below it.
result() {
  count=$((count + 1))
  if [ -z "$2" ]; then
    echo "ok $count - $1"
  else
    failed=$((failed + 1))
    echo "not ok $count - $1"
    echo "$2" | sed 's/^/# /'
  fi
}

plan() {
  echo "1..$count"
  [ $failed -eq 0 ]
}

# status EXPECTED COMMAND...: runs it; says so when the exit status is another one.
status() {
  expected=$1 got=0
  shift
  { said=$("$@" 2>&1 >&4) || got=$?; } 4>&1
  [ $got -eq "$expected" ] || echo "exit status $got, not $expected: $said" >&2
}

# compare NAME TRUTH LOG: the records and the report of a log.
compare() {
  expected=$(jq 'if .records > 0 then 0 else 3 end' "$2")
  result "$1: kills" "$({ status "$expected" "$kills" --json "$3" |
    jq -n -r --slurpfile truth "$2" -f "$here/kills.jq"; } 2>&1)"
  result "$1: report" "$({ status "$expected" "$report" --json "$3" |
    jq -n -r --slurpfile truth "$2" -f "$here/report.jq"; } 2>&1)"
}
