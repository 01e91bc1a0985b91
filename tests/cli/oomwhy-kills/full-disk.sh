# A list that could not be written is no success.
oomwhy kills "$OW_TEST_DATA/oom/guest-6.1-ancestor/input" >/dev/full
