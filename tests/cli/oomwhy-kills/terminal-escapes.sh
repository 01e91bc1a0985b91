# A name may hold anything. Nothing raw reaches the terminal.
esc=$(printf '\033')
cat >log <<END
[    7.000000] Out of memory: Killed process 42 (${esc}[31mred) total-vm:1024kB, anon-rss:512kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:40kB oom_score_adj:0
END
oomwhy kills log
oomwhy kills --json log
