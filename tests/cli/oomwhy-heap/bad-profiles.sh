# What is no profile, or none that is whole, is said; nothing is printed of it.
profile=$OW_TEST_DATA/profile/leak/input
head -c 500 "$profile" >cut
printf '<!DOCTYPE html><title>Login</title>' >page
: >empty
gzip -dc "$profile" | head -c 900 >cut-unpacked
cat "$profile" "$profile" >twice
for file in cut page empty cut-unpacked twice no-such-file .; do
  oomwhy heap -top "$file"
  echo "exit status $?"
  oomwhy heap "$file"
  echo "exit status $?"
done
oomwhy heap -sample_index=cpu "$profile"
oomwhy heap -focus='(' "$profile"
