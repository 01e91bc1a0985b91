oomwhy kills - </dev/null
