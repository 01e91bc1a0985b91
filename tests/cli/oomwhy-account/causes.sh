# Each way that memory goes has its own account.
cd "$OW_TEST_DATA/account"
for way in tasks mmap freed thin churn limit; do
  echo "--- $way"
  oomwhy account "$way"/[hmsg]*.[123]* | sed '/^THE LARGE/,$d'
done
