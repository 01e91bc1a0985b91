# SPDX-License-Identifier: Apache-2.0
# From meson's testlog.json to one line for each test: STATUS SUITE / NAME. A program that speaks TAP
# stands for as many tests as it names, and for one more where it failed without naming which.

def status: {OK: "passed", EXPECTEDFAIL: "passed", SKIP: "skipped"}[.] // "failed";
def tap_status:
  if test("# *skip"; "i") then "skipped" elif startswith("not") then "failed" else "passed" end;

(.result | status) as $status
| (.name | sub("^[^:]*:"; "")) as $name
| [.stdout // "" | split("\n")[] | select(test("^(not )?ok\\b"))] as $tap
| if $tap == [] then
    "\($status) \($name)"
  else
    ($tap[] | "\(tap_status) \($name): \(sub("^(not )?ok *[0-9]* *-? *"; ""))"),
    if $status == "failed" and all($tap[]; tap_status != "failed") then "failed \($name)"
    else empty end
  end
