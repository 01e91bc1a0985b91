# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# What the scripts that fetch packages of Debian share: apt does it, with sources and state of its
# own in a folder that is removed again. Nothing is installed, and the system's own sources stay as
# they are.
set -eu

# What is too old for the first is in the second, and its signature says until when it was young.
mirrors="${OOMWHY_DEBIAN_MIRROR:-http://deb.debian.org/debian} http://archive.debian.org/debian"
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

die() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# apt-get and apt-cache on the private sources of one suite.
apt() {
  tool=$1
  shift
  "apt-$tool" -qq -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=- \
    -o Dir::State="$work/state" -o Dir::State::Status="$work/status" \
    -o Dir::Cache="$work/cache" -o APT::Architecture=amd64 -o APT::Architectures=amd64 \
    -o APT::Sandbox::User=root -o Acquire::Languages=none \
    -o Acquire::Check-Valid-Until=false -o APT::Update::Error-Mode=any \
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false "$@"
}

# Begins a folder $work, and reads the list of a suite from the first mirror that has it.
find_suite() {
  work=$(mktemp -d)
  mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$work/root"
  : >"$work/status"
  for mirror in $mirrors; do
    echo "deb [signed-by=$keyring] $mirror $1 main" >"$work/sources.list"
    ! apt get update 2>"$work/errors" || return 0
  done
  cat "$work/errors" >&2
  die "no mirror has the suite $1"
}

# unpack PACKAGE...: of that suite, into $work/root.
unpack() {
  for package; do
    (cd "$work" && apt get download "$package") || die "cannot download $package"
    dpkg-deb -x "$work/$package"_*.deb "$work/root"
  done
}

for tool in apt-get apt-cache dpkg-deb; do
  command -v $tool >/dev/null || die "$tool is needed"
done
[ -r "$keyring" ] || die "the package debian-archive-keyring is needed"
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
trap 'exit 1' HUP INT PIPE TERM
