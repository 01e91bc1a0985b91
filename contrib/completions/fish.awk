# SPDX-License-Identifier: Apache-2.0
# The completion of fish, from the option tables (see cmd/command.h on --describe).
BEGIN {
  FS = "\t"
  print "# Completes oomwhy(1) in fish. Made from the option tables of the commands."
  print "complete -c oomwhy -f"
}

function quoted(text) {
  gsub(/[\\']/, "\\\\&", text)
  return "'" text "'"
}

$1 == "command" {
  command = $2
  sub(/^oomwhy-?/, "", command)
  when = command == "" ? "__fish_use_subcommand" : "__fish_seen_subcommand_from " command
  if ($5 == "file" || $5 == "dir")
    print "complete -c oomwhy -n " quoted(when) ($5 == "file" ? " -F" : " -xa '(__fish_complete_directories)'")
}
$1 == "word" { print "complete -c oomwhy -n " quoted(when) " -a " $2 }
$1 == "verb" { print "complete -c oomwhy -n " quoted(when) " -a " $2 " -d " quoted($3) }
$1 == "option" {
  line = "complete -c oomwhy -n " quoted(when) " -l " $3
  if ($2 != "-")
    line = line " -s " $2
  if ($5 == "required") {
    hints = $9 == "-" ? $4 : $9
    gsub(/\|/, " ", hints)
    if ($6 == "file")
      line = line " -rF"
    else if ($6 == "dir")
      line = line " -xa '(__fish_complete_directories)'"
    else
      line = line " -x" ($6 == "words" ? "a " quoted(hints) : "")
  }
  print line " -d " quoted($7)
}
