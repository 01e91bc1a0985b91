# A program on PATH is a command, gets its arguments and sets the status.
printf '#!/bin/sh\necho "other: $*"\nexit 5\n' >oomwhy-other
chmod +x oomwhy-other
PATH=$PATH:. oomwhy other --json a
