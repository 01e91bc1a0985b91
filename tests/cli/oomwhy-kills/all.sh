# A page allocation failure is listed with --all only, and is no kill. What stands in front of the
# machine's memory here is as Linux 5.0 and later print it.
sed -e 's/batch invoked oom-killer: .*/batch: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL|__GFP_COMP), nodemask=(null),cpuset=\/,mems_allowed=0-1/' \
  -e '/Tasks state/,$d' "$OW_TEST_DATA/oom/guest-6.1-global/input" >log
oomwhy kills log
echo "exit $?"
cat "$OW_TEST_DATA/oom/guest-6.1-ancestor/input" >>log
oomwhy kills log
oomwhy kills --all log
oomwhy kills -a --json log | jq -c '{kind, trigger, victims: (.victims | length)}'
oomwhy kills --all --verbose log | sed '/^$/q'
