oomwhy kills --since 'next tuesday-ish' /dev/null
echo "exit $?"
oomwhy kills --lines many /dev/null
