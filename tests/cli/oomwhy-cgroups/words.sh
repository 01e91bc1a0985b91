. "$OW_CASES/trees"
some_host v2
list() {
  echo "$@"
  oomwhy cgroups --root=host "$@" | cut -c1-65
}
list nginx
list 3418
list 95387fa4-6ec3-4d3e-8c9a-0b5c7c1f2a3b
list stopped.service /batch/worker/
list "host/sys/fs/cgroup/batch" --all
list --tree /system.slice/docker-$id.scope
oomwhy cgroups --root=host nginx apache 2>&1 >/dev/null
