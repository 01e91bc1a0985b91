oomwhy kills -n many -
