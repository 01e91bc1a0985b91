# Whoever reads the list may stop early, and nobody complains.
for _ in $(seq 200); do cat "$OW_TEST_DATA/oom/guest-6.1-ancestor/input"; done >log
oomwhy kills --json log | head -c 20
