oomwhy explain limit_bytes
