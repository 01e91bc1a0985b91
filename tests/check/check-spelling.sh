#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$1"
. tests/check/files.sh

command -v codespell >/dev/null || skip "no codespell"
# sie is a month in Polish; abd and tru are words cut short in tests.
# shellcheck disable=SC2046
codespell --ignore-words-list=sie,abd,tru $(files -not -name LICENSE)
