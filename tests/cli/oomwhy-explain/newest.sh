cd "$OW_TEST_DATA/oom"
oomwhy explain -n 2 "guest-5.10-storm/input" | grep '^OOM'
