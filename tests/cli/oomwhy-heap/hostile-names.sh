# Terminal escapes in names come out as text, also those of a file that is written for a terminal.
printf 'heap profile: 1: 8 [1: 8] @ heapprofile\n1: 8 [1: 8] @ 0x9\n#\t0x8\t\033]0;owned\007f+0x1\t/a\033[2J.go:7\n' >evil
oomwhy heap -lines evil
