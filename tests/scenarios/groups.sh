# SPDX-License-Identifier: Apache-2.0
# A host with many tenants, and what a reader of its cgroups must find. Sourced after lib.sh and
# scenarios.sh; $groups is the program of groups.c.
# shellcheck shell=sh disable=SC2034,SC2154

# expect /CGROUP CONDITION: what must hold, in jq's words, for the object of that group, where
# $kernel is the series of the kernel and $processes are the objects of the processes in it.
expect() {
  printf '{"path":"%s","condition":"%s"}\n' "$top$1" "$(echo "$2" | tr '\n' ' ' | sed 's/["\\]/\\&/g')" >>"$known"
}

# The parts of memory that more than one tenant is about. They are not of version 1.
only_v2() {
  [ "$version" = 1 ] || "$@"
}

# Containers near their own limit, and one in which a child was killed and the rest lives on.
containers() {
  g=/system.slice/docker-$docker.scope
  group "$g" memory.max=32M
  start "$g" -n shop -i 65534 anon 28
  wait_said keep $pid
  expect "$g" '.limit_bytes == 32 * MIB and .binding_limit == {path, limit_bytes, usage_bytes,
    headroom_bytes: (.limit_bytes - .usage_bytes)} and .usage_bytes > 28 * MIB and .oom_kills == 0
    and .processes == 1 and ($processes[0] | .comm == "shop" and .uid == 65534
    and .rss_anon_bytes >= 28 * MIB and .private_bytes >= 28 * MIB)'
  only_v2 expect "$g" '(.stat.anon > 27 * MIB) and .events.oom_kill == 0 and .swap.usage_bytes == 0
    and .oom_group == false and (.peak_bytes == null) == ($kernel == "5.10")
    and (.swap.peak_bytes == null) == ($kernel != "6.12") and .descendants == 0'

  g=/system.slice/docker-$(echo other | sha256sum | cut -c1-64).scope
  group "$g" memory.max=24M
  start "$g" -n parent anon 4
  wait_said keep $pid
  start "$g" -n child anon
  wait_gone $pid
  expect "$g" '.oom_kills == 1 and .processes == 1 and $processes[0].comm == "parent"'
  only_v2 expect "$g" '.events.oom_kill == 1 and .events_local.oom_kill == 1 and .events.max > 0
    and (.peak_bytes // .limit_bytes) >= 23 * MIB'
}

# The limit is on the pod; one container has a larger one of its own, one has none.
pods() {
  pod=/kubepods.slice/kubepods-burstable.slice
  pod=$pod/kubepods-burstable-pod1f8dd0b3_0a4c_4d36_9a51_5a1b6a3f1c11.slice
  g=$pod/cri-containerd-$(echo api | sha256sum | cut -c1-64).scope
  group "$pod" memory.max=48M
  group "$g" memory.max=64M
  start "$g" -n api anon 24
  wait_said keep $pid
  expect "$g" '.limit_bytes == 64 * MIB and .binding_limit.limit_bytes == 48 * MIB
    and (.path | startswith($group.binding_limit.path + "/"))'
  g=$pod/cri-containerd-$(echo sidecar | sha256sum | cut -c1-64).scope
  group "$g"
  start "$g" -n sidecar -a 900 anon 6
  wait_said keep $pid
  expect "$g" '.limit_bytes == null and has("limit_bytes")
    and .binding_limit.usage_bytes > 30 * MIB and $processes[0].oom_score_adj == 900'
  expect "$pod" '.processes == 0 and .usage_bytes > 30 * MIB and .binding_limit.path == .path'
  only_v2 expect "$pod" '.descendants == 2'
}

# Killed for the limit of the slice above.
ancestor() {
  group /team.slice memory.max=40M
  group /team.slice/idle.service
  group /team.slice/app.service
  start /team.slice/idle.service -n idle anon 8
  wait_said keep $pid
  start /team.slice/app.service -n app anon
  wait_gone $pid
  expect /team.slice/idle.service '.binding_limit.path == "'"$top"'/team.slice" and .oom_kills == 0'
  expect /team.slice/app.service '.oom_kills == 1 and .processes == 0'
  only_v2 expect /team.slice '.oom_kills == 1 and .events_local.oom_kill == 0
    and .events_local.oom >= 1'
  only_v2 expect /team.slice/app.service '.events_local.oom_kill == 1 and .events_local.oom == 0'
}

