# SPDX-License-Identifier: Apache-2.0
# Makes a C array of the lines of each file, for what goes into other files as it is: flame.js becomes
# flame_js[]. NULL is its end.
function quote(line, out, c, i) {
  for (i = 1; i <= length(line); i++) { # awks do not agree on backslashes in gsub()
    c = substr(line, i, 1)
    out = out (c == "\\" || c == "\"" ? "\\" : "") c
  }
  return "\"" out "\\n\""
}
FNR == 1 {
  if (NR == 1)
    print "/* Made by embed.awk. */\n#include \"render/flame-internal.h\"\n"
  else
    print "\tNULL,\n};\n"
  name = FILENAME
  sub(/.*\//, "", name)
  gsub(/[^a-z]/, "_", name)
  print "const char *const " name "[] = {"
}
{ print "\t" quote($0) "," }
END { print "\tNULL,\n};" }
