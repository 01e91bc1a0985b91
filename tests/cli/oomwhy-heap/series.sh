# What grows over several profiles, named in any order, one twice, one of another run.
profiles=$OW_TEST_DATA/profile
for name in before 0 1 2 3 4; do
  cp "$profiles/series-$name/input" "$name"
done
cp 2 again
oomwhy heap --series 4 1 again before 3 0 2 --limit=1G
oomwhy heap --series 0 4 -focus=remember -n 1
oomwhy heap --series 0 before
echo "exit status $?"
oomwhy heap --series 3 4 -output=report && head -n 1 report
