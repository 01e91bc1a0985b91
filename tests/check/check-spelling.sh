#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$1"
. tests/check/files.sh

command -v codespell >/dev/null || skip "no codespell"
# shellcheck disable=SC2046
codespell $(files -not -name LICENSE)
