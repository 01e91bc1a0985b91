oomwhy explain confirmed
