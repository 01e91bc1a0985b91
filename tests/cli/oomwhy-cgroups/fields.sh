. "$OW_CASES/trees"
some_host v2
oomwhy cgroups --root=host --fields=path,oom_kills,psi,stat,high_bytes,path /batch/worker
oomwhy cgroups --root=host --json --fields=' oom_kills , usage_bytes' nginx.service
# Only what is printed is read: the other files may be anything.
echo no number >host/sys/fs/cgroup/batch/worker/memory.peak
oomwhy cgroups --root=host --json --fields=usage_bytes /batch/worker
oomwhy cgroups --root=host --json --fields=usage_bytes,peak_bytes /batch/worker
echo "exit $?"
oomwhy cgroups --root=host --json --fields=peak_bytes --sort usage -n 1 /batch/worker
echo "exit $?"
oomwhy cgroups --root=host --fields=path,usage
echo "exit $?"
oomwhy cgroups --root=host --fields=
