# No leak, however much is allocated.
cp "$OW_TEST_DATA/gc/churn/input" app.log
oomwhy gc app.log
LC_ALL=C.UTF-8 oomwhy gc app.log | sed -n 3,13p
