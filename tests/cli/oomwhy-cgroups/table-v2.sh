. "$OW_CASES/trees"
some_host v2
oomwhy cgroups --root=host
