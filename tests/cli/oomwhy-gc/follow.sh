# A log that goes on, is rotated, and ends by an interrupt.
cp "$OW_TEST_DATA/gc/churn/input" whole
head -n 20 whole >app.log
oomwhy gc -f app.log >out 2>err &
pid=$!
until grep -q ' 19 ' out; do sleep 0.05; done
sed -n 21,30p whole >>app.log
until grep -q ' 28 ' out; do sleep 0.05; done
mv app.log app.log.1
sed -n 31,40p whole >app.log
until grep -q ' 37 ' out; do sleep 0.05; done
kill -INT $pid
wait $pid
echo "exit $?"
sed -n '1,3p;37,41p' out
cat err
head -n 30 whole | oomwhy gc -f | sed -n '28,32p'
