# All of it, byte for byte: the same case gives the same report.
oomwhy report "$OW_CASES/../../../contrib/example-case/case"
