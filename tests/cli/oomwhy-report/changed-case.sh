# A file that is not what the manifest says is no evidence.
cp -r "$OW_CASES/../../../contrib/example-case/case" case
echo >>case/host
oomwhy report case >report
echo "exit $?"
head -n 2 report
