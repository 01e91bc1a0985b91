# The same for programs; the steps between two totals add up.
cd "$OW_TEST_DATA/account/freed"
oomwhy account --json heap.* metrics.* status.* smaps_rollup.* group.* >"$OLDPWD/json"
cd "$OLDPWD"
jq -c '[.schema, .labels, (.moments | length), [.steps[] | select(.kind == "total").id]]' json
jq -c '.steps[] | select(.id == "lazy_free" or .id == "go") | del(.cause)' json
jq -c '.classes[] | [.name, .label, .verdict]' json
jq '.gomemlimit' json
