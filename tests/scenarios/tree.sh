# SPDX-License-Identifier: Apache-2.0
# What came of the scenario tenants (groups.sh), compared; results in TAP. Sourced after compare.sh.
# shellcheck shell=sh disable=SC2154

# The lines of one part of an answer.
part() {
  awk -v part="== $2" '/^== / { inside = $0 == part; next } inside { print }' "$1"
}

# make_tree FILES FOLDER: what dump_files of groups.sh wrote, as files again.
make_tree() {
  mkdir -p "$2"
  (
    cd "$2" || exit
    sed -n 's,^@ \(.*\)/[^/]*$,\1,p' | sort -u | xargs mkdir -p
  ) <"$1"
  (cd "$2" && awk '/^@ / { close(file); file = substr($0, 3); printf "" >file; next }
    { print >file }') <"$1"
}

# same_groups JSON JSON: how they differ; what is in $top of the first is all of the second.
same_groups() {
  jq -n -r --slurpfile live "$1" --slurpfile tree "$2" --arg top "${top:-}" \
    -f "$here/same-groups.jq" 2>&1
}

# compare_groups ANSWER KERNEL GROUPS TREE ROOT: makes the folder TREE of the files in the answer, in
# which ROOT is what is laid out like /sys/fs/cgroup.
compare_groups() {
  part "$1" groups >"$tmp/groups.json"
  part "$1" expect >"$tmp/expect.json"
  part "$1" files >"$tmp/files"
  jq -n -r -f "$here/groups.jq" "$tmp/expect.json" >"$tmp/expect.jq"
  result "what is read is what is known" \
    "$(jq -n -r --arg kernel "$2" -f "$tmp/expect.jq" "$tmp/groups.json" 2>&1)"
  make_tree "$tmp/files" "$4"
  result "the files alone say the same" "$("$3" "$5" / 2>&1 >"$tmp/tree.json" &&
    same_groups "$tmp/groups.json" "$tmp/tree.json")"
}
