# On a terminal a chart is drawn until an interrupt; then the screen is as before, and the summary
# stands on it.
head -n 40 "$OW_TEST_DATA/gc/churn/input" >app.log
TERM=xterm script -qec 'sh -c "echo \$\$ >pid; exec oomwhy gc -f --ascii app.log"' typescript \
  </dev/null >/dev/null 2>&1 &
until grep -q Allocates typescript 2>/dev/null; do sleep 0.05; done
kill -INT "$(cat pid)"
wait $!
echo "exit $?"
tr -d '\r' <typescript >drawn
printf '%s entered, %s left\n' "$(grep -c '\[?1049h' drawn)" "$(grep -c '\[?1049l' drawn)"
sed -n '/\[?1049l/,$p' drawn | grep -E '^(Live|Trend|Verdict|Lines)'
