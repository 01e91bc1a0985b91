# MemStats that the program prints by itself, with and without a time.
i=0
while [ $i -lt 12 ]; do
  printf '2026-11-20T07:50:%02dZ Heap allocs: %d Heap frees: %d Heap objects: %d\n' $((i * 3)) \
    $((90000 * i)) $((80000 * i)) $((10000 * i + 500))
  i=$((i + 1))
done >stats.log
oomwhy gc --utc stats.log
oomwhy gc --json --utc stats.log | jq -c '.processes[0] | {cycles, trend, labels}'
cut -d' ' -f2- stats.log | oomwhy gc | tail -n 5
