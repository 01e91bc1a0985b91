# So many that a second thread prints them: the list is that of one that is held back first.
awk 'BEGIN {
  for (i = 1; i <= 2000; i++)
    printf "[%5d.000000] Out of memory: Killed process %d (eat) total-vm:8kB, anon-rss:4kB\n", i, i
}' >log
for option in --json --no-pager; do
  oomwhy kills "$option" log >two
  oomwhy kills "$option" -n 2000 log >one
  cmp one two && echo "$option: $(grep -c eat two)"
done
oomwhy kills --json log | head -n 1 | grep -c eat
oomwhy kills --json log >/dev/full
