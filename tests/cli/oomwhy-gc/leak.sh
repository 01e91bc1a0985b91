# A leak up to its OOM kill, and the life after it.
cp "$OW_TEST_DATA/gc/leak/input" app.log
oomwhy gc --limit=80M app.log
