# SPDX-License-Identifier: Apache-2.0
# What the tests share that let processes be killed on this host: who may, where, one at a time.
# shellcheck shell=sh disable=SC2034,SC2154

# Where the memory controller is: sets $cgroups and $version. Skips where it cannot be used.
find_controller() {
  [ "$(id -u)" = 0 ] || skip "root is needed to make a memory cgroup"
  [ -w /dev/kmsg ] || skip "/dev/kmsg cannot be written to"
  # The first namespaces have numbers that the kernel never gives to another one.
  [ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] ||
    skip "in a pid namespace processes have other numbers than in the kernel log"
  [ "$(readlink /proc/self/ns/cgroup)" = 'cgroup:[4026531835]' ] ||
    skip "in a cgroup namespace cgroups have other paths than in the kernel log"
  if grep -qw memory /sys/fs/cgroup/cgroup.controllers 2>/dev/null; then
    version=2 cgroups=/sys/fs/cgroup
  else
    version=1
    cgroups=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/mounts)
    [ "$cgroups" ] || skip "this kernel has no memory controller, or it is not mounted"
  fi
}

# The kernel log and its rate limit are the whole machine's: one test at a time. Takes file
# descriptor 9.
lock_kernel_log() {
  exec 9>"${OOMWHY_OOM_LOCK:-/run/oomwhy-oom.lock}"
  flock 9
}

# All that the ring has now.
kernel_log() {
  dd if=/dev/kmsg iflag=nonblock bs=64k 2>/dev/null
}
