# Goroutines by stack; what grew; a page that is cut off, with what they wait for.
cd "$OW_TEST_DATA/account"
oomwhy account -g tasks/goroutine.1.txt tasks/goroutine.3.txt tasks/metrics.3.prom
oomwhy account -g -n 1 waits/input
oomwhy account -g -n 1 tasks/goroutine.1.txt waits/input
oomwhy account -g --json waits/input | jq -c '[.total, .cut, .groups[0].count, .groups[0].state,
  .groups[0].longest_wait_minutes, .groups[0].frames[.groups[0].user_frame].function,
  .groups[0].created_by.function]'
