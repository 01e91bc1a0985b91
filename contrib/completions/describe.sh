#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The option tables of all commands in one file: what the completions are made from.
set -eu

for exe; do
  "$exe" --describe
done
