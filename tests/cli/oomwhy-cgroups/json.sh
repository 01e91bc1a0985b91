. "$OW_CASES/trees"
some_host v2
oomwhy cgroups --json --root=host /batch/worker | jq -S .
oomwhy cgroups --json --root=host | jq -c '[.path[-12:], .limit_bytes, .binding_limit.headroom_bytes]'
echo all:
oomwhy cgroups --json --all --fields=path,processes --root=host | jq -c 'del(.schema)'
