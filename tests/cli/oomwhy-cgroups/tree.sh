. "$OW_CASES/trees"
some_host v2
oomwhy cgroups --tree --root=host
oomwhy cgroups --tree --sort usage --depth 1 --all --root=host
