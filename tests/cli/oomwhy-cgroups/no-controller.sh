mkdir -p host/sys/fs/cgroup/cpu
oomwhy cgroups --root=host
