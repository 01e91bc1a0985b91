# All or nothing, and never a success.
case=$OW_CASES/../../../contrib/example-case/case
oomwhy report "$case" >/dev/full
echo "exit $?"
oomwhy report -o gone/report.md "$case"
echo "exit $?"
ls
