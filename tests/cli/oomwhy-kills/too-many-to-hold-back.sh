# Nothing of a list that would be wrong is printed.
seq 30000 | sed 's/.*/[    7.000000] Killed process & (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB/' >log
oomwhy kills --reverse log
echo "exit $?"
oomwhy kills -n 20000 log
echo "exit $?"
oomwhy kills -r -n 2 log
