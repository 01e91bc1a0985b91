# A profile that is not what one takes it for is said to be so.
go_page() { # RATE: the rest is the body
  printf 'heap profile: 1: 8 [1: 8] @ heap/%s\n' "$1"
  cat
}
rows='1: 4096 [9: 36864] @ 0x11\n#\t0x10\tmain.keep+0x1\t/src/main.go:7\n\n'
echo "== each object counted"
printf "$rows" | go_page 2 | oomwhy heap -
echo "== nothing in use"
go_page 1048576 </dev/null | oomwhy heap -
echo "== of an allocator, without names"
printf 'heap_v2/524288\n  t*: 1: 4096 [0: 0]\n@ 0x10 0x20\n  t*: 1: 4096 [0: 0]\n' | oomwhy heap -
echo "== no heap profile"
printf 'goroutine profile: total 3\n3 @ 0x11\n#\t0x10\tmain.wait+0x1\t/src/main.go:9\n' | oomwhy heap -
echo "exit status $?"
echo "== names that would do something to a terminal"
printf '1: 4096 [1: 4096] @ 0x11\n#\t0x10\tmain.\033[2Jk\342\200\256+0x1\t/src/ma\001in.go:7\n' | go_page 2 | oomwhy heap -
echo "== a difference of which nothing is left has no names, and misses none"
leak=$OW_TEST_DATA/profile/leak/input
oomwhy heap -base "$leak" -proto -output=none "$leak"
oomwhy heap --json none | jq -c '[.oddities[].word]'
