# Names may hold anything; none of it reaches the terminal as it is.
printf 'goroutine 1 [select\033[31m, 3 minutes]:\nmain.\033]0;x\007f()\n\t/src/\342\200\256a.go:3 +0x1\ncreated by main.g\r\n\t/b.go:1 +0x2\n' >page
oomwhy account -g page
oomwhy account -g --json page
