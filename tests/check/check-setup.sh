#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The set-up scripts say what they do, and on a system that they do not know they say what is
# missing and touch nothing.
set -eu
cd "$1"
bad=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
  echo "$*"
  bad=1
}

for script in contrib/quickstart contrib/check contrib/example-case/record; do
  "$script" --help >"$tmp/help" || fail "$script --help fails"
  grep -q "^Usage: $script" "$tmp/help" || fail "$script --help begins without usage"
  if grep -n '.\{81\}' "$tmp/help"; then fail "$script --help is too wide"; fi
  status=0
  "$script" --no-such-option >/dev/null 2>&1 || status=$?
  [ $status = 2 ] || fail "$script ends with $status for an unknown option, not 2"
done

# A system with neither a package manager nor a compiler.
mkdir "$tmp/bin"
for tool in sh basename cat dirname grep id mktemp rm; do
  ln -s "$(command -v $tool)" "$tmp/bin/"
done
for script in contrib/quickstart contrib/check; do
  status=0
  PATH=$tmp/bin "$script" >"$tmp/out" 2>&1 || status=$?
  [ $status = 1 ] || fail "$script ends with $status where all is missing, not 1"
  for lack in 'command cc' 'pkg-config module libsystemd' 'no apt-get'; do
    grep -q "$lack" "$tmp/out" || fail "$script does not say: $lack"
  done
done
exit $bad
