# SPDX-License-Identifier: Apache-2.0
# The completion of zsh, from the option tables (see cmd/command.h on --describe).
BEGIN { FS = "\t" }

# text as it may stand in a description in single quotes.
function plain(text,    done, at) {
  gsub(/\[|\]|:|\\/, "\\\\&", text)
  while ((at = index(text, "'"))) {
    done = done substr(text, 1, at - 1) "'\\''"
    text = substr(text, at + 1)
  }
  return done text
}

function action(kind, hints) {
  if (kind == "file")
    return "_files"
  if (kind == "dir")
    return "_files -/"
  if (kind != "words")
    return " "
  gsub(/\|/, " ", hints)
  return "(" hints ")"
}

$1 == "command" {
  command = $2
  sub(/^oomwhy-?/, "", command)
  order[++n] = command
  operands[command] = $5
}
$1 == "word" { operands[command] = "words"; known[command] = known[command] " " $2 }
$1 == "verb" { verbs = verbs "\t\t'" plain($2) ":" plain($3) "'\n" }
$1 == "option" {
  argument = ""
  if ($5 != "none")
    argument = ($5 == "optional" ? "::" : ":") plain($4) ":" action($6, $9 == "-" ? $4 : $9)
  equals = $5 == "none" ? "" : ($5 == "optional" ? "=-" : "=")
  help = "'[" plain($7) "]" argument "'"
  if ($2 == "-")
    spec = "--" $3 equals help
  else
    spec = "'(-" $2 " --" $3 ")'{-" $2 ($5 == "none" ? "" : ($5 == "optional" ? "-" : "+")) \
      ",--" $3 equals "}" help
  specs[command] = specs[command] " \\\n\t\t" spec
}

END {
  print "#compdef oomwhy"
  print "# Completes oomwhy(1) in zsh. Made from the option tables of the commands.\n"
  print "_oomwhy_commands() {"
  print "\tlocal -a commands=(\n" verbs "\t)"
  print "\t_describe command commands"
  print "}\n"
  for (i = 1; i <= n; i++) {
    if (order[i] == "")
      continue
    print "_oomwhy_" order[i] "() {"
    print "\t_arguments -s -S" specs[order[i]] \
      (operands[order[i]] == "none" ? "" : " \\\n\t\t'*:argument:" action(operands[order[i]], known[order[i]]) "'")
    print "}\n"
  }
  print "_oomwhy() {"
  print "\tlocal state\n"
  print "\t_arguments -C" specs[""] " \\\n\t\t'1:command:_oomwhy_commands' '*::argument:->argument'"
  print "\t[[ $state != argument ]] || ! (( $+functions[_oomwhy_$words[1]] )) ||"
  print "\t\t_oomwhy_$words[1]"
  print "}\n"
  print "_oomwhy \"$@\""
}
