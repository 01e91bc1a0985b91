# A picture of whole stacks: what is drawn, without the looks and the script that are in each.
drawn() {
  sed '/<style/,/<\/style>/d; /<script/,/<\/script>/d' "$@"
}
profiles=$OW_TEST_DATA/profile
oomwhy heap -flame leak.svg "$profiles/leak/input"
drawn leak.svg
oomwhy heap -flame=- -base "$profiles/grown/input" -focus='work|malg' "$profiles/leak/input" | drawn
oomwhy heap -flame no/such/folder/leak.svg "$profiles/leak/input"
echo "exit status $?"
oomwhy heap -flame x.svg -focus=nobody "$profiles/leak/input"
echo "exit status $?"
oomwhy heap -flame x.svg -output=y.svg "$profiles/leak/input"
oomwhy heap -flame x.svg -top "$profiles/leak/input"
# A profile in the place of the file that is to be written is left as it is; a picture is replaced.
cp "$profiles/leak/input" kept
oomwhy heap -flame kept "$profiles/leak/input"
echo "exit status $?"
cmp kept "$profiles/leak/input" && rm kept
oomwhy heap -flame leak.svg -focus=malg "$profiles/leak/input"
echo "exit status $?"
ls
