# The newest incident, unless another is asked for.
cat "$OW_TEST_DATA/oom/guest-6.1-own-limit/input" "$OW_TEST_DATA/oom/guest-6.1-ancestor/input" >log
oomwhy kills --json log >kills 2>/dev/null
for choice in "" --kill=1 "--kill=$(jq '.victims[0].pid' kills | tail -n 1)" "--unit team.slice" \
  --kill=99999; do
  echo "== $choice" | sed 's/=[0-9]\{3,4\}$/=PID/'
  oomwhy report $choice log | head -n 1 | sed 's/(pid [0-9]*)/(pid PID)/'
done
