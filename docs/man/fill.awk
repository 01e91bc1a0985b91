# SPDX-License-Identifier: Apache-2.0
# Fills the template of a man page: fill.awk -v name=oomwhy-kills describe.tsv oomwhy-kills.1.scd.
# The first file holds the option tables (see cmd/command.h on --describe).
BEGIN { FS = "\t" }

# Makes text stand in a page as it is.
function plain(text) {
  gsub(/[\\_*]/, "\\\\&", text)
  return text
}

# A sentence of the page from a line of --help.
function sentence(text) {
  return toupper(substr(text, 1, 1)) substr(text, 2) "."
}

# _TIME_ for TIME, *text*|*json* for text|json: words to be typed are bold.
function argument(hint, kind) {
  if (kind != "words" || hint !~ /\|/)
    return "_" plain(hint) "_"
  hint = plain(hint)
  gsub(/\|/, "*|*", hint)
  return "*" hint "*"
}

function option_text(    head, text) {
  head = $2 == "-" ? "" : "*-" $2 "*, "
  head = head "*--" $3 "*"
  if ($5 == "required")
    head = head "=" argument($4, $6)
  else if ($5 == "optional")
    head = head "[=" argument($4, $6) "]"
  text = plain(sentence($7)) ($8 == "-" ? "" : " " plain($8))
  return head "\n\t" text "\n\n"
}

FNR == 1 { file++ }

file == 1 {
  if ($1 == "command") {
    wanted = $2 == name
    if (wanted) {
      synopsis = $3
      purpose = $4
    }
  } else if (wanted && $1 == "verb") {
    verbs = verbs "*" $2 "*\n\t" plain(sentence($3)) " See *oomwhy-" $2 "*(1).\n\n"
  } else if (wanted && $1 == "option") {
    options = options option_text()
  }
  next
}

# scdoc takes no comment before the title.
FNR == 1 && /^; / { next }

# `oomwhy kills` is what people type, oomwhy-kills is the program.
/^@SYNOPSIS@$/ {
  typed = name
  sub(/-/, " ", typed)
  print "*" typed "* " plain(synopsis)
  next
}
/@PURPOSE@/ {
  at = index($0, "@PURPOSE@")
  print substr($0, 1, at - 1) plain(tolower(substr(purpose, 1, 1)) substr(purpose, 2)) \
    substr($0, at + length("@PURPOSE@"))
  next
}
/^@VERBS@$/ { printf "%s", verbs; next }
/^@OPTIONS@$/ { printf "%s", options; next }
{ print }
