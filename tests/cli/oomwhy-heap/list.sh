# The source, where it is found: the path in the profile is not that of this machine.
mkdir -p src
{ yes '// a line' | head -n 34; echo '	t.bodies = append(t.bodies, ...)'; yes '// a line' | head -n 40; } >src/main.go
oomwhy heap -list='main\.work$' -source-root=src "$OW_TEST_DATA/profile/leak/input"
echo "exit status $?"
oomwhy heap -list='main\.work$' -source_path=/no/such/folder "$OW_TEST_DATA/profile/leak/input" 2>said
grep -c . said >/dev/null && echo "what was tried is said"
oomwhy heap -list='no such function' "$OW_TEST_DATA/profile/leak/input"
