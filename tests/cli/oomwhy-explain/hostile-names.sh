printf 'Memory cgroup out of memory: Killed process 7 (\033[2J\237) total-vm:4kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0\n' |
  oomwhy explain -
