# One object a record. jq has no whole numbers of 64 bits: the limit of swap is left to the table.
cp "$OW_TEST_DATA/oom/guest-6.1-own-limit/input" log
oomwhy kills --json log | jq -c 'del(.tasks, .memory_stat, .swap)'
