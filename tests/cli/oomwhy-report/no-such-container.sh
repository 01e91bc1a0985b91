oomwhy report web "$OW_CASES/../../../contrib/example-case/case" >report
echo "exit $?"
oomwhy report leaky "$OW_CASES/../../../contrib/example-case/case" | head -n 2
