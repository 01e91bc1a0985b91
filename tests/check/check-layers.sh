#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Data flows one way: each layer may include itself and the layers named after it here.
set -eu
cd "$1"

allowed() {
  case $1 in
  base) echo base ;;
  record) echo base record ;;
  read) echo base record read ;;
  collect) echo base record read collect ;;
  analyze) echo base record analyze ;;
  report) echo base record analyze report ;;
  render) echo base record report render ;;
  *) echo "lib/$1 is no layer: see docs/ARCHITECTURE.md" >&2 && exit 1 ;;
  esac
}

bad=0
for layer in lib/*/; do
  layer=$(basename "$layer")
  may=$(allowed "$layer")
  if grep -rn --include='*.[ch]' '#include "' "lib/$layer" |
    grep -vE "#include \"($(echo "$may" | tr ' ' '|'))/"; then
    echo "lib/$layer may include only: $may"
    bad=1
  fi
done

# The heavy libraries stay in their layers, so that a command loads only what it needs.
only() { # HEADER LAYER...
  header=$1
  shift
  if grep -rn --include='*.[ch]' "#include <$header" lib | grep -vE "^lib/($(echo "$*" | tr ' ' '|'))/"; then
    echo "<$header> belongs to: $*"
    bad=1
  fi
}
only systemd/ collect
only libcgroup collect
only curl/ collect
only jansson read collect
only libsmartcols/ render
exit $bad
