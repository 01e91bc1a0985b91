oomwhy explain total_rss
