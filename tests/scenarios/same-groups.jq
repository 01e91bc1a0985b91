# SPDX-License-Identifier: Apache-2.0
# How the groups of two readings of the same files differ, one line a difference:
# jq -n -r --slurpfile live live.json --slurpfile tree tree.json --arg top /test -f same-groups.jq
#
# Of the live ones $top is the root of the others, or nothing. The groups live on between the two: what moves by itself has only to be there in both.

def groups: map(select(.schema == "oomwhy.cgroup/1")
  # The shells that read the files are processes, too.
  | del(.container)
  | .path |= if . == $top or . == "/" then "/" else ltrimstr($top) end
  | if .path == "/" then del(.processes, .binding_limit) else . end
  | (.binding_limit | select(. != null).path) |= ltrimstr($top));
def moves: IN("usage_bytes", "headroom_bytes", "avg10_permyriad", "avg60_permyriad",
  "avg300_permyriad", "total_usec", "peak_bytes", "high", "max", "fail");
def still: . as $object
  | [paths(scalars) | select(.[0] != "stat" and (.[-1] | moves | not))]
  | map({key: map(tostring) | join("."), value: (. as $p | $object | getpath($p))}) | from_entries;
def shape: [paths(scalars) | map(tostring) | join(".")] | sort;

($live | groups) as $a | ($tree | groups) as $b
| ($a | map(.path)) as $paths
| (select($paths != ($b | map(.path))) | "the groups are \($paths), then \($b | map(.path))"),
(range($paths | length) as $i
  | (select(($a[$i] | shape) != ($b[$i] | shape))
    | "\($paths[$i]) has \(($a[$i] | shape) - ($b[$i] | shape)), then \(($b[$i] | shape) - ($a[$i] | shape))"),
  (select(($a[$i] | still) != ($b[$i] | still))
    | "\($paths[$i]) is \($a[$i] | still), then \($b[$i] | still)"))
