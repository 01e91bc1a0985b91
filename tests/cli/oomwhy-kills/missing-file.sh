oomwhy kills /no/such/log
