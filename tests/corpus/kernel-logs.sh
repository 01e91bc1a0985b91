#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Holds oomwhy kills against a collection of real logs that is no part of the project: a folder with
# logs, their truth, and a script "check" that compares. Skipped where it is not there.
#
#   kernel-logs.sh OOMWHY FOLDER
set -eu
oomwhy=$1 folder=$2

[ -x "$folder/check" ] || { echo "no collection of logs beside the project"; exit 77; }
command -v python3 >/dev/null || { echo "python3 is not there, which the collection needs"; exit 77; }
exec "$folder/check" -v "$oomwhy" kills
