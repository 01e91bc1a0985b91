# What is negative, and has nothing but negative callees, stands where pprof has it: first.
profiles=$OW_TEST_DATA/profile
oomwhy heap -dot -diff_base="$profiles/before/input" -normalize "$profiles/after/input" |
  sed -n 's/^\(N[0-9]* \[label="[^"]*"\).*/\1/p'
