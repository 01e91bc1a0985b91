# For programs it makes no difference.
cd "$OW_TEST_DATA/oom"
oomwhy kills --json guest-6.1-pod/input > "$OLDPWD/plain"
oomwhy kills --json --verbose guest-6.1-pod/input | cmp - "$OLDPWD/plain" && echo same
