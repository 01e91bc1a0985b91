echo 'Nov 20 07:51:02 web-1 kernel: Memory cgroup out of memory: Killed process 7 (eat) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0' >log
oomwhy kills --json log | jq -c .time
oomwhy kills --json --utc log | jq -c .time
oomwhy kills --json --utc --now 2026-11-21 log | jq -c .time
oomwhy kills --since 2026-01-01 log
