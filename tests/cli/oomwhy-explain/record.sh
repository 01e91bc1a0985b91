# The whole record of the example that ships, from standard input.
oomwhy explain - < "$OW_CASES/../../../contrib/example-case/case/kernel/kmsg"
