. "$OW_CASES/trees"
v2 / 100 max 50 0 1
v2 /empty 10 12 5 1
oomwhy cgroups --root=host
echo "exit $?"
oomwhy cgroups --json --root=host
echo "exit $?"
oomwhy cgroups --json --all --fields=path --root=host
