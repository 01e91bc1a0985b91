#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$1"
. tests/check/files.sh

command -v codespell >/dev/null || skip "no codespell"
# sie is a month in Polish: lib/read/stamp.c.
# shellcheck disable=SC2046
codespell --ignore-words-list=sie $(files -not -name LICENSE)
