oomwhy explain allocation-failure
oomwhy explain userspace
