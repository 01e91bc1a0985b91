oomwhy kills - <"$OW_TEST_DATA/oom/guest-6.1-own-limit/input"
