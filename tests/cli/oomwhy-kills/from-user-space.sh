# What kills before the kernel does is a kill of its own kind: who did it, by which signal, and what.
cat >log <<'END'
Nov 20 07:51:02 web-1 systemd-oomd[726]: Killed /user.slice/a.scope due to memory pressure for /user.slice being 51.07% > 50.00% for > 20s with reclaim activity
Nov 20 07:51:02 web-1 systemd[1565]: a.scope: systemd-oomd killed 3 process(es) in this unit.
Nov 20 07:52:02 web-1 systemd[1]: b.service: systemd-oomd killed 134 process(es) in this unit.
Nov 20 07:53:02 web-1 earlyoom[454]: sending SIGTERM to process 7378 uid 1000 "tail": badness 156, VmRSS 4962 MiB
Nov 20 07:54:02 web-1 earlyoom[454]: sending SIGTERM to process 7379 uid 1000 "tail": badness 156, VmRSS 4962 MiB
Nov 20 07:54:02 web-1 earlyoom[454]: dryrun, not actually sending any signal
END
oomwhy kills --utc --now 2026-11-21 log
oomwhy kills --json log | jq -c '{line, kind, killer, signal, task_memcg, limit_memcg, victims}'
oomwhy kills --verbose log | sed '/^$/q'
oomwhy report --kill 3 log | head -n 6
