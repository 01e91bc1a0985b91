/* SPDX-License-Identifier: Apache-2.0 */
#include "record/oom.h"

#include <string.h>

#include "base/scan.h"

const char *const ow_oom_kind_names[OW_OOM_KIND_COUNT] = {
	[OW_OOM_UNKNOWN] = "unknown",
	[OW_OOM_MEMCG] = "memcg",
	[OW_OOM_GLOBAL] = "global",
	[OW_OOM_CPUSET] = "cpuset",
	[OW_OOM_SYSRQ] = "sysrq",
	[OW_OOM_PANIC] = "panic",
	[OW_OOM_MEMPOLICY] = "mempolicy",
	[OW_OOM_USERSPACE] = "userspace",
	[OW_OOM_ALLOCATION] = "allocation-failure",
};

#define TABLE(fields, type)                                                        \
	{                                                                          \
		NULL, (fields), sizeof(fields) / sizeof((fields)[0]), sizeof(type) \
	}

#define AT(field) offsetof(struct ow_oom_trigger, field)
static const struct ow_field trigger_fields[] = {
	{ .name = "pid",
	  .type = OW_TYPE_I64,
	  .offset = AT(pid),
	  .have = OW_TRIGGER_PID,
	  .sample = "CPU: 0 PID: 2897 Comm: eat",
	  .help = "The thread that asked for memory. From the line after the head, where the kernel "
		  "describes the CPU." },
	{ .name = "comm",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(comm),
	  .sample = "eat invoked oom-killer",
	  .help = "The name of the thread that asked, at most 15 bytes, of any kind. It only asked: "
		  "it need not hold the memory." },
	{ .name = "gfp_mask",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(gfp_mask),
	  .sample = "gfp_mask=0xcc0(GFP_KERNEL)",
	  .help = "What the allocation asked for, as bits. The meaning of the bits changes between "
		  "kernels. 0x0 is a page fault that was told to try again." },
	{ .name = "gfp_flags",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(gfp_flags),
	  .sample = "gfp_mask=0xcc0(GFP_KERNEL)",
	  .help = "The same by name, from kernel 4.6. __GFP_ACCOUNT marks kernel memory that is "
		  "charged to the cgroup." },
	{ .name = "order",
	  .type = OW_TYPE_I64,
	  .offset = AT(order),
	  .have = OW_TRIGGER_ORDER,
	  .sample = "order=0",
	  .help = "2^order contiguous pages were wanted. -1 means that somebody asked for a kill "
		  "with SysRq f." },
	{ .name = "oom_score_adj",
	  .type = OW_TYPE_I64,
	  .offset = AT(oom_score_adj),
	  .have = OW_TRIGGER_ADJ,
	  .sample = "oom_score_adj=0",
	  .help = "The trigger's own adjustment, -1000 (never kill) to 1000." },
};
static const struct ow_fields trigger_table = TABLE(trigger_fields, struct ow_oom_trigger);
#undef AT

#define AT(field) offsetof(struct ow_oom_counter, field)
static const struct ow_field counter_fields[] = {
	{ .name = "usage_bytes",
	  .type = OW_TYPE_U64,
	  .offset = AT(usage_bytes),
	  .have = OW_COUNTER_USAGE,
	  .help = "What was charged when the record was written." },
	{ .name = "limit_bytes",
	  .type = OW_TYPE_U64,
	  .offset = AT(limit_bytes),
	  .have = OW_COUNTER_LIMIT,
	  .help = "The limit. About 2^63 means that there is none." },
	{ .name = "failcnt",
	  .type = OW_TYPE_U64,
	  .offset = AT(failcnt),
	  .have = OW_COUNTER_FAILCNT,
	  .help = "How often a charge met the limit. It proves nothing: it is 0 in true kills and "
		  "large without any." },
};
static const struct ow_fields counter_table = TABLE(counter_fields, struct ow_oom_counter);
#undef AT

#define AT(field) offsetof(struct ow_oom_task, field)
#define SIZE(name_, bit, sample_, help_)                                                 \
	{                                                                                \
		.name = #name_, .type = OW_TYPE_U64, .offset = AT(name_), .have = (bit), \
		.sample = (sample_), .help = (help_)                                     \
	}
