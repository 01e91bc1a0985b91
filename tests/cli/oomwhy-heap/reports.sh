# Each report of the same samples.
for report in -traces -tags -tree -comments -callgrind -dot; do
  echo "== $report"
  oomwhy heap "$report" -focus='main\.remember' -add_comment=hello "$OW_TEST_DATA/profile/leak/input"
done
