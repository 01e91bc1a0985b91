echo nothing happened > log
oomwhy explain ./log
echo "status $?"
oomwhy explain ./missing
echo "status $?"
oomwhy explain --format=html ./log
