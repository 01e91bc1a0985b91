# The same for programs; and what cannot be asked for together.
profiles=$OW_TEST_DATA/profile
for name in before 0 1 2 3; do
  cp "$profiles/series-$name/input" "$name"
done
oomwhy heap --series --json before 3 0 1 2 --limit=100M -n 1
oomwhy heap --series --json 0 1 | jq -c '.series.rows | map(.growth.kind) | group_by(.) | map([.[0], length])'
for words in '-base=0 1 2' '-top 1 2' '-cum 1 2' '--limit=much 1 2' '1' '1 nowhere'; do
  # Words are to be split.
  # shellcheck disable=SC2086
  oomwhy heap --series $words
  echo "exit status $?"
done
