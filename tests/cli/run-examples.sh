#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the examples of a text and compares what they print with what the text says they print.
#
#   run-examples.sh BINDIR FILE...
#
# An example stands in a block between ``` lines: "$ COMMAND", then its output, standard error
# included. A line of the text that is only "..." stands for any number of lines. A block that begins
# otherwise, as with "# COMMAND" for root, is not run. Commands run in a folder of their own that
# shows contrib, docs and tests as the root of the tree does, so that a file that they write is gone
# afterwards.
set -eu
bin=$(cd "$1" && pwd)
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
export PATH="$bin:$PATH" TZ=UTC LC_ALL=C.UTF-8 COLUMNS=80 NO_COLOR=1
unset DOCKER_HOST OOMWHY_PAGER PAGER || :
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/here"
ln -s "$root/contrib" "$root/docs" "$root/tests" "$tmp/here/"

n=0 bad=0
for file; do
  # Each example becomes N.command and N.expected. A page's blocks are indented.
  awk -v dir="$tmp" '
    /^\t?```/ { inside = !inside; command = ""; next }
    !inside { next }
    { sub(/^\t/, "") }
    /^\$ / {
      command = sprintf("%s/%03d", dir, ++n)
      print substr($0, 3) > (command ".command")
      printf "" > (command ".expected")
      next
    }
    command != "" { print > (command ".expected") }
  ' "$file"
  for command in "$tmp"/*.command; do
    [ -e "$command" ] || break
    n=$((n + 1))
    name="$(basename "$file"): $(cat "$command")"
    (cd "$tmp/here" && sh "$command" </dev/null) >"$tmp/got" 2>&1 || :
    if awk -v skip=0 '
      FILENAME == ARGV[1] { want[++wants] = $0; next }
      BEGIN { at = 1 }
      {
        while (at <= wants && want[at] == "...") { skip = 1; at++ }
        if (at <= wants && $0 == want[at]) { at++; skip = 0 }
        else if (!skip) { print "# not expected: " $0; bad = 1; exit 1 }
      }
      END {
        while (at <= wants && want[at] == "...") at++
        if (!bad && at <= wants) { print "# never came: " want[at]; exit 1 }
        exit bad
      }' "${command%.command}.expected" "$tmp/got" >"$tmp/diff"; then
      printf '%s\n' "ok $n - $name"
    else
      printf '%s\n' "not ok $n - $name"
      cat "$tmp/diff"
      bad=1
    fi
  done
  rm -f "$tmp"/*.command "$tmp"/*.expected
done
echo "1..$n"
exit $bad
