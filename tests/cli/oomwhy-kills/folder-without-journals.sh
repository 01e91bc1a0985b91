oomwhy kills .
