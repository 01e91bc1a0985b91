# Whole stacks, one a line, through the filters; what shrank is below 0.
profiles=$OW_TEST_DATA/profile
oomwhy heap -folded "$profiles/grown/input"
oomwhy heap -folded -focus=Track -lines -inuse_objects "$profiles/grown/input"
oomwhy heap -folded -base "$profiles/grown/input" -hide='^runtime\.' "$profiles/leak/input"
oomwhy heap -folded -base "$profiles/grown/input" -drop_negative "$profiles/leak/input"
oomwhy heap -folded -output=stacks "$profiles/leak/input" && cat stacks
oomwhy heap -folded -output=no/such/folder/stacks "$profiles/leak/input"
oomwhy heap -folded -mean "$profiles/leak/input"
echo "exit status $?"
printf 'heap profile: 1: 8 [1: 8] @ heapprofile\n1: 8 [1: 8] @ 0x9 0x19\n#\t0x8\ta;b\\c\033[2J+0x1\t/a.go:7\n#\t0x18\tmain+0x1\t/a.go:8\n' >evil
oomwhy heap -folded evil
