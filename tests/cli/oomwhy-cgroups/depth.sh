. "$OW_CASES/trees"
some_host v2
oomwhy cgroups --json --all --depth=1 --fields=path --root=host
oomwhy cgroups --json --depth=2 --fields=path --root=host
oomwhy cgroups --json --all --depth=0 --fields=path --root=host /system.slice
