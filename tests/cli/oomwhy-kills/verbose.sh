oomwhy kills --verbose --utc "$OW_CASES/../../../contrib/example-case/case"
