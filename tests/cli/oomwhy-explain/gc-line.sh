oomwhy explain 'orders-1  | gc 12 @24.600s 0%: 0.13+1.3+0.020 ms clock, 0.27+0.10/0.30/0.020+0.041 ms cpu, 54->57->30 MB, 56 MB goal, 0 MB stacks, 0 MB globals, 2 P (forced)'
