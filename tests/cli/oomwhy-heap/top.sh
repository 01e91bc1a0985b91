# What holds most, as pprof prints it; the words with one dash and with two.
oomwhy heap -top -nodecount=5 "$OW_TEST_DATA/profile/leak/input"
oomwhy heap --inuse_objects --cum -nodecount 3 --unit=kb "$OW_TEST_DATA/profile/leak/input"
