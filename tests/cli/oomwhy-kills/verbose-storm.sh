cd "$OW_TEST_DATA/oom"
oomwhy kills -v guest-6.12-storm/input | tail -n 9
