# gzip, xz and zstd are known by their first bytes; the name does not matter.
for pack in gzip xz zstd; do
  $pack -c <"$OW_TEST_DATA/oom/guest-6.1-ancestor/input" >log
  oomwhy kills log
done
