echo 'Nov 20 07:51:02 web-1 kernel: [  283.0] eth0: link up' >log
oomwhy kills log
