oomwhy explain -n 1 - <"$OW_TEST_DATA/gctrace/go1.19-torn/input" | grep -v '^  '
