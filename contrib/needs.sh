# shellcheck shell=sh
# SPDX-License-Identifier: Apache-2.0
# What oomwhy is built and tested with, and how to get it on Debian and Ubuntu. Sourced by
# quickstart and check; a test holds build_needs against meson.build.

# KIND NAME PACKAGE, one a line. A command is looked for on PATH, a module is asked of pkg-config,
# a file is there or not. "static" is a command that must run without a library (for an initramfs);
# "runtime" is a library of clang's own. A kind that ends with ? is left out where no package is.
# shellcheck disable=SC2034
build_needs='
command cc gcc
command meson meson
command ninja ninja-build
command pkg-config pkgconf
module libsystemd libsystemd-dev
module libcgroup libcgroup-dev
module libcurl libcurl4-openssl-dev
module jansson libjansson-dev
module libcrypto libssl-dev
module zlib zlib1g-dev
module liblzma liblzma-dev
module libzstd libzstd-dev
module libpcre2-8 libpcre2-dev
module? libisal libisal-dev
module smartcols libsmartcols-dev
'
# shellcheck disable=SC2034
test_needs='
module cmocka libcmocka-dev
command clang clang
runtime fuzzer libclang-rt-dev
command? clang-format-14 clang-format-14
command scdoc scdoc
command mandoc mandoc
command shellcheck shellcheck
command codespell codespell
command jq jq
command xz xz-utils
command zstd zstd
command valgrind valgrind
command bash bash
command zsh zsh
command fish fish
command curl curl
command go golang-go
command dot graphviz
command python3 python3
command xmllint libxml2-utils
command? chromium chromium
command dockerd docker.io
command? docker docker-cli
file /usr/lib/systemd/systemd-journal-remote systemd-journal-remote
command qemu-system-x86_64 qemu-system-x86
command cpio cpio
static busybox busybox-static
file /usr/share/keyrings/debian-archive-keyring.gpg debian-archive-keyring
'

say() {
  printf '%s\n' "$*" >&2
}

die() {
  say "$(basename "$0"): $*"
  exit 1
}

need_is_there() { # KIND NAME
  case ${1%\?} in
  command) command -v "$2" >/dev/null ;;
  module) command -v pkg-config >/dev/null && pkg-config --exists "$2" ;;
  file) [ -e "$2" ] ;;
  static) command -v "$2" >/dev/null && ! ldd "$(command -v "$2")" >/dev/null 2>&1 ;;
  runtime)
    command -v clang >/dev/null &&
      [ -n "$(find "$(clang -print-resource-dir)/lib" -name "libclang_rt.$2*.a" 2>/dev/null)" ]
    ;;
  *) die "needs.sh: no such kind: $1" ;;
  esac
}

# Those of $1 that are not there, in the same form.
needs_missing() {
  printf '%s' "$1" | while read -r kind name package; do
    [ -z "$kind" ] || need_is_there "$kind" "$name" || echo "$kind $name $package"
  done
}

# Runs a command as root, by sudo where that is needed. Without a terminal sudo must not ask.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null
}

# Asks apt-get for the packages behind the missing needs $1.
needs_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || return 1
  packages=$(printf '%s\n' "$1" | while read -r kind name package; do
    case $kind in
    *\?) [ -z "$(apt-cache --quiet show "$package" 2>/dev/null)" ] || echo "$package" ;;
    *) echo "$package" ;;
    esac
  done | sort -u)
  [ -n "$packages" ] || return 0
  # The list is one of words.
  # shellcheck disable=SC2086
  say "installing:" $packages
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    $packages >"$needs_log" 2>&1 || { tail -n 20 "$needs_log" >&2; return 1; }
}

# Makes sure that all needs of $1 are met, or says which are not and ends.
needs_meet() {
  missing=$(needs_missing "$1")
  [ -n "$missing" ] || return 0
  needs_log=$(mktemp)
  if command -v apt-get >/dev/null && can_be_root; then
    needs_install "$missing" || say "apt-get failed (on Ubuntu the packages are in \"universe\")"
    missing=$(needs_missing "$1")
  fi
  rm -f "$needs_log"
  missing=$(printf '%s\n' "$missing" | grep -v '^[a-z]*? ' || :)
  [ -n "$missing" ] || return 0

  say "This host lacks:"
  printf '%s\n' "$missing" | while read -r kind name package; do
    case $kind in
    module) say "  pkg-config module $name (Debian, Ubuntu: $package)" ;;
    runtime) say "  clang runtime library $name (Debian, Ubuntu: $package)" ;;
    static) say "  statically linked $name (Debian, Ubuntu: $package)" ;;
    *) say "  $kind $name (Debian, Ubuntu: $package)" ;;
    esac
  done
  if ! command -v apt-get >/dev/null; then
    say "There is no apt-get here: install them in this system's own way, then run this again."
  elif ! can_be_root; then
    say "Run this again as root, or install them and run it again."
  fi
  exit 1
}
