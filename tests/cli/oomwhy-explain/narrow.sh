cd "$OW_TEST_DATA/oom"
COLUMNS=50 oomwhy explain -n 1 "guest-6.1-global/input"
