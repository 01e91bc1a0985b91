# Goroutines that never end: their stacks are what grows.
oomwhy gc - <"$OW_TEST_DATA/gc/goroutines/input" | sed -n '/^Live/,$p'
