cd "$OW_TEST_DATA/oom"
oomwhy explain --format=markdown "guest-6.12-sibling/input"
