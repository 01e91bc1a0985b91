oomwhy explain 'GC forced' 'scvg0: inuse: 144, idle: 129, sys: 274, released: 0, consumed: 274 (MB)' \
  'scav 0 KiB work (bg), 239576 KiB work (eager), 265352 KiB now, 96% util (forced)' \
  'scav 3 0 KiB work, 3832 KiB total, 62% util' \
  'pacer: assist ratio=+1.371009e+000 (scan 1 MB in 3->4 MB) workers=0++2.500000e-001' \
  'SCHED 508ms: gomaxprocs=4 idleprocs=4 threads=5 spinningthreads=0 needspinning=0 idlethreads=3 runqueue=0 gcwaiting=false' \
  'init internal/bytealg @0.008 ms, 0 ms clock, 0 bytes, 0 allocs' 'tracegc()'
