oomwhy frobnicate
