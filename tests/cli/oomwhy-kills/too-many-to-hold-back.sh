# Nothing of a list that would be wrong is printed.
yes '[    7.000000] Killed process 42 (a) total-vm:8kB, anon-rss:4kB, file-rss:0kB' | head -n 30000 >log
oomwhy kills --reverse log
echo "exit $?"
oomwhy kills -n 20000 log
echo "exit $?"
oomwhy kills -r -n 2 log
