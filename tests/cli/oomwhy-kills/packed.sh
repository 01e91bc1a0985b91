gzip <"$OW_TEST_DATA/oom/guest-6.1-ancestor/input" >log.1.gz
oomwhy kills log.1.gz
