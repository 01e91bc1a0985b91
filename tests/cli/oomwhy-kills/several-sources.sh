cp "$OW_TEST_DATA/oom/guest-6.1-ancestor/input" a
cp "$OW_TEST_DATA/oom/guest-6.1-sysrq/input" b
oomwhy kills a b
echo
oomwhy kills -n 1 a b
echo
oomwhy kills --reverse a b
