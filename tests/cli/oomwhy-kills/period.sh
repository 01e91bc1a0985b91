# Times without a year need --now.
cat >log <<'END'
Nov 20 07:51:02 web-1 kernel: [    7.000000] Out of memory: Killed process 42 (a) total-vm:1024kB, anon-rss:512kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:40kB oom_score_adj:0
Nov 21 07:51:02 web-1 kernel: [86407.000000] Out of memory: Killed process 43 (b) total-vm:1024kB, anon-rss:512kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:40kB oom_score_adj:0
END
oomwhy kills --utc --now 2026-11-22 --since 2026-11-21 log
echo
oomwhy kills --utc --now 2026-11-22 --until 2026-11-21 log
echo
oomwhy kills --since 2026-11-21 --until 2026-11-22 log
