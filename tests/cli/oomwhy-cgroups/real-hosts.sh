for host in v2-5.10 v2-6.12 hybrid-6.18; do
  echo "$host"
  oomwhy cgroups --root="$OW_TEST_DATA/cgroup/$host/input"
done
oomwhy cgroups --tree --root="$OW_TEST_DATA/cgroup/v2-6.12/input" /system.slice
oomwhy cgroups --json --root="$OW_TEST_DATA/cgroup/v2-6.12/input" /team.slice | jq -c '[.oom_kills, .events_local, .psi.some.avg300_permyriad]'
