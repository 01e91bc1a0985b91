# What is not there is said, each with its exit status.
echo "served 1 request" >app.log
oomwhy gc app.log
echo "exit $?"
oomwhy gc --json app.log
echo "exit $?"
echo "scvg0: inuse: 0, idle: 0, sys: 1, released: 0, consumed: 1 (MB)" >scvg.log
oomwhy gc scvg.log
echo "exit $?"
oomwhy gc ./missing.log
echo "exit $?"
mkdir folder
oomwhy gc folder
echo "exit $?"
oomwhy gc --host=unix:///nowhere/docker.sock missing
echo "exit $?"
oomwhy gc -S 2020-01-01 "$OW_TEST_DATA/gc/churn/input"
echo "exit $?"
oomwhy gc -p 7 "$OW_TEST_DATA/gc/churn/input"
echo "exit $?"
oomwhy gc "$OW_TEST_DATA/gc/churn/input" ./missing.log | tail -n 2
