. "$OW_CASES/trees"
some_host v2
for options in '' --json --tree; do
  # shellcheck disable=SC2086
  oomwhy cgroups $options --root=host >/dev/full
  echo "exit $?"
done
