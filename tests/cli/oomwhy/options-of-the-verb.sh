# What follows the command is the command's, also --help.
printf '#!/bin/sh\necho "other: $*"\n' >oomwhy-other
chmod +x oomwhy-other
PATH=$PATH:. oomwhy other --help
