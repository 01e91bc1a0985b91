# What cannot be understood is refused with what would help.
cd "$OW_TEST_DATA/account/leak"
try() {
  oomwhy account "$@"
  echo "exit status $?"
}
try
try nothing.txt
try /no/such/cgroup-of-oomwhy
try ORIGIN
try .
try heap.1.txt heap.2.txt status.1
try heap.1.txt heap.1.txt
try --limit=much heap.1.txt
try --limit=0 heap.1.txt
try -m 3 heap.1.txt
try -n 3 heap.1.txt
try --pid 1 heap.1.txt
try -g --pid 1
try -g heap.1.txt
try http://127.0.0.1:1/
try --now=whenever heap.1.txt
printf 'go_goroutines{pod="a"} 1\ngo_goroutines{pod="b"} 2\n' | try -
printf 'go_goroutines{pod="a"} 1\ngo_goroutines{pod="b"} 2\n' | try --instance=a -
