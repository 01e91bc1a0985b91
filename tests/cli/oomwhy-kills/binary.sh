# Nothing of it may reach the terminal.
printf '\177ELF\000\033[2Jinvoked oom-killer: gfp_mask\000\n' >binary
oomwhy kills binary
