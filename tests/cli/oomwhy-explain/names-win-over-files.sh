# A file that is called like a word is the word, unless a slash says that it is a file.
cp "$OW_TEST_DATA/oom/guest-6.1-storm/input" order
oomwhy explain order
oomwhy explain -n 1 ./order | head -n 1
