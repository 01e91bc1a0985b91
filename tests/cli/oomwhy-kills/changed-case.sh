# A file that is not what the manifest says is not evidence.
cp -r "$OW_CASES/../../../contrib/example-case/case" case
echo >>case/kernel/kmsg
oomwhy kills case
