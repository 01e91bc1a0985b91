# SPDX-License-Identifier: Apache-2.0
# A dockerd of the test's own: a private socket, its data in a folder that goes away with it, no
# network, and all its cgroups below one of the test. Sourced after compare.sh and host.sh.
# shellcheck shell=sh disable=SC2034,SC2154

# Skips where there is none; sets $tmp, $top (a cgroup) and the environment of docker.
find_dockerd() {
  for tool in dockerd docker jq; do
    command -v $tool >/dev/null || skip "$tool is needed"
  done
  top=/oomwhy-test-$$
  tmp=$(mktemp -d /tmp/oomwhy-XXXXXX)
  dockerd_pid='' dockerd_options=
  export DOCKER_HOST="unix://$tmp/docker.sock" DOCKER_CONFIG="$tmp"
}

# The cgroups of all controllers that have one of the test's name.
cgroups_of_test() {
  awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/mounts | while read -r mount; do
    find "$mount$top" -depth -type d 2>/dev/null
  done
}

stop_dockerd() {
  [ "$dockerd_pid" ] || return
  kill "$dockerd_pid" 2>/dev/null
  wait "$dockerd_pid"
  # What it mounts for itself stays when it is ended in the middle of something.
  awk -v tmp="$tmp/" 'index($2, tmp) == 1 { print $2 }' /proc/mounts | sort -r |
    while read -r mount; do
      umount "$mount" 2>/dev/null
    done
}

leave_dockerd() {
  stop_dockerd
  for _ in $(seq 50); do
    left=$(cgroups_of_test)
    [ "$left" ] || break
    # shellcheck disable=SC2086 # there are no blanks in their names
    rmdir $left 2>/dev/null || sleep 0.1
  done
  rm -rf "$tmp"
}

# With the words of $dockerd_options.
start_dockerd() {
  # shellcheck disable=SC2086 # there are no blanks in the words
  dockerd --data-root "$tmp/data" --exec-root "$tmp/exec" -H "$DOCKER_HOST" -p "$tmp/pid" \
    --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs \
    --exec-opt native.cgroupdriver=cgroupfs $dockerd_options >"$tmp/dockerd.log" 2>&1 9>&- &
  dockerd_pid=$!
  for _ in $(seq 300); do
    ! docker version >/dev/null 2>&1 || return 0
    kill -0 $dockerd_pid 2>/dev/null || break
    sleep 0.2
  done
  skip "dockerd does not start here: $(grep -v 'level=info' "$tmp/dockerd.log" | tail -n 1)"
}

# w alone, or with a shell beside it.
make_image() {
  mkdir -p "$tmp/root"
  cp "$w" "$tmp/root/w"
  tar -C "$tmp/root" -c . | docker import --change 'ENTRYPOINT ["/w"]' - oomwhy-test >/dev/null
}
