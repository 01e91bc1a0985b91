oomwhy kills --json "$OW_CASES/../../../contrib/example-case/case" | jq -r '[.source, .kind, .victims[0].comm] | @tsv'
