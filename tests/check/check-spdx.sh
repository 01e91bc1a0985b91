#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Each source says its licence in its first line, or in the second after #!. A case of tests/cli is a
# line or two and has none.
set -eu
cd "$1"
. tests/check/files.sh
bad=0

for file in $(files -name '*.[ch]' -o -name '*.sh' -o -name '*.awk' -o -name '*.jq' \
  -o -name meson.build -o -name meson_options.txt -o -name '*.scd') $(scripts); do
  case $file in ./tests/cli/*/*) continue ;; esac
  head -n 2 "$file" | grep -q '^\(/\* \|# \|; \)SPDX-License-Identifier: Apache-2.0\( \*/\)\?$' ||
    { echo "$file: no SPDX-License-Identifier: Apache-2.0 at its top" && bad=1; }
done
exit $bad
