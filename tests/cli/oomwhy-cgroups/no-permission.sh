# A group that this user may not look into is said, and the others are shown.
. "$OW_CASES/trees"
some_host v2
chmod 700 host/sys/fs/cgroup/batch/worker
chmod 600 host/sys/fs/cgroup/system.slice/nginx.service/memory.max
cp "$(command -v oomwhy-cgroups)" . # where it was built, only root may be
set -- ./oomwhy-cgroups --root=host --fields=path,usage_bytes,limit_bytes
if [ "$(id -u)" = 0 ]; then
  chmod 755 . ..
  set -- setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
else
  chmod 0 host/sys/fs/cgroup/batch/worker host/sys/fs/cgroup/system.slice/nginx.service/memory.max
fi
"$@" --sort path
status=$?
chmod -R u+rwx host
exit $status
