oomwhy repotr
