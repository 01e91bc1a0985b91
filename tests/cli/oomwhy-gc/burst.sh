# Enough collections in enough time, but all at its start and its end: what is lacking is said.
for at in 1.1 1.2 1.3 1.4 1.5 25.1 25.2 25.3 25.4; do
  i=$((${i:-0} + 1))
  echo "gc $i @${at}00s 0%: 0.059+0.11+0.002 ms clock, 0.11+0/0.056/0.026+0.004 ms cpu," \
    "8->8->4 MB, 8 MB goal, 0 MB stacks, 0 MB globals, 2 P"
done >app.log
oomwhy gc app.log | grep -A 2 -e ^Trend -e live-heap-leak:
