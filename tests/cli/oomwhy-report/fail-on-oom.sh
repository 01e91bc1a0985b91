oomwhy report --fail-on=oom "$OW_CASES/../../../contrib/example-case/case" >report
echo "exit $?"
oomwhy report --fail-on=oom - </dev/null >report
echo "exit $?"
oomwhy report --fail-on=fire - </dev/null
