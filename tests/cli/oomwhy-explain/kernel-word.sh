oomwhy explain anon-rss
