#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs every NAME.sh of a folder and compares what it prints with the NAME.out beside it: both
# streams, then the exit status. BLESS=1 writes the .out instead.
#
#   run-cases.sh BINDIR CASES
#
# A case runs in an empty folder of its own that is gone afterwards, with the commands of BINDIR
# first on PATH; $OW_TEST_DATA are the fixtures, $OW_CASES is the folder of the case itself.
set -eu
bin=$(cd "$1" && pwd) cases=$(cd "$2" && pwd) bad=0
export PATH="$bin:$PATH" TZ=UTC LC_ALL=C COLUMNS=80 NO_COLOR=1 OW_CASES="$cases"
unset DOCKER_HOST OOMWHY_PAGER PAGER || :
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

n=0
for case in "$cases"/*.sh; do
  [ -e "$case" ] || break
  n=$((n + 1))
  expected=${case%.sh}.out
  mkdir "$tmp/here"
  status=0
  (cd "$tmp/here" && sh "$case" </dev/null) >"$tmp/got" 2>&1 || status=$?
  echo "exit $status" >>"$tmp/got"
  rm -rf "$tmp/here"

  name=$(basename "$case" .sh)
  [ -z "${BLESS:-}" ] || cp "$tmp/got" "$expected"
  if diff -u "$expected" "$tmp/got" >"$tmp/diff" 2>&1; then
    echo "ok $n - $name"
  else
    echo "not ok $n - $name"
    sed 's/^/# /' "$tmp/diff"
    bad=1
  fi
done
echo "1..$n"
exit $bad
