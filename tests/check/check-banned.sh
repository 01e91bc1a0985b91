#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Functions that cannot say what went wrong, write past their buffer, or keep state; and what a
# library must not do.
set -eu
cd "$1"
bad=0

# refuse WHERE WHY NAME...: none of the functions is called in the files.
refuse() {
  where=$1 why=$2
  shift 2
  names=$(echo "$*" | tr ' ' '|')
  # shellcheck disable=SC2086
  if grep -nE "(^|[^A-Za-z0-9_>.])($names) ?\(" $where | grep -vE ':[[:space:]]*(/?\*|//)'; then
    echo "$why: $*"
    bad=1
  fi
}

# The programs that scenarios kill stand for other people's.
all=$(find lib cmd tests -name '*.[ch]' -not -path 'tests/scenarios/*')
lib=$(find lib -name '*.[ch]')

refuse "$all" "use the scanners of base/scan.h" \
  sscanf fscanf scanf strtol strtoul strtoll strtoull strtoimax strtoumax strtod strtof strtold \
  atoi atol atoll atof strtok strtok_r strsep
refuse "$all" "the length is not known to it; use ow_printf or snprintf" \
  strcpy strcat stpcpy strncpy strncat sprintf vsprintf gets alloca strdupa
refuse "$all" "it keeps state or knows no error; use base/time.h" \
  localtime gmtime ctime asctime mktemp tmpnam tempnam
refuse "$lib" "the library never prints, logs or exits" \
  printf vprintf puts putchar perror exit _exit abort err errx warn warnx syslog signal
# The words may stand in a string: Docker's log format has them.
# shellcheck disable=SC2086
if grep -nE '^([^"]|"[^"]*")*[^/A-Za-z0-9_"](stdout|stderr)([^A-Za-z0-9_]|$)' $lib | grep -vE ':[[:space:]]*(/?\*|//)'; then
  echo "the library writes only to the FILE that it is given"
  bad=1
fi
exit $bad
