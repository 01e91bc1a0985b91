oomwhy explain --format=json 'scav 0 KiB work, 3832 KiB total, 62% util (forced)' \
  'pacer: assist ratio=+1.2e+000 (scan 1 MB in 70->71 MB) workers=2+0'
oomwhy explain --format=json anon-rss