static const struct ow_field task_fields[] = {
	{ .name = "pid",
	  .type = OW_TYPE_I64,
	  .offset = AT(pid),
	  .have = OW_TASK_PID,
	  .help = "The process, as the host numbers it." },
	{ .name = "tgid",
	  .type = OW_TYPE_I64,
	  .offset = AT(tgid),
	  .have = OW_TASK_TGID,
	  .help = "The thread group; the same as pid for the thread that owns the memory." },
	{ .name = "uid",
	  .type = OW_TYPE_I64,
	  .offset = AT(uid),
	  .have = OW_TASK_UID,
	  .help = "The user, as the host numbers it." },
	{ .name = "comm",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(comm),
	  .help = "Its name, at most 15 bytes, of any kind." },
	SIZE(total_vm_bytes, OW_TASK_TOTAL_VM, "total_vm 8843",
	     "Address space, mapped or reserved. Most of it need not be memory: it accuses nobody."),
	SIZE(rss_bytes, OW_TASK_RSS, "rss 8362",
	     "Resident pages: anonymous, file and shared together. Shared pages count in every "
	     "process that maps them."),
	SIZE(rss_anon_bytes, OW_TASK_RSS_ANON, "rss_anon 8128",
	     "Resident anonymous pages, from kernel 6.8."),
	SIZE(rss_file_bytes, OW_TASK_RSS_FILE, "rss_file 234",
	     "Resident pages of mapped files, from kernel 6.8."),
	SIZE(rss_shmem_bytes, OW_TASK_RSS_SHMEM, "rss_shmem 0",
	     "Resident pages of tmpfs, memfd and shared memory, from kernel 6.8."),
	SIZE(pgtables_bytes, OW_TASK_PGTABLES, "pgtables_bytes 110592",
	     "Page tables. Normal is about 0.2 % of the resident pages."),
	SIZE(swap_bytes, OW_TASK_SWAP, "swapents 0", "Anonymous pages that are in swap."),
	{ .name = "oom_score_adj",
	  .type = OW_TYPE_I64,
	  .offset = AT(oom_score_adj),
	  .have = OW_TASK_ADJ,
	  .help = "-1000 (never kill) to 1000; each point weighs a thousandth of the memory that "
		  "the kill is about." },
};
static const struct ow_fields task_table = TABLE(task_fields, struct ow_oom_task);
#undef AT

#define AT(field) offsetof(struct ow_oom_victim, field)
static const struct ow_field victim_fields[] = {
	{ .name = "pid",
	  .type = OW_TYPE_I64,
	  .offset = AT(pid),
	  .have = OW_VICTIM_PID,
	  .sample = "Killed process 2897 (eat)",
	  .help = "The process that was killed, as the host numbers it." },
	{ .name = "comm",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(comm),
	  .help = "Its name, at most 15 bytes, of any kind." },
	{ .name = "uid",
	  .type = OW_TYPE_I64,
	  .offset = AT(uid),
	  .have = OW_VICTIM_UID,
	  .sample = "UID:0",
	  .help = "Its user, as the host numbers it." },
	SIZE(total_vm_bytes, OW_VICTIM_TOTAL_VM, "total-vm:35372kB",
	     "Its address space, mapped or reserved. Most of it need not be memory."),
	SIZE(anon_rss_bytes, OW_VICTIM_ANON, "anon-rss:32512kB",
	     "Its resident anonymous memory: what killing it frees at once."),
	SIZE(file_rss_bytes, OW_VICTIM_FILE, "file-rss:936kB",
	     "Its resident pages of mapped files."),
	SIZE(shmem_rss_bytes, OW_VICTIM_SHMEM, "shmem-rss:0kB",
	     "Its resident pages of tmpfs, memfd and shared memory: they are only freed with their "
	     "last user."),
	SIZE(rss_bytes, OW_VICTIM_RSS, NULL,
	     "Its resident memory of all kinds, as a killer in user space gives it: earlyoom and "
	     "nohang in whole MiB."),
	SIZE(pgtables_bytes, OW_VICTIM_PGTABLES, "pgtables:108kB", "Its page tables."),
	{ .name = "oom_score_adj",
	  .type = OW_TYPE_I64,
	  .offset = AT(oom_score_adj),
	  .have = OW_VICTIM_ADJ,
	  .sample = "oom_score_adj:0",
	  .help = "Its adjustment, -1000 (never kill) to 1000." },
	{ .name = "line",
	  .type = OW_TYPE_U64,
	  .offset = AT(line),
	  .help = "The line of the source that says so." },
};
static const struct ow_fields victim_table = TABLE(victim_fields, struct ow_oom_victim);
#undef AT

