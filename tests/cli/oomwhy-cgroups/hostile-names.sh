. "$OW_CASES/trees"
v2 / 100 max 50 0 1
v2 "/$(printf 'a\nb')" 10 12 5 0 2
v2 "/$(printf 'esc\033[2Jape\\x41')" 10 12 5 0 3
v2 "/$(printf 'no-utf8-\377')/$(printf 'right-\342\200\256left')" 10 12 5 0 4
v2 /größe-☃ 10 12 5 0 5
oomwhy cgroups --root=host
LC_ALL=C oomwhy cgroups --root=host --fields=path /größe-☃
oomwhy cgroups --tree --root=host
oomwhy cgroups --json --root=host --fields=path
# What was printed can be turned back into the name.
oomwhy cgroups --json --root=host "/$(printf 'a\nb')" | jq -r .path
