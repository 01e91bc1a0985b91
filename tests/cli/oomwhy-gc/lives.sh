# Processes in one log: one after the other, and side by side.
awk '/^gc /' "$OW_TEST_DATA/gc/churn/input" | head -n 40 | sed 's/^/web-1  | /' >a
awk '/^gc /' "$OW_TEST_DATA/gc/leak/input" | head -n 40 | sed 's/^/job-1  | /' >b
paste -d '\n' a b >compose.log
oomwhy gc --json compose.log | jq -c '.processes[] | {process, who, cycles, missed, successor}'
for _ in 1 2 3 4 5; do
  head -n 30 "$OW_TEST_DATA/gc/churn/input"
done >loop.log
oomwhy gc loop.log | sed -n '1,12p'
oomwhy gc --process=2 loop.log | sed -n '1,2p'
