# Three moments from files, in the order of their numbers; and one alone, which says who holds.
cd "$OW_TEST_DATA/account/leak"
oomwhy account heap.*.txt metrics.* status.* smaps_rollup.* group.*
oomwhy account heap.3.txt status.3 smaps_rollup.3 --limit=40M | sed -n '1,/THE LARGE/p; /^GOMEMLIMIT/,/^SOURCES/p'
