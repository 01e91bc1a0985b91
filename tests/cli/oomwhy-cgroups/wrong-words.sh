for options in --watch '--watch --json' '--watch=0' '--watch --processes' '--tree --json' '--root=. --host=x' '--depth=-1' '--root=nowhere'; do
  # shellcheck disable=SC2086
  oomwhy cgroups $options
  echo "exit $?"
done
