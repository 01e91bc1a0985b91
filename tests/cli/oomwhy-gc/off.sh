# GOGC=off and no memory limit: what Go prints as the goal is none, and no memory limit either.
for goal in 8796093022198 17592186044415; do
  for i in $(seq 12); do
    echo "gc $i @$i.000s 0%: 0.059+0.11+0.002 ms clock, 0.11+0/0.056/0.026+0.004 ms cpu," \
      "$((i * 4))->$((i * 4))->$((i * 4)) MB, $goal MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)"
  done >off.log
  oomwhy gc --json --limit=100M off.log | jq -c '.processes[] | [.goal_bytes, .capped, .labels]'
done
oomwhy gc --limit=100M off.log | grep -A 1 -e ^Goal -e gc-headroom: -e cap-above
oomwhy gc --csv off.log | tail -n 1
oomwhy explain "$(tail -n 1 off.log)" | sed -n '/^  There is no goal/,+1p'
