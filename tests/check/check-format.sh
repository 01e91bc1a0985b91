#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The sources are as .clang-format lays them out.
#
#   check-format.sh ROOT CLANG-FORMAT
set -eu
tool=$2
cd "$1"
. tests/check/files.sh

[ -n "$tool" ] || skip "no clang-format 14"
# No name of a source has a blank.
# shellcheck disable=SC2046
"$tool" --dry-run -Werror $(files -name '*.[ch]')
