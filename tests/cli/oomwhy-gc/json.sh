# One object for all of it.
cp "$OW_TEST_DATA/gc/leak/input" app.log
oomwhy gc --json --limit=80M app.log >json
jq -c '.schema, .limit_bytes, .lines, .forgotten' json
jq -c '.processes[] | {process, source, cycles, first_usec, last_usec, live_bytes, labels, successor, predecessor}' json
jq '.processes[0].trend' json
jq -c '.processes[0] | .pauses, .all, .limit_in_usec, .windows[-1]' json
jq '.processes[0].findings[0]' json
oomwhy gc -p 2 --json app.log | jq -c '.processes[] | {process, trend, labels}'
