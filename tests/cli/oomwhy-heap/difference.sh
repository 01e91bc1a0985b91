# What grew between two profiles of one process.
profiles=$OW_TEST_DATA/profile
oomwhy heap -top -base "$profiles/leak/input" "$profiles/grown/input"
oomwhy heap -diff_base="$profiles/leak/input" -focus='main\.' -lines "$profiles/grown/input"
