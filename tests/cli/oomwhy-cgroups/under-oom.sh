# A group of v1 whose tasks hang at the limit, as nothing may be killed, is seen.
. "$OW_CASES/trees"
v1 / 0 max 0 0 1
v1 /hung 64 64 63 0 2
printf 'oom_kill_disable 1\nunder_oom 1\noom_kill 0\n' >"$at/memory.oom_control"
v1 /short 64 64 63 0 3
printf 'oom_kill_disable 0\nunder_oom 1\noom_kill 0\n' >"$at/memory.oom_control"
v1 /spared 8 64 7 0 4
printf 'oom_kill_disable 1\nunder_oom 0\noom_kill 0\n' >"$at/memory.oom_control"
v1 /plain 8 64 7 0 5
printf 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n' >"$at/memory.oom_control"
oomwhy cgroups --root=host
for field in nosuch swap.usage stat.anon; do
  oomwhy cgroups --root=host --fields=path,$field
  echo "exit $?"
done
