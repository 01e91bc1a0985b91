: >log
oomwhy kills -b log
