# Bytes that are no text are skipped and counted; the kill among them is found.
head -c 4096 /dev/zero >log
echo >>log
cat "$OW_TEST_DATA/oom/guest-6.1-ancestor/input" >>log
oomwhy kills log
