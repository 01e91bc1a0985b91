# One process of the container's own group, one of a group below it, and one that is gone meanwhile.
. "$OW_CASES/trees"
some_host v2
process() { # PID NAME ANON_KB SWAP_KB ADJ
  mkdir -p "host/proc/$1"
  printf 'Name:\t%s\nState:\tS (sleeping)\nPid:\t%d\nPPid:\t1\nUid:\t7\t7\t7\t7\nNSpid:\t%d\t1\n' "$2" "$1" "$1" >"host/proc/$1/status"
  printf 'VmSize:\t%d kB\nVmRSS:\t%d kB\nRssAnon:\t%d kB\nRssFile:\t100 kB\nRssShmem:\t0 kB\nVmPTE:\t40 kB\nVmSwap:\t%d kB\nThreads:\t1\n' \
    $(($3 * 2)) $(($3 + 100)) "$3" "$4" >>"host/proc/$1/status"
  printf '%s\0--password=secret\0' "/usr/bin/$2" >"host/proc/$1/cmdline"
  echo "$5" >"host/proc/$1/oom_score_adj"
  echo 700 >"host/proc/$1/oom_score"
}
process 100 "$(printf 'esc\033[2J')" 2048 0 -500
process 102 web 57344 1024 0
oomwhy cgroups --processes --root=host 3418
oomwhy cgroups --processes --json --root=host 3418 | jq -c '[.schema, .path // .comm, .pid, .rss_anon_bytes, .command]'
oomwhy cgroups --processes --root=host /system.slice/stopped.service
rm -r host/proc
oomwhy cgroups --processes --root=host
