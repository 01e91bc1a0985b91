# The others are read all the same, but the status tells.
oomwhy kills --json /no/such/log "$OW_TEST_DATA/oom/guest-6.1-own-limit/input" | jq -r .kind
oomwhy kills --json /no/such/log "$OW_TEST_DATA/oom/guest-6.1-own-limit/input" >out 2>&1
