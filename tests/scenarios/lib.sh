# SPDX-License-Identifier: Apache-2.0
# What the scenarios are made of: cgroups of either version, processes in them, and the answers.
#
# Sourced by the init of a guest and by host-memcg-kill, which say where: $w (the program),
# $cgroups (where the memory controller is mounted), $version (1 or 2), $controllers (+memory ...),
# $top (a cgroup to stay below, or nothing), $shm (a tmpfs) and $out (a file). File descriptor 3
# takes the answers.
# shellcheck shell=sh disable=SC2034,SC2154

MIB=1048576

# group /PATH FILE=VALUE...: makes the cgroup and its ancestors, with the controllers on.
group() {
  path=
  for part in $(echo "$top$1" | tr / ' '); do
    [ "$version" = 1 ] || echo "$controllers" >"$cgroups$path/cgroup.subtree_control"
    path=$path/$part
    mkdir -p "$cgroups$path"
  done
  shift
  for setting; do
    file=${setting%%=*}
    case $version$file in
    1memory.max) file=memory.limit_in_bytes ;;
    esac
    echo "${setting#*=}" >"$cgroups$path/$file"
  done
}

# start /PATH [OPTION...] KIND [MIB]: runs w in that cgroup; its pid is in $pid.
start() {
  in=$1
  shift
  # shellcheck disable=SC2016 # the inner shell is the one that is moved
  sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$cgroups$top$in" "$w" "$@" >>"$out" &
  pid=$!
}

# The kernel prints ten heads of records in 5 s, and leaves out the others.
rest() {
  sleep 6
}

# Waits until w has said so ("keep", "refused"); gives up after 20 s.
wait_said() {
  for _ in $(seq 400); do
    ! grep -q "^$1 ${2:-}" "$out" || return 0
    sleep 0.05
  done
}

wait_gone() {
  for _ in $(seq 400); do
    ! is_gone "$1" || return 0
    sleep 0.05
  done
}

is_gone() {
  ! grep -q '^State:[[:space:]][^ZX]' "/proc/$1/status" 2>/dev/null
}

pids() {
  sed -n 's/^start \([0-9]*\) .*/\1/p' "$out"
}

# The processes of w that are gone, as JSON. None of them ends by itself.
victims() {
  sep=
  grep '^start ' "$out" | sort -n -k 2 | while read -r _ p uid comm; do
    is_gone "$p" || continue
    printf '%s{"pid":%d,"comm":"%s","uid":%d}' "$sep" "$p" "$comm" "$uid"
    sep=,
  done
}

# Words as the members of a JSON array.
words() {
  echo "$1" | sed 's/[^ ][^ ]*/"&"/g; s/ /,/g'
}

# know RECORDS FIELDS LABELS [/CGROUP]: how many records ("each": one a victim), JSON members that
# every record has, the labels of the report; the cgroup whose memory.events belong to it. What is
# true as well, and may or may not be seen in the log, is in $also.
know() {
  sleep 0.3
  dead=$(victims)
  records=$1
  [ "$1" != each ] || records=$(echo "$dead" | grep -o '"pid"' | wc -l)
  printf '{"scenario":"%s","kernel":"%s","records":%d,"every":{%s},"victims":[%s]' \
    "$name" "$(uname -r)" "$records" "$2" "$dead" >&3
  printf ',"labels":[%s],"also":[%s]' "$(words "$3")" "$(words "$also")" >&3
  counters=$cgroups$top${4:-}/memory.events
  [ ! -r "$counters" ] || printf ',"memory_events":{%s}' \
    "$(sed 's/\(.*\) \(.*\)/"\1":\2/' "$counters" | tr '\n' , | sed 's/,$//')" >&3
  echo '}' >&3
}

# memcg LIMIT_CGROUP LIMIT_MIB [TASK_CGROUP]: the members for a kill by a memory cgroup.
memcg() {
  printf '"kind":"memcg","limit_memcg":"%s","limit_bytes":%d' "$top$1" $(($2 * MIB))
  [ -z "${3:-}" ] || printf ',"task_memcg":"%s"' "$top$3"
}

# Ends what a scenario started and removes its cgroups.
clear_away() {
  for p in $(pids); do
    kill -9 "$p" 2>/dev/null
  done
  wait
  rm -f "$shm/w"
  for _ in $(seq 100); do
    left=$(find "$cgroups$top" -mindepth 1 -depth -type d 2>/dev/null)
    [ "$left" ] || break
    # A cgroup is busy for a moment after the last process of it has gone.
    # shellcheck disable=SC2086 # there are no blanks in their names
    rmdir $left 2>/dev/null || sleep 0.1
  done
}

# Runs one scenario between two marks in the kernel log, and leaves nothing of it behind.
scenario() {
  name=$1 also=
  : >"$out"
  echo "oomwhy: scenario $name begins" >/dev/kmsg
  "scenario_$(echo "$name" | tr - _)"
  echo "oomwhy: scenario $name ends" >/dev/kmsg
  clear_away
}
