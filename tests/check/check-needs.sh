#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What contrib/quickstart installs is what meson.build asks for. Threads come with the C library.
set -eu
cd "$1"
. contrib/needs.sh

built=$(grep -ohE "dependency\('[^']+'" meson.build | cut -d "'" -f 2 | grep -vxF threads | sort)
# shellcheck disable=SC2154
installed=$(printf '%s' "$build_needs" | awk '$1 ~ /^module/ { print $2 }' | sort)
[ "$built" = "$installed" ] && exit 0
echo "meson.build needs:" "$built"
echo "contrib/needs.sh has:" "$installed"
exit 1
