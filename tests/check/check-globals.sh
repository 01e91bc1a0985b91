#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The library has no state of its own: every variable that outlives a call is const. This looks at
# the source, as a sanitizer adds variables to the objects: what stands in column 0, is no function
# and no type, and what is static in a function.
set -eu
cd "$1"

awk '
  function is_const(text) {
    sub(/=.*/, "", text)
    return text ~ /\(/ || text ~ /(^|[ *])const [^*]*$/
  }
  /^(struct|enum|union) [a-z_0-9]+( \{|;)/ || /^(enum \{|typedef )/ { next }
  FILENAME ~ /\.h$/ && !/^(extern|static) / && !/=/ { next } # functions of a named type
  (/^[a-z].*[;{]$/ || /^[a-z].*=/ || /^\t+static /) && !is_const($0) {
    print FILENAME ":" FNR ": " $0
    bad = 1
  }
  END { exit bad }
' lib/*/*.[ch] || { echo "lib/ has no variables of its own" && exit 1; }
