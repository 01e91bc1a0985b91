# A kernel that has few of the files, and a group that has none of them.
. "$OW_CASES/trees"
v2 / 100 max 50 0 1
v2 /old 10 12 5 1 2
v2 /bare 10 12 5 1 3
rm host/sys/fs/cgroup/old/memory.peak host/sys/fs/cgroup/old/memory.pressure host/sys/fs/cgroup/bare/memory.*
printf 'anon 5242880\nfile 1048576\nshmem 0\nkernel_stack 16384\nslab 32768\n' >host/sys/fs/cgroup/old/memory.stat
oomwhy cgroups --root=host
oomwhy cgroups --json --root=host /bare
