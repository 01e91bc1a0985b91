oomwhy kills --utc "$OW_CASES/../../../contrib/example-case/case"