#define AT(field) offsetof(struct ow_oom_blocks, field)
static const struct ow_field blocks_fields[] = {
	SIZE(block_bytes, 0, "5*4kB", "How large each of these blocks is."),
	{ .name = "count",
	  .type = OW_TYPE_U64,
	  .offset = AT(count),
	  .sample = "5*4kB",
	  .help = "How many there are." },
	{ .name = "types",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(types),
	  .sample = "(UME)",
	  .help = "For which use some of them are kept together: U unmovable, M movable, E "
		  "reclaimable, R reserve (up to 4.3), H for requests that cannot wait, C for "
		  "devices (CMA), I isolated. From 3.9." },
};
static const struct ow_fields blocks_table = TABLE(blocks_fields, struct ow_oom_blocks);
#undef AT

#define AT(field) offsetof(struct ow_oom_zone, field)
static const struct ow_field zone_fields[] = {
	{ .name = "node",
	  .type = OW_TYPE_I64,
	  .offset = AT(node),
	  .have = OW_ZONE_NODE,
	  .sample = "Node 0 DMA32 free:",
	  .help = "The NUMA node of the zone." },
	{ .name = "zone",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(name),
	  .sample = "Node 0 DMA32 free:",
	  .help = "DMA, DMA32, Normal, HighMem, Movable or Device: a range of memory that some "
		  "requests can use and others cannot. A request may use its zone and the lower "
		  "ones." },
	SIZE(free_bytes, OW_ZONE_FREE, "free:59728kB", "Free pages, of all block sizes and kinds."),
	SIZE(boost_bytes, OW_ZONE_BOOST, "boost:2048kB",
	     "Added to min, low and high for a while, after fragmentation was seen; from 5.16."),
	SIZE(min_bytes, OW_ZONE_MIN, "min:7832kB",
	     "An ordinary request must leave that much free."),
	SIZE(low_bytes, OW_ZONE_LOW, "low:9788kB",
	     "Below it the kernel begins to reclaim in the background."),
	SIZE(high_bytes, OW_ZONE_HIGH, "high:11748kB",
	     "Up to it the kernel reclaims. The last try before a kill must leave that much."),
	SIZE(reserved_highatomic_bytes, OW_ZONE_RESERVED_HIGHATOMIC, "reserved_highatomic:0KB",
	     "Kept for requests of several pages that cannot wait."),
	SIZE(free_highatomic_bytes, OW_ZONE_FREE_HIGHATOMIC, "free_highatomic:0KB",
	     "What of that is free, from 6.13."),
	SIZE(present_bytes, OW_ZONE_PRESENT, "present:3094644kB", "The memory in the zone."),
	SIZE(managed_bytes, OW_ZONE_MANAGED, "managed:2848912kB",
	     "What of it the kernel hands out, from 3.8."),
	SIZE(free_cma_bytes, OW_ZONE_FREE_CMA, "free_cma:0kB",
	     "Free pages that only movable requests may use: kept for devices (CMA)."),
	{ .name = "all_unreclaimable",
	  .type = OW_TYPE_BOOL,
	  .offset = AT(all_unreclaimable),
	  .have = OW_ZONE_UNRECLAIMABLE,
	  .sample = "all_unreclaimable? yes",
	  .help = "The kernel has given up to find anything to reclaim in the zone. Up to 4.7, "
		  "later it is the node's." },
	{ .name = "lowmem_reserve_bytes",
	  .type = OW_TYPE_U64S,
	  .offset = AT(reserve),
	  .sample = "lowmem_reserve[]: 0 0 13055 13055",
	  .help = "What is kept, beside min, from requests that could have used a higher zone: "
		  "one number for each zone that the request may use at the highest, as the "
		  "kernel orders them." },
	{ .name = "blocks",
	  .type = OW_TYPE_LIST,
	  .offset = AT(blocks),
	  .fields = &blocks_table,
	  .sample = "Node 0 DMA32: 203*4kB (UEM) 231*8kB (UEM) ... = 63668kB",
	  .help = "The free blocks by size, smallest first: a request of order n needs one block "
		  "of 2^n pages." },
	{ .name = "blocks_whole",
	  .type = OW_TYPE_BOOL,
	  .offset = AT(blocks_whole),
	  .have = OW_ZONE_BLOCKS,
	  .help = "Is the list of free blocks whole, and its sum the one that the kernel printed? "
		  "If not, larger blocks may be missing from it." },
};
static const struct ow_fields zone_table = TABLE(zone_fields, struct ow_oom_zone);
#undef AT

