#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The completion of one shell loads, and offers every command, option and word that there is.
#
#   check-completions.sh SHELL FILE DESCRIPTION
set -eu
shell=$1 completion=$2 description=$3 bad=0
# shellcheck source=tests/check/files.sh
. "$(dirname "$0")/files.sh"
command -v "$shell" >/dev/null || skip "no $shell"
"$shell" -n "$completion"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# complete_line LINE: what the shell offers for the last word of LINE, one a line.
case $shell in
bash)
  # shellcheck source=/dev/null
  . "$completion"
  # shellcheck disable=SC2317
  compopt() { :; } # is refused outside of a completion
  complete_line() {
    # As bash cuts a line: an equals sign is a word of its own.
    IFS=' ' read -ra COMP_WORDS <<<"${1//=/ = }"
    [[ $1 != *[\ =] ]] || COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=()
    _oomwhy
    printf '%s\n' "${COMPREPLY[@]}"
  }
  ;;
fish)
  complete_line() {
    # shellcheck disable=SC2016
    HOME=$tmp XDG_CONFIG_HOME=$tmp fish --no-config \
      -c 'source $argv[1]; complete -C $argv[2]' "$completion" "$1" | sed 's/^--[a-z-]*=//'
  }
  ;;
zsh)
  # zsh completes in a terminal only. Here its helpers print what they are given to choose from.
  complete_line() {
    local function=_oomwhy words
    IFS=' ' read -ra words <<<"$1"
    [[ $1 == 'oomwhy -'* || ${#words[@]} -lt 3 ]] || function=_oomwhy_${words[1]}
    # shellcheck disable=SC2016
    zsh -f -c '
      _arguments() { print -l -- ${@//[()]/ }; }
      _describe() { print -l -- ${(P)2//:/ }; }
      source $1
      _oomwhy_commands
      $2' zsh "$completion" "$function" | sed "s/\[.*\]/ /; s/^ *-[A-Za-z] */ /"
  }
  ;;
esac

offers() { # LINE WORD
  complete_line "$1" >"$tmp/offers"
  grep -qE -- "(^|[[:space:]:])$2([=+-]*[[:space:]:]|[=+-]*\$)" "$tmp/offers" ||
    { echo "$shell: '$1' does not offer '$2' but:" && cat "$tmp/offers" && bad=1; }
}

command=
while IFS=$'\t' read -r what first second third fourth fifth _ _ words; do
  case $what in
  command) command=${first/oomwhy-/oomwhy } ;;
  word)
    # Labels; the names of fields are too many to ask for each.
    [[ $first != *-* ]] || offers "$command ${first:0:3}" "$first"
    ;;
  verb) offers "oomwhy ${first:0:1}" "$first" ;;
  option)
    offers "$command --${second:0:2}" "--$second"
    [[ $fourth:$fifth == required:words ]] || continue
    [[ $words != - ]] || words=$third
    for word in ${words//|/ }; do
      offers "$command --$second=${word:0:1}" "$word"
    done
    ;;
  esac
done <"$description"
[ -n "$command" ]
exit $bad
