# Whoever may write to a log can write what looks like a kill. It is listed and doubted where the
# kernel's lines look otherwise, and only --all lists what a program wrote under its own name.
{
  for s in 1 2 3 4 5 6 7 8; do
    echo "Nov 20 07:51:0$s web-1 kernel: [  283.00000$s] eth0: up"
  done
  echo 'Nov 20 07:51:08 web-1 app[7]: Out of memory: Killed process 41 (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB'
  echo 'Nov 20 07:51:09 web-1 kernel: Out of memory: Killed process 42 (b) total-vm:8kB, anon-rss:4kB, file-rss:0kB'
  echo 'Nov 20 07:51:09 web-1 kernel: [  283.000009] Out of memory: Killed process 43 (c) total-vm:8kB, anon-rss:4kB, file-rss:0kB'
} >log
oomwhy kills log
oomwhy kills --all --utc log
oomwhy kills --json --all log 2>/dev/null | jq -c '[.victims[0].comm, .notes]'
oomwhy kills --verbose log 2>/dev/null | sed '/^$/q'
oomwhy report --kill 1 log | grep -e forged -e 'OOM report' -e kernel-global-oom | head -n 6
oomwhy explain log | grep -A 1 forged
grep app log | oomwhy kills -
echo "exit $?"
