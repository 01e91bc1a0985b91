# The numbers of the listing stay, whatever part of it is shown.
oomwhy kills -r -n 2 "$OW_TEST_DATA"/oom/guest-6.1-many/input | awk '{print $1, $4, $5}'
oomwhy kills -n 2 "$OW_TEST_DATA"/oom/guest-6.1-many/input | awk '{print $1, $4, $5}'
