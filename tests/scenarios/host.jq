# SPDX-License-Identifier: Apache-2.0
# Every field of a record (the input) of the scenario own-limit that the test can know: $truth, the
# marks around it ($from, $until in usec since boot), the $source and the $line of its head.

def MIB: 1048576;
def is($name; $known): if . == $known then empty else "\($name) is \(tojson), not \($known | tojson)" end;
def within($name; $low; $high):
  if . != null and . >= $low and . <= $high then empty
  else "\($name) is \(tojson), not from \($low) to \($high)" end;

$truth[0] as $t | $t.victims[0] as $dead | $t.every.limit_bytes as $limit
| (.schema | is("schema"; "oomwhy.kill/1")),
(.source | is("source"; $source)),
(.line | is("line"; $line)),
(.boot_usec | within("boot_usec"; $from; $until)),
(.kind | is("kind"; "memcg")),
(.kernel | is("kernel"; $t.kernel)),
(.limit_memcg | is("limit_memcg"; $t.every.limit_memcg)),
(.task_memcg | is("task_memcg"; $t.every.task_memcg)),
(.limit_bytes | is("limit_bytes"; $limit)),
(.usage_bytes | within("usage_bytes"; $limit - MIB; $limit)),
(.failcnt | within("failcnt"; 1; 100000)),
(.trigger.pid | is("trigger.pid"; $dead.pid)),
(.trigger.comm | is("trigger.comm"; $dead.comm)),
(.trigger.order | is("trigger.order"; 0)),
(.trigger.oom_score_adj | is("trigger.oom_score_adj"; 0)),
(.trigger.gfp_mask | select(test("^0x[0-9a-f]+$") | not) | "gfp_mask is \(.)"),
(.trigger.gfp_flags | select(test("GFP_") | not) | "gfp_flags is \(.)"),
(.tasks | length | is("tasks"; 1)),
(.tasks[0] | (
  (.pid | is("task.pid"; $dead.pid)),
  (.tgid | is("task.tgid"; $dead.pid)),
  (.uid | is("task.uid"; $dead.uid)),
  (.comm | is("task.comm"; $dead.comm)),
  (.total_vm_bytes | within("task.total_vm_bytes"; $limit - MIB; $limit + 8 * MIB)),
  (.rss_bytes | within("task.rss_bytes"; $limit - 2 * MIB; $limit + 2 * MIB)),
  (.pgtables_bytes | within("task.pgtables_bytes"; 4096; MIB)),
  (.swap_bytes | is("task.swap_bytes"; 0)),
  (.oom_score_adj | is("task.oom_score_adj"; 0)))),
(.victims | length | is("victims"; 1)),
(.victims[0] | (
  (.pid | is("victim.pid"; $dead.pid)),
  (.uid | is("victim.uid"; $dead.uid)),
  (.comm | is("victim.comm"; $dead.comm)),
  (.total_vm_bytes | within("victim.total_vm_bytes"; $limit - MIB; $limit + 8 * MIB)),
  (.anon_rss_bytes | within("victim.anon_rss_bytes"; $limit - 2 * MIB; $limit)),
  (.file_rss_bytes | within("victim.file_rss_bytes"; 0; 2 * MIB)),
  (.shmem_rss_bytes | within("victim.shmem_rss_bytes"; 0; MIB)),
  (.pgtables_bytes | within("victim.pgtables_bytes"; 4096; MIB)),
  (.oom_score_adj | is("victim.oom_score_adj"; 0)),
  (.line | within("victim.line"; $line; $line + 200)))),
((.memory_stat.anon // .memory_stat.total_rss // .memory_stat.rss)
  | within("memory_stat.anon"; $limit - 2 * MIB; $limit)),
(.missing // [] | is("missing"; []))