without_limit() {
  g=/system.slice/nginx.service
  group "$g"
  start "$g" -n nginx -p 2 anon 2
  wait_said keep
  sleep 1
  expect "$g" '.limit_bytes == null and .binding_limit == {path: "/", limit_bytes: null}
    and .processes == 3 and ($processes | map(.comm) | unique) == ["nginx"]'
  # What the processes hold together is what the group is charged for.
  expect "$g" '(.stat.anon // .stat.rss) - ($processes | map(.pss_anon_bytes) | add)
    | . < MIB and . > -MIB'
}

# What only version 2 has: killed as a whole, a limit of swap, memory.high with pressure.
version_2() {
  g=/system.slice/batch.service
  group $g memory.max=16M memory.oom.group=1
  start $g -n first anon 4
  wait_said keep $pid
  start $g -n second anon
  wait_gone $pid
  expect $g '.oom_group and .oom_kills >= 2 and .processes == 0'

  g=/system.slice/swapping.service
  group $g memory.max=16M memory.swap.max=32M
  start $g -n swapping anon 24
  wait_said keep $pid
  expect $g '.swap.limit_bytes == 32 * MIB and .swap.usage_bytes > 7 * MIB and .usage_bytes <= 16 * MIB
    and $processes[0].swap_bytes > 7 * MIB and .binding_limit.limit_bytes == 16 * MIB'
  g=/system.slice/swap-limit.service
  group $g memory.max=16M memory.swap.max=4M
  start $g -n leaker anon
  wait_gone $pid
  expect $g '.oom_kills == 1 and .swap.limit_bytes == 4 * MIB and .swap_events.max != null
    and ($kernel != "6.12" or .swap.peak_bytes > 3 * MIB)'

  g=/system.slice/throttled.service
  group $g memory.high=12M memory.max=64M pids.max=7
  start $g -n throttled anon
  sleep 3
  expect $g '.high_bytes == 12 * MIB and .events.high > 0 and .oom_kills == 0 and .pids_limit == 7
    and .pids_current == 1 and .psi.full.total_usec > 0 and .psi.some.total_usec >= .psi.full.total_usec
    and .psi.some.avg10_permyriad > 0'
}

# The files that the library reads: "@ ./a/memory.max", then what is in it.
dump_files() {
  v1='(kmem\.|kmem\.tcp\.|memsw\.)?(limit|usage|max_usage)_in_bytes|soft_limit_in_bytes'
  v1="$v1|oom_control|use_hierarchy"
  v2='current|peak|max|high|min|low|z?swap\.(current|peak|max|high)|swap\.events|events|events\.local'
  v2="$v2|oom\.group|pressure"
  (
    cd "$cgroups$top" || exit
    find . -type f |
      grep -E "/(memory\.($v1|$v2|stat)|pids\.(current|max)|cgroup\.(procs|stat|controllers))\$" |
      while read -r file; do
        echo "@ $file"
        cat "$file"
      done
  )
}

# What the program says, the files that it read, and what must hold.
tell_tenants() {
  printf '{"scenario":"%s","kernel":"%s"}\n' "$name" "$(uname -r)" >&3
  echo "== groups" >&3
  "$groups" - "${top:-/}" >&3 2>&1
  if [ -x /oomwhy-cgroups ]; then
    echo "== command" >&3
    /oomwhy-cgroups --json --all --no-names >&3 2>&1
  fi
  echo "== files" >&3
  dump_files >&3
  echo "== expect" >&3
  cat "$known" >&3
}

tenants() {
  known=$out.known
  : >"$known"
  containers
  pods
  ancestor
  without_limit
}

scenario_host_tenants() {
  tenants
  tell_tenants
}

# Only in a guest: what is swapped to is overwritten.
scenario_guest_tenants() {
  tenants
  with_swap swap_and_tell
}

swap_and_tell() {
  version_2
  tell_tenants
}
