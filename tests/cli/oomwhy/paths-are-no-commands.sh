oomwhy ../oomwhy-other