#define AT(field) offsetof(struct ow_oom_node, field)
static const struct ow_field node_fields[] = {
	{ .name = "node",
	  .type = OW_TYPE_I64,
	  .offset = AT(node),
	  .sample = "Node 0 active_anon:",
	  .help = "Its number." },
	{ .name = "meminfo",
	  .type = OW_TYPE_MAP,
	  .offset = AT(meminfo),
	  .sample = "Node 0 active_anon:884kB inactive_anon:57324kB ...",
	  .help = "What its memory was made of, by the names of the kernel's counters." },
	{ .name = "all_unreclaimable",
	  .type = OW_TYPE_BOOL,
	  .offset = AT(all_unreclaimable),
	  .have = OW_NODE_UNRECLAIMABLE,
	  .sample = "all_unreclaimable? yes",
	  .help = "The kernel has given up to find anything to reclaim there." },
};
static const struct ow_fields node_table = TABLE(node_fields, struct ow_oom_node);
#undef AT

#define AT(field) offsetof(struct ow_oom, field)
static const struct ow_field oom_fields[] = {
	{ .name = "source",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(source),
	  .help = "Where the record was read: a file as it was named, \"journal\" or \"/dev/kmsg\"." },
	{ .name = "line",
	  .type = OW_TYPE_U64,
	  .offset = AT(line),
	  .help = "The first line of the record in its source, from 1." },
	{ .name = "boot_usec",
	  .type = OW_TYPE_U64,
	  .offset = AT(boot_usec),
	  .have = OW_OOM_BOOT,
	  .sample = "[  283.033791]",
	  .help = "The kernel's clock at the first line: microseconds since boot, sleep not "
		  "counted." },
	{ .name = "time",
	  .type = OW_TYPE_TIME,
	  .offset = AT(time_usec),
	  .have = OW_OOM_TIME,
	  .help = "Wall clock in UTC. Absent where the source gives no year or no zone, until "
		  "--now or --utc settles it." },
	{ .name = "boot_id",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(boot_id),
	  .help = "Which boot, as journald names it." },
	{ .name = "host",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(host),
	  .help = "Which host, as the log names it." },
	{ .name = "kind",
	  .type = OW_TYPE_NAME,
	  .offset = AT(kind),
	  .names = ow_oom_kind_names,
	  .always = true,
	  .help = "What was short: memcg (a cgroup's limit), global (the machine), cpuset or "
		  "mempolicy (the allowed NUMA nodes), sysrq (asked for by hand), panic (stopped "
		  "instead of killing), userspace (a program that watches memory killed, not the "
		  "kernel), unknown (no line says so). With --all also allocation-failure: no "
		  "kill, the kernel refused a request for memory and killed nobody for it." },
	{ .name = "killer",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(killer),
	  .help = "Of a kill from user space: who did it, systemd-oomd, oomd, earlyoom, nohang or "
		  "lmkd. The notes hold what it said." },
	{ .name = "signal",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(signal),
	  .help = "Of a kill from user space: the signal that was sent last, where the killer says "
		  "it. SIGTERM asks to end, and can be refused." },
	{ .name = "trigger",
	  .type = OW_TYPE_OBJECT,
	  .offset = AT(trigger),
	  .have = OW_OOM_TRIGGER,
	  .fields = &trigger_table,
	  .sample = "eat invoked oom-killer: gfp_mask=...",
	  .help = "The task whose allocation failed. It only asked: it need not be the one that "
		  "holds the memory, nor the one that died." },
	{ .name = "kernel",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(kernel),
	  .help = "The kernel's release, from the line that describes the CPU." },
	{ .name = "constraint",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(constraint),
	  .sample = "oom-kill:constraint=CONSTRAINT_MEMCG",
	  .help = "What the kernel was confined to, in its own words, from 5.0. Kernels 5.0 and 5.1 "
		  "print CONSTRAINT_NONE for a cgroup's limit, too." },
	{ .name = "cpuset",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(cpuset),
	  .sample = "cpuset=/",
	  .help = "The cpuset of the trigger, not of the victim." },
	{ .name = "nodemask",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(nodemask),
	  .sample = "nodemask=(null)",
	  .help = "The NUMA nodes that the allocation was bound to." },
	{ .name = "mems_allowed",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(mems_allowed),
	  .sample = "mems_allowed=0-1",
	  .help = "The NUMA nodes that the trigger's cpuset allows." },
	{ .name = "limit_memcg",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(limit_memcg),
	  .sample = "oom_memcg=/docker/3418...",
	  .help = "The cgroup whose limit was hit. It may be an ancestor of the victim's. Of a kill "
		  "from user space: the cgroup whose pressure was watched." },
	{ .name = "task_memcg",
	  .type = OW_TYPE_TEXT,
	  .offset = AT(task_memcg),
	  .sample = "task_memcg=/docker/3418...",
	  .help = "The victim's cgroup; of a kill from user space the one that was killed whole." },
	SIZE(usage_bytes, OW_OOM_USAGE, "memory: usage 32768kB",
	     "What was charged to limit_memcg. It may be a little below the limit: each CPU holds "
	     "up to 64 pages of charges back. Of a kill from user space: to task_memcg."),
	SIZE(limit_bytes, OW_OOM_LIMIT, "limit 32768kB",
	     "The memory limit of limit_memcg. About 2^63 means that there is none."),
	{ .name = "failcnt",
	  .type = OW_TYPE_U64,
	  .offset = AT(failcnt),
	  .have = OW_OOM_FAILCNT,
	  .sample = "failcnt 19",
	  .help = "How often a charge met the limit. It proves nothing: it is 0 in true kills and "
		  "large without any." },
	{ .name = "swap",
	  .type = OW_TYPE_OBJECT,
	  .offset = AT(swap),
	  .have = OW_OOM_SWAP,
	  .fields = &counter_table,
	  .sample = "swap: usage 0kB, limit 32768kB, failcnt 0",
	  .help = "Swap of limit_memcg, with its own limit: cgroup v2." },
	{ .name = "memsw",
	  .type = OW_TYPE_OBJECT,
	  .offset = AT(memsw),
	  .have = OW_OOM_MEMSW,
	  .fields = &counter_table,
	  .sample = "memory+swap: usage 32768kB, limit 32768kB, failcnt 0",
	  .help = "Memory and swap together, under one limit: cgroup v1." },
	{ .name = "kmem",
	  .type = OW_TYPE_OBJECT,
	  .offset = AT(kmem),
	  .have = OW_OOM_KMEM,
	  .fields = &counter_table,
	  .sample = "kmem: usage 124kB",
	  .help = "Kernel memory of limit_memcg, part of usage_bytes: cgroup v1. It is the only "
		  "number of kernel memory there." },
	{ .name = "memory_stat",
	  .type = OW_TYPE_MAP,
	  .offset = AT(memory_stat),
	  .sample = "Memory cgroup stats for /docker/3418...:",
	  .help = "What limit_memcg and the groups below it were made of, by the kernel's names: "
		  "bytes, and counts for the names that begin with pg or workingset." },
	{ .name = "meminfo",
	  .type = OW_TYPE_MAP,
	  .offset = AT(meminfo),
	  .sample = "Mem-Info:",
	  .help = "What the machine's memory was made of, in bytes, by the names of the kernel's "
		  "page counters." },
	{ .name = "nodes",
	  .type = OW_TYPE_LIST,
	  .offset = AT(nodes),
	  .fields = &node_table,
	  .sample = "Node 0 active_anon:884kB inactive_anon:57324kB ...",
	  .help = "The NUMA nodes that the kernel printed, from 4.8: those that the request may "
		  "use." },
	{ .name = "zones",
	  .type = OW_TYPE_LIST,
	  .offset = AT(zones),
	  .fields = &zone_table,
	  .sample = "Node 0 DMA32 free:59728kB min:7832kB low:9788kB high:11748kB ...",
	  .help = "The zones of the machine's memory that the kernel printed. Nodes that the "
		  "request may not use are left out, and from 6.1 also zones." },
	SIZE(ram_bytes, OW_OOM_RAM, "2097016 pages RAM", "The memory of the machine."),
	SIZE(reserved_bytes, OW_OOM_RAM, "57293 pages reserved",
	     "What the kernel never hands out."),
	SIZE(swap_total_bytes, OW_OOM_SWAP_TOTAL, "Total swap = 8388604kB", "The machine's swap."),
	SIZE(swap_free_bytes, OW_OOM_SWAP_FREE, "Free swap  = 0kB", "What of it was free."),
	SIZE(page_bytes, OW_OOM_PAGE, NULL,
	     "The page size, read from the record itself (total-vm against total_vm, or the first "
	     "unit of a buddy list)."),
	{ .name = "tasks",
	  .type = OW_TYPE_LIST,
	  .offset = AT(tasks),
	  .fields = &task_table,
	  .sample = "[   2897]     0  2897     8843     8362 ...",
	  .help = "The task table: the processes below limit_memcg (or of the machine), one row "
		  "each. Kernel threads and zombies are not in it." },
	{ .name = "victims",
	  .type = OW_TYPE_LIST,
	  .offset = AT(victims),
	  .fields = &victim_table,
	  .always = true,
	  .help = "Who was killed. More than one with memory.oom.group; none when nothing could be "
		  "killed or the source does not say." },
	{ .name = "missing",
	  .type = OW_TYPE_TEXTS,
	  .offset = AT(missing),
	  .help = "Which parts of a complete record the source does not have." },
	{ .name = "notes",
	  .type = OW_TYPE_TEXTS,
	  .offset = AT(notes),
	  .help = "Oddities of this record, and what lines of it said that have no field. \"may be "
		  "forged\" says why the kernel may not have written it." },
};
const struct ow_fields ow_oom_fields = {
	.schema = "oomwhy.kill/1",
	.item = oom_fields,
	.n = sizeof(oom_fields) / sizeof(oom_fields[0]),
	.size = sizeof(struct ow_oom),
};
#undef AT

