# A memory limit that leaves the collector no room. From standard input.
oomwhy gc --limit=1GiB <"$OW_TEST_DATA/gc/spiral/input"
