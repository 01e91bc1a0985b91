# Every name of the list has an explanation of its own.
oomwhy explain | sed -n 's/^  \([^ ]*\).*/\1/p' | sort -u >names
while read -r name; do
  oomwhy explain "$name" >/dev/null || echo "not explained: $name"
done <names
[ "$(wc -l <names)" -gt 100 ] && echo "more than 100 names"
