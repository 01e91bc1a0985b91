. "$OW_CASES/trees"
some_host v2
for options in '--sort headroom' '--sort limit -r' '--sort name -n 2' '--sort anon -n 1 --json' '-r -n 2'; do
  echo "$options"
  # shellcheck disable=SC2086
  oomwhy cgroups $options --fields=path,usage_bytes,limit_bytes --root=host
done
# Each key that it names is one.
for key in $(oomwhy cgroups --sort none --root=host 2>&1 | sed -n 's/.* none of //p' | tr '|' ' '); do
  echo "$key:" $(oomwhy cgroups --json --fields=path --sort "$key" --root=host | jq -r '.path[-6:]')
done
oomwhy cgroups --sort size --root=host
