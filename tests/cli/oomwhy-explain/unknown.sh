oomwhy explain no-such-thing anon-rss
