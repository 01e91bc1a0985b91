# A log without a kill proves nothing where something may have kept one from being seen.
cat >quiet <<'END'
Nov 20 07:51:02 web-1 kernel: [    0.0] Linux version 6.1.0-18-amd64
Nov 20 08:51:02 web-1 kernel: [ 3600.0] eth0: down
END
set -- --utc --now 2026-11-21
# try NAME LINE...: the log and these lines.
try() {
  name=$1
  shift
  { cat quiet; printf '%s\n' "$@"; } >"$name"
  oomwhy kills --utc --now 2026-11-21 "$name"
}
try limited 'Nov 20 08:51:02 web-1 kernel: [ 3600.0] oom_kill_process: 38 callbacks suppressed'
try dropped 'Nov 20 08:51:02 web-1 kernel: [ 3600.0] ** 12 printk messages dropped **'
try missed 'Nov 20 08:51:02 web-1 systemd-journald[12]: Missed 7 kernel messages'
try overrun '[ 3600.0] systemd-journald[12]: /dev/kmsg buffer overrun, some messages lost.'
try missed-too '[ 3600.0] systemd-journald[12]: Missed 7 kernel messages'
try imjournal 'Nov 20 08:51:02 web-1 rsyslogd: imjournal: 42 messages lost due to rate-limiting'
try seen 'Nov 20 08:51:02 web-1 systemd[1]: a.service: A process of this unit has been killed by the OOM killer.'
try forged 'Nov 20 08:51:02 web-1 app[7]: Out of memory: Killed process 1 (init)'
printf '4,344,3,-;eth0: up\n4,349,7,-;eth0: down\n' >gap
oomwhy kills gap
echo 'Nov 20 08:51:02 web-1 app[7]: ready' >programs
oomwhy kills "$@" programs
head -c 9 /dev/zero >zeros
oomwhy kills zeros
oomwhy kills "$@" --since 2026-11-20 --until 2026-11-21 quiet
oomwhy kills "$@" --since 2026-11-21 quiet
oomwhy kills --since 2026-11-20 quiet
oomwhy kills missing quiet
