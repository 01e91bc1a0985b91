# SPDX-License-Identifier: Apache-2.0
# The scenarios: each is a function that makes its cgroups, runs w in them, waits for what must
# happen, and says with know what a reader of the kernel log must find. Sourced after lib.sh.
# shellcheck shell=sh disable=SC2034,SC2086,SC2154

docker=$(echo guest | sha256sum | cut -c1-64)
own='kernel-memcg-oom memcg-own-limit'

scenario_own_limit() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  start $g -n leaker -i 65534 anon
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own anon victim-is-holder" $g
}

# The limit is on the container, the processes are in a cgroup below it.
scenario_nested() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  group $g/init
  start $g/init -n leaker anon
  wait_gone $pid
  know 1 "$(memcg $g 32 $g/init)" "$own anon victim-is-holder" $g
}

scenario_ancestor() {
  group /team.slice memory.max=48M
  group /team.slice/idle.service
  group /team.slice/app.service
  start /team.slice/idle.service -n idle anon 8
  wait_said keep $pid
  start /team.slice/app.service -n app anon
  wait_gone $pid
  know 1 "$(memcg /team.slice 48 /team.slice/app.service)" \
    "kernel-memcg-oom memcg-ancestor-limit tenant-holder anon victim-is-holder" /team.slice
}

# The pod and its container have the same limit, and the pod has 1 MiB more in use.
scenario_pod() {
  also='victim-is-holder tenant-holder'
  pod=/kubepods.slice/kubepods-pod2c9f0a64_5b7e_4f0e_8d55_0c4a1d9b7e21.slice
  g=$pod/cri-containerd-$docker.scope
  pause=$pod/cri-containerd-$(echo pause | sha256sum | cut -c1-64).scope
  group $pod memory.max=32M
  group $pause
  start $pause -n pause anon 1
  wait_said keep $pid
  group $g memory.max=32M
  start $g -n app anon
  wait_gone $pid
  know 1 "$(memcg $pod 32 $g)" "kernel-memcg-oom memcg-ancestor-limit anon" $pod
}

scenario_group() {
  also='victim-is-holder'
  pod=/kubepods.slice/kubepods-burstable.slice
  pod=$pod/kubepods-burstable-pod1f8dd0b3_0a4c_4d36_9a51_5a1b6a3f1c11.slice
  g=$pod/cri-containerd-$docker.scope
  group $g memory.max=32M memory.oom.group=1
  start $g -n first anon 4
  wait_said keep $pid
  start $g -n second anon 4
  wait_said keep $pid
  start $g -n third anon
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own anon group-kill" $g
}

scenario_sibling() {
  g=/system.slice/app.service
  group $g memory.max=48M
  start $g -n innocent -a 900 anon 6
  wait_said keep $pid
  innocent=$pid
  start $g -n grower -u $innocent anon
  wait_gone $innocent
  # The grower follows when it asks again before the kernel has taken the memory back.
  know each "$(memcg $g 48 $g)" "$own anon sibling-holder" $g
}

# The one that has it all may not be killed.
scenario_protected() {
  also='sibling-holder'
  g=/system.slice/app.service
  group $g memory.max=48M
  start $g -n guarded -a -1000 anon 36
  wait_said keep $pid
  start $g -n newcomer anon
  wait_gone $pid
  know 1 "$(memcg $g 48 $g)" "$own anon protected-holder" $g
}

# It has more than its cgroup was charged for, from the one that it lived in before.
scenario_moved() {
  group /system.slice/old.service
  start /system.slice/old.service -n moved anon 24
  wait_said keep $pid
  moved=$pid
  g=/system.slice/new.service
  group $g memory.max=16M
  echo $moved >$cgroups$top$g/cgroup.procs
  start $g -n grower -u $moved anon
  wait_gone $moved
  know each "$(memcg $g 16 $g)" "$own anon other-cgroup" $g
}

