# A page of debug=1 names its functions itself.
oomwhy heap -peek Track -compact_labels "$OW_TEST_DATA/profile/page/input"
oomwhy heap -top -compact_labels - <"$OW_TEST_DATA/profile/page/input"
