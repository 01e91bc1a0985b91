# The memory controller is that of v1, and v2 is mounted beside it without one.
. "$OW_CASES/trees"
v1 / 900 max 100 700 1
v1 /docker/$id 62 64 58 2 100
mkdir -p host/sys/fs/cgroup/unified
echo >host/sys/fs/cgroup/unified/cgroup.controllers
oomwhy cgroups --root=host
oomwhy cgroups --json --root=host | jq -c '[.version, .container, .memsw, .psi]'