# Somebody writes a limit that is below what is in use.
scenario_shrink() {
  also='kernel-memcg-oom'
  g=/system.slice/app.service
  group $g memory.max=64M
  start $g -n app anon 40
  wait_said keep $pid
  group $g memory.max=16M
  wait_gone $pid
  know 1 "$(memcg $g 16 $g)" "oom-shrink memcg-own-limit anon victim-is-holder" $g
}

scenario_many() {
  rest
  g=/system.slice/jobs.service
  group $g memory.max=16M
  start $g -n worker -p 20 anon 1
  wait_said keep
  sleep 2
  know each "$(memcg $g 16 $g)" "$own anon many-small" $g
}

# More kills in 5 s than the kernel prints heads of: the last ones have nothing but a kill line.
scenario_storm() {
  rest
  g=/system.slice/jobs.service
  group $g memory.max=8M
  start $g -n worker -p 17 anon 1
  wait_said keep
  sleep 2
  know each '"kind":"memcg"' "$own anon many-small" $g
  rest
}

# Each of four maps the same 24 MiB and has little else; a fifth needs the rest.
scenario_shared() {
  g=/system.slice/database.service
  group $g memory.max=32M
  start $g -n backend -p 4 shared 24
  wait_said keep
  sleep 1
  start $g -n planner -a 1000 anon
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own shmem shared-mappers" $g
}

# A file in tmpfs, which no process maps.
scenario_shmem() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  start $g -n writer -f "$shm/w" file
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own shmem" $g
}

scenario_memfd() {
  also='victim-is-holder'
  g=/user.slice/user-1000.slice/session-1.scope
  group $g memory.max=32M
  start $g -n browser memfd
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own shmem" $g
}

scenario_sockets() {
  also='victim-is-holder'
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  start $g -n 'sock et' sockets
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own kernel-sockets" $g
}

scenario_pipes() {
  also='victim-is-holder'
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  start $g -n plumber pipes
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own kernel-pipes" $g
}

scenario_page_tables() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  start $g -n 'a) total-vm:1kB' page-tables
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own kernel-page-tables victim-is-holder" $g
}

# The label of kernel memory that the statistics of cgroup v1 do not tell apart.
kernel() {
  case $version in
  1) echo kernel ;;
  2) echo "$1" ;;
  esac
}

scenario_threads() {
  also='victim-is-holder'
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M
  start $g -n pool threads
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own $(kernel kernel-stacks)" $g
}

# A small limit, because the number of open files has one, too.
scenario_slab() {
  also='victim-is-holder'
  g=/system.slice/docker-$docker.scope
  group $g memory.max=6M
  start $g -n watcher slab
  wait_gone $pid
  know 1 "$(memcg $g 6 $g)" "$own $(kernel kernel-slab)" $g
}

# Nothing in the cgroup may be killed. mlock(2) gives up soon: a page fault would go on for ever.
scenario_no_victim() {
  also='anon unevictable protected-holder'
  g=/system.slice/protected.service
  group $g memory.max=32M
  start $g -n guarded -a -1000 locked
  wait_said refused
  sleep 1
  know "$(sed -n 's/^oom //p' $cgroups$g/memory.events)" "$(memcg $g 32)" \
    "no-victim memcg-own-limit" $g
}

# Slowed down at memory.high, then killed by somebody: no OOM kill.
scenario_high() {
  also='unknown'
  g=/system.slice/docker-$docker.scope
  group $g memory.high=16M memory.max=64M
  start $g -n throttled anon
  sleep 3
  kill -9 $pid
  wait_gone $pid
  : >"$out"
  know 0 "" "" $g
}

with_swap() {
  for module in virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci \
    virtio_blk; do
    [ ! -e /modules/$module.ko ] || insmod /modules/$module.ko
  done
  for _ in $(seq 50); do
    [ ! -b /dev/vda ] || break
    sleep 0.1
  done
  mkswap /dev/vda >/dev/null
  swapon /dev/vda
  "$@"
  clear_away
  swapoff /dev/vda
}

scenario_swap() {
  with_swap swap_limit
}

swap_limit() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=32M memory.swap.max=16M
  start $g -n leaker anon
  wait_gone $pid
  know 1 "$(memcg $g 32 $g)" "$own swap-limit anon victim-is-holder" $g
}

