. "$OW_CASES/trees"
some_host v1
oomwhy cgroups --root=host
