# SPDX-License-Identifier: Apache-2.0
# The completion of bash, from the option tables (see cmd/command.h on --describe).
BEGIN { FS = "\t" }

$1 == "command" {
  command = $2
  sub(/^oomwhy-?/, "", command)
  order[++n] = command
  operands[command] = $5
}
$1 == "word" { operands[command] = "words"; known[command] = known[command] " " $2 }
$1 == "verb" { verbs = verbs " " $2 }
$1 == "option" {
  words[command] = words[command] " --" $3 ($5 == "required" ? "=" : "")
  names = "\"" command " --" $3 "\""
  if ($2 != "-") {
    words[command] = words[command] " -" $2
    names = names " | \"" command " -" $2 "\""
  }
  if ($5 == "required") {
    hints = $9 == "-" ? $4 : $9
    gsub(/\|/, " ", hints)
    arguments = arguments "\t" names ") " \
      ($6 == "words" ? "_oomwhy_words \"$cur\" " hints : "_oomwhy_" $6 " \"$cur\"") \
      " && return ;;\n"
  }
}

END {
  print "# Completes oomwhy(1) in bash. Made from the option tables of the commands.\n"
  print "_oomwhy_none() { COMPREPLY=(); }"
  print "_oomwhy_file() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- \"$1\"); }"
  print "_oomwhy_dir() { compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- \"$1\"); }"
  print "_oomwhy_words() {"
  print "\tlocal cur=$1"
  print "\tshift"
  print "\tmapfile -t COMPREPLY < <(compgen -W \"$*\" -- \"$cur\")"
  print "\t[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace"
  print "}\n"
  print "_oomwhy() {"
  print "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command='' i\n"
  print "\t# bash takes --file=x apart at the equals sign."
  print "\tif [[ $cur == = ]]; then"
  print "\t\tcur=''"
  print "\telif [[ $prev == = ]]; then"
  print "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}"
  print "\tfi"
  print "\tfor ((i = 1; i < COMP_CWORD; i++)); do"
  print "\t\t[[ ${COMP_WORDS[i]} == -* ]] || { command=${COMP_WORDS[i]} && break; }"
  print "\tdone\n"
  print "\tcase \"$command $prev\" in"
  printf "%s", arguments
  print "\tesac"
  print "\tcase \"$command $cur\" in"
  for (i = 1; i <= n; i++)
    print "\t\"" order[i] " -\"*) _oomwhy_words \"$cur\"" words[order[i]] " ;;"
  print "\t\" \"*) _oomwhy_words \"$cur\"" verbs " ;;"
  for (i = 1; i <= n; i++)
    if (order[i] != "")
      print "\t\"" order[i] " \"*) _oomwhy_" operands[order[i]] " \"$cur\"" known[order[i]] " ;;"
  print "\tesac"
  print "}\n"
  print "complete -F _oomwhy oomwhy"
}
