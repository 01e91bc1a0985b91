# A name with terminal escapes and with the words of the kernel in it.
printf '[    1.000000] Memory cgroup out of memory: Killed process 7 (\033[2J) total-vm:1kB, a) total-vm:8kB, anon-rss:4kB, file-rss:0kB, shmem-rss:0kB, UID:0 pgtables:4kB oom_score_adj:0\n' >log
oomwhy kills log
oomwhy kills --json log | jq -c '.victims[0] | [.pid, .total_vm_bytes]'