# What one has taken long ago is in swap; those that are busy now have the resident memory.
scenario_swapped_leaker() {
  with_swap swapped_leaker
}

swapped_leaker() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=24M memory.swap.max=38M
  start $g -n leaker anon 30
  wait_said keep $pid
  leaker=$pid
  start $g -n worker anon 20
  wait_said keep $pid
  start $g -n small -u $leaker anon
  wait_gone $leaker
  know each "$(memcg $g 24 $g)" "$own swap-limit anon victim-is-holder" $g
}

# A file in tmpfs is pushed out to swap; then a small process needs a little.
scenario_swapped_shmem() {
  with_swap swapped_shmem
}

swapped_shmem() {
  g=/system.slice/docker-$docker.scope
  group $g memory.max=30M memory.swap.max=60M
  start $g -n cache -f "$shm/w" file 60
  wait_said keep $pid
  start $g -n newcomer -a 500 anon
  wait_gone $pid
  know 1 "$(memcg $g 30 $g)" "$own swap-limit swapped-shmem" $g
}

scenario_cpuset() {
  g=/system.slice/pinned.service
  group $g cpuset.mems=1
  start $g -n pinned anon
  wait_gone $pid
  know 1 "\"kind\":\"cpuset\",\"task_memcg\":\"$g\"" \
    "kernel-constrained-oom cpuset-mempolicy anon victim-is-holder"
}

scenario_mempolicy() {
  g=/system.slice/bound.service
  group $g
  start $g -n bound -m 1 anon
  wait_gone $pid
  know 1 "\"kind\":\"mempolicy\",\"task_memcg\":\"$g\",\"nodemask\":\"1\"" \
    "kernel-constrained-oom cpuset-mempolicy anon victim-is-holder"
}

# Half of the memory is free, in single pages between pages that cannot be moved, and four pages in
# one block are wanted.
scenario_fragments() {
  g=/system.slice/holes.service
  group $g
  start $g -n holes fragments
  wait_gone $pid
  know 1 "\"kind\":\"global\",\"task_memcg\":\"$g\"" "kernel-global-oom fragmentation"
}

# Booted with memory that is for movable pages alone: that of pipes cannot be moved.
scenario_movable() {
  also='kernel-pipes'
  g=/system.slice/plumber.service
  group $g
  start $g -n plumber -a 500 pipes
  wait_gone $pid
  know 1 "\"kind\":\"global\",\"task_memcg\":\"$g\"" "kernel-global-oom lowmem-zone"
}

scenario_sysrq() {
  g=/system.slice/asked.service
  group $g
  start $g -n asked -a 900 anon 24
  wait_said keep $pid
  echo 1 >/proc/sys/kernel/sysrq
  echo f >/proc/sysrq-trigger
  wait_gone $pid
  know 1 "\"kind\":\"sysrq\",\"task_memcg\":\"$g\"" "sysrq-oom"
}

scenario_global() {
  g=/system.slice/batch.service
  group $g
  start $g -n batch anon
  wait_gone $pid
  know 1 "\"kind\":\"global\",\"task_memcg\":\"$g\"" \
    "kernel-global-oom tenant-holder anon victim-is-holder"
}

# The machine is full because of one cgroup without a limit, and a small one dies by its adj.
scenario_global_sibling() {
  group /system.slice/small.service memory.max=64M
  group /system.slice/batch.service
  start /system.slice/small.service -n small -a 1000 anon 12
  small=$pid
  wait_said keep $small
  start /system.slice/batch.service -n batch -u $small anon
  wait_gone $small
  know 1 '"kind":"global","task_memcg":"/system.slice/small.service"' \
    "kernel-global-oom anon sibling-holder"
}

scenario_panic() {
  also='anon'
  g=/system.slice/batch.service
  group $g
  echo 1 >/proc/sys/vm/panic_on_oom
  know 1 '"kind":"panic"' "panic-on-oom"
  start $g -n batch anon
  wait_gone $pid
}
