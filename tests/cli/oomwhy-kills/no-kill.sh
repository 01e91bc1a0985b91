echo '[    1.000000] usb 1-1: new high-speed USB device' >log
oomwhy kills log
