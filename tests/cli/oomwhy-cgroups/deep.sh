# A thousand groups, one inside the other.
. "$OW_CASES/trees"
deep=/a
for _ in $(seq 499); do deep=$deep/a; done
mkdir -p "host/sys/fs/cgroup$deep"
v2 / 100 max 50 0 1
v2 /a 20 64 5 0
v2 "$deep$deep" 10 12 5 0 2
oomwhy cgroups --root=host | tail -n 1 | cut -c1-20
oomwhy cgroups --tree --root=host | awk '{ print length($1) }' | sort -n | uniq -c
oomwhy cgroups --json --all --fields=path --root=host | jq -s 'length, (.[-1].path | length)'
