# A file that was named and is not there fails the command, also beside one that is.
oomwhy kills gone
echo "exit $?"
cp "$OW_TEST_DATA/oom/guest-6.1-ancestor/input" log
oomwhy kills log gone
