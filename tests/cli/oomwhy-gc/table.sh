# The collections one by one, for people and for spreadsheets.
cp "$OW_TEST_DATA/gc/leak/input" app.log
oomwhy gc -t app.log | sed -n '1,3p;120,126p'
oomwhy gc --csv app.log | sed -n '1,3p' | cat -A
oomwhy gc --csv -p 2 app.log | wc -l
printf 'gc14(2): 1+1+0 ms 10 -> 5 MB 58439 -> 8912 (573381-564469) objects 184 handoff\n' |
  oomwhy gc --csv
printf 'gc 1 @0.1s 0%%: 0.1+1+0.1 ms clock, 0.2+0/1/0+0.2 ms cpu, 4->4->1 MB, 5 MB goal, 2 P\n' >'a,"b".log'
oomwhy gc --csv 'a,"b".log'
