# Words of pprof that are not supported are refused by their name, mistakes said.
profile=$OW_TEST_DATA/profile/leak/input
for words in '-http=:8080' '-web' '-weblist=x' '-call_tree' '-top -tree' '-nodecount=many' \
  '-lines -files' '-base=a -diff_base=b' '-normalize' '-trim=perhaps' '-json -top' '-json -lines' \
  '--limit=much' '-no_such_word' '-divide_by=0'; do
  # Words are to be split.
  # shellcheck disable=SC2086
  oomwhy heap $words "$profile"
  echo "exit status $?"
done
oomwhy heap -top
