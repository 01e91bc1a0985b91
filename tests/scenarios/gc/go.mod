module oomwhy/gc

go 1.19
