oomwhy kills --utc - <"$OW_TEST_DATA/oom/guest-6.1-ancestor/input"
