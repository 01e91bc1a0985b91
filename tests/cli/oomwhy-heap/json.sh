# The same for programs, as one object.
profile=$OW_TEST_DATA/profile/page/input
oomwhy heap --json "$profile" | jq -c '.rows |= map({site: .site.name, who: .who.name, bytes: .sums.inuse_bytes})'
oomwhy heap --json -n 1 "$profile" | jq '.rows'
oomwhy heap --json -output=written "$profile" && jq -r '.schema' written
