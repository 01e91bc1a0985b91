oomwhy explain 'oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,task_memcg=/a/b,task=x,pid=9,uid=0' \
  'Nov 20 07:51:02 web-1 kernel: oom_kill_process: 38 callbacks suppressed' \
  '[    9]     0     9     8843     8362  110592        0             0 x'
