# A log that somebody pasted twice, with its last line in front: each kill is listed once.
log=$OW_TEST_DATA/oom/guest-6.12-own-limit/input
{ grep 'Killed process' "$log"; cat "$log" "$log"; } >pasted
oomwhy kills pasted
oomwhy kills --json pasted | jq -c '[.victims[].pid, .notes]'
