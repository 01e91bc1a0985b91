oomwhy report ./gone
