# SPDX-License-Identifier: Apache-2.0
# The conditions of groups.sh (the inputs) as one program for jq, which prints a line for each one
# that does not hold of what the program of groups.c printed.

"def MIB: 1048576;",
"def check($path; condition; $text): . as $all",
"  | ([.[] | select(.schema == \"oomwhy.cgroup/1\" and .path == $path)]) as $found",
"  | if ($found | length) != 1 then \"there are \\($found | length) groups \\($path)\"",
"    else $found[0] | select([condition] | all | not) | \"not so: \\($text) of \\(tojson)\" end;",
"def processes_of($all): .path as $path",
"  | [$all[] | select(.schema == \"oomwhy.process/1\" and .cgroup == $path)];",
"[inputs] as $all | $all | empty",
(inputs | ", check(\(.path | tojson); . as $group | processes_of($all) as $processes"
  + " | \(.condition); \(.condition | tojson))")
