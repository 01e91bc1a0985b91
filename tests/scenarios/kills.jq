# SPDX-License-Identifier: Apache-2.0
# How the records of oomwhy kills --json (the inputs) differ from what is known, one line a
# difference: jq -n -r --slurpfile truth truth.json -f kills.jq

def people: map({pid, comm, uid}) | unique;

# What holds for a record that has its head, and with it all its parts.
def oddities:
  (select(.missing // [] | length > 0) | "missing are \(.missing | tojson)"),
  (select(.kernel != $truth[0].kernel) | "kernel is \(.kernel)"),
  ((.tasks // []) as $tasks | .victims[]?
    | select([.pid, .comm] | IN($tasks[] | [.pid, .comm]) | not)
    | "the victim \(.pid) is not in the task table"),
  (.tasks[]? | select(.rss_bytes > .total_vm_bytes)
    | "task \(.pid) has more rss than addresses"),
  (select($truth[0].labels | index("oom-shrink") | not)
    | select(.limit_bytes and (.usage_bytes > .limit_bytes * 1.1 or .usage_bytes < .limit_bytes * 0.75))
    | "usage \(.usage_bytes) is far from the limit \(.limit_bytes)");

[inputs] as $kills | $truth[0] as $t
| ([$kills[].victims[]?] | people) as $dead
| (select($kills | length != $t.records)
  | "there are \($kills | length) records, not \($t.records)"),
(select($dead != ($t.victims | people))
  | "the dead are \($dead | tojson), not \($t.victims | people | tojson)"),
($kills | to_entries[] | "record \(.key + 1): " + (.value
  | (select(.schema != "oomwhy.kill/1") | "schema is \(.schema)"),
  (select(.trigger) | oddities),
  (. as $kill | $t.every | to_entries[] | select($kill[.key] != .value)
    | "\(.key) is \($kill[.key] | tojson), not \(.value | tojson)")))
