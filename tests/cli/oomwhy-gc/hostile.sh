# Names and lines that are up to no good.
printf 'evil\033[2J\377  | gc 1 @0.1s 0%%: 0.1+1+0.1 ms clock, 0.2+0/1/0+0.2 ms cpu, 4->4->1 MB, 5 MB goal, 2 P\n' >x
printf 'gc 18446744073709551615 @99999999999.9s 99%%: 1e9+1+0.1 ms clock, 0.2+0/1/0+0.2 ms cpu, 17592186044415->17592186044415->17592186044415 MB, 17592186044415 MB goal, 4294967295 P\n' >>x
oomwhy gc x | cat -v | head -n 8
oomwhy gc --json x | jq -e '.processes | length > 0'
oomwhy gc --csv x | cat -v | head -n 2
