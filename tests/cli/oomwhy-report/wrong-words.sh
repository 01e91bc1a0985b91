oomwhy report --format=pdf -
echo "exit $?"
oomwhy report --json --format=text -
echo "exit $?"
oomwhy report --kill=first -
echo "exit $?"
oomwhy report one two
