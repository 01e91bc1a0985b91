# Without a report of pprof's: who holds what, how sure that is, how old, what is odd, what is next.
profiles=$OW_TEST_DATA/profile
cd "$profiles"
oomwhy heap leak/input
echo "== a page knows its age, a limit is compared with"
oomwhy heap -n 1 --limit=16MiB page/input
echo "== what grew"
oomwhy heap -base leak/input grown/input
echo "== several"
oomwhy heap -n 1 leak/input grown/input
echo "== only a part"
oomwhy heap -focus=remember page/input
echo "== narrow"
COLUMNS=50 oomwhy heap -n 2 leak/input