const char *ow_oom_doubt_of(const struct ow_oom *oom)
{
	const char *const *note = oom->notes.item;

	for (size_t i = 0; i < oom->notes.n && (oom->have & OW_OOM_DOUBTED); i++)
		if (strncmp(note[i], "may be forged: ", strlen("may be forged: ")) == 0)
			return note[i];
	return NULL;
}

const struct ow_stat *ow_stat_find(const struct ow_list *stats, const char *name)
{
	const struct ow_stat *stat = stats->item;

	for (size_t i = 0; i < stats->n; i++)
		if (strcmp(stat[i].name, name) == 0)
			return &stat[i];
	return NULL;
}

bool ow_oom_release(const struct ow_oom *oom, uint64_t *ret_major, uint64_t *ret_minor)
{
	struct ow_str release = ow_str(oom->kernel ? oom->kernel : "");

	return ow_scan_u64(&release, ret_major) && ow_scan_char(&release, '.') &&
	       ow_scan_u64(&release, ret_minor);
}

bool ow_oom_is_before(const struct ow_oom *oom, uint64_t major, uint64_t minor)
{
	uint64_t x, y;

	return ow_oom_release(oom, &x, &y) && (x < major || (x == major && y < minor));
}

const struct ow_oom_text *ow_oom_text_at(const struct ow_oom *oom, size_t line)
{
	const struct ow_oom_text *text = oom->texts.item;

	for (size_t i = 0; i < oom->texts.n; i++)
		if (text[i].line == line)
			return &text[i];
	return NULL;
}
