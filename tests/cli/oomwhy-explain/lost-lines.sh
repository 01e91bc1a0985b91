# What a log says that it lost is said behind its records.
{
  cat "$OW_TEST_DATA/oom/guest-6.1-own-limit/input"
  echo 'Nov 20 07:51:02 web-1 systemd-journald[1]: Missed 17 kernel messages'
} | oomwhy explain -n 0 -
