# Wrong words.
oomwhy gc --limit=much app.log
echo "exit $?"
oomwhy gc --limit=99999999T app.log
echo "exit $?"
oomwhy gc --json --csv app.log
echo "exit $?"
oomwhy gc -f a.log b.log
echo "exit $?"
oomwhy gc -f --json a.log
echo "exit $?"
oomwhy gc -D /var/log/journal
echo "exit $?"
echo >app.log
oomwhy gc --pattern='(' app.log
echo "exit $?"
oomwhy gc -u 'a/b'
