# Where a case lies and when it is read is not in its report.
cp -r "$OW_CASES/../../../contrib/example-case/case" elsewhere
oomwhy report elsewhere >here
TZ=Asia/Tokyo oomwhy report "$OW_CASES/../../../contrib/example-case/case" | cmp - here
