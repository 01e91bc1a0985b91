#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
set -eu
cd "$1"
. tests/check/files.sh

command -v shellcheck >/dev/null || skip "no shellcheck"
# shellcheck disable=SC2046
shellcheck --external-sources --source-path=SCRIPTDIR $(scripts)
