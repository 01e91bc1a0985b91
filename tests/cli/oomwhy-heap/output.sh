# A file gets the report; what was written as a profile is read again.
profile=$OW_TEST_DATA/profile/leak/input
oomwhy heap -top -output=top "$profile" && head -n 1 top
oomwhy heap -proto -output=written -focus=Track "$profile"
oomwhy heap -top -compact_labels written
oomwhy heap -top -output=no/such/folder/top "$profile"
echo "exit status $?"
