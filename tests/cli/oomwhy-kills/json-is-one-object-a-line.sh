oomwhy kills --json "$OW_TEST_DATA/oom/guest-6.1-many/input" | jq -r '[.schema, .kind, .victims[0].comm] | @tsv'
