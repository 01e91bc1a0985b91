oomwhy kills --since=soon -
