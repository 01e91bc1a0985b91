case=$OW_CASES/../../../contrib/example-case/case
oomwhy report -o incident.md "$case"
oomwhy report --format=markdown "$case" | cmp - incident.md
oomwhy report -o incident.json "$case"
oomwhy report --json "$case" | cmp - incident.json
