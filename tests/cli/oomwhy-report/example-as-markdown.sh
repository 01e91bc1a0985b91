oomwhy report --format=markdown "$OW_CASES/../../../contrib/example-case/case"
