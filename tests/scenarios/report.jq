# SPDX-License-Identifier: Apache-2.0
# How oomwhy report --json (the input) differs from the labels that are known, one line a
# difference: jq -n -r --slurpfile truth truth.json -f report.jq
#
# A label that is said and not expected is a false accusation: "also" of truth.json lists what may
# be said besides.

def proven: .verdict == "confirmed" or .verdict == "supported";

(first(inputs) // { verdicts: [], evidence: [] })
| ([.evidence[].id]) as $ids
| ($truth[0].labels) as $labels
| ([.verdicts[] | select(proven).label]) as $said
| ($labels - $said | .[] | "not found: \(.)"),
($said - $labels - ($truth[0].also // []) | .[] | "false accusation: \(.)"),
(.verdicts[] | select(proven) | select((.evidence // []) == []) | "\(.label) cites nothing"),
(.verdicts[] | .label as $claim | .evidence[]? | select(IN($ids[]) | not)
  | "\($claim) cites evidence that is not there")
