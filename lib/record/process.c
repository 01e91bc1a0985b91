/* SPDX-License-Identifier: Apache-2.0 */
#include "record/process.h"

#include <stddef.h>

#define AT(field) offsetof(struct ow_process, field)
#define FIELD(name_, type_, bit, sample_, help_)                                             \
	{                                                                                    \
		.name = #name_, .type = OW_TYPE_##type_, .offset = AT(name_), .have = (bit), \
		.sample = (sample_), .help = (help_)                                         \
	}
#define SIZE(name_, bit, sample_, help_) FIELD(name_##_bytes, U64, bit, sample_, help_)

static const struct ow_field process_fields[] = {
	FIELD(pid, I64, 0, NULL, "The process, as the namespace of the reader numbers it."),
	FIELD(ppid, I64, OW_PROCESS_PPID, "PPid:\t1", "Its parent."),
	FIELD(ns_pids, I64S, OW_PROCESS_NS_PIDS, "NSpid:\t2897\t1",
	      "Its numbers from the namespace of the reader inwards; the last one is what the "
	      "process itself and its container's log call it."),
	FIELD(uid, I64, OW_PROCESS_UID, "Uid:\t0\t0\t0\t0", "The user that it acts as."),
	FIELD(comm, TEXT, 0, "Name:\tleaky", "Its name, at most 15 bytes, of any kind."),
	FIELD(state, TEXT, 0, "State:\tS (sleeping)",
	      "What it does. Z is a zombie: it holds no memory. D waits, perhaps for memory."),
	FIELD(command, TEXT, OW_PROCESS_COMMAND, NULL,
	      "The base name of the program, and [redacted] for each argument: they may hold "
	      "secrets."),
	FIELD(cgroup, TEXT, OW_PROCESS_CGROUP, "0::/system.slice/web.service",
	      "Its group in the hierarchy that has the memory controller."),
	FIELD(threads, U64, OW_PROCESS_THREADS, "Threads:\t4", "How many threads it has."),
	FIELD(start_usec, U64, OW_PROCESS_START, NULL,
	      "When it began, microseconds since boot, to a hundredth of a second. It tells "
	      "processes with the same number apart."),
	SIZE(total_vm, OW_PROCESS_TOTAL_VM, "VmSize:\t35372 kB",
	     "Address space, mapped or reserved. Most of it need not be memory: it accuses nobody."),
	SIZE(rss, OW_PROCESS_RSS, "VmRSS:\t33448 kB",
	     "Resident pages: anonymous, file and shared together. Shared pages count in every "
	     "process that maps them. The kernel counts per CPU and may be off by some pages each."),
	SIZE(rss_peak, OW_PROCESS_RSS_PEAK, "VmHWM:\t33448 kB", "The most that ever was resident."),
	SIZE(rss_anon, OW_PROCESS_RSS_PARTS, "RssAnon:\t32512 kB",
	     "Resident anonymous pages: heap, stacks. From kernel 4.5."),
	SIZE(rss_file, OW_PROCESS_RSS_PARTS, "RssFile:\t936 kB",
	     "Resident pages of mapped files. From kernel 4.5."),
	SIZE(rss_shmem, OW_PROCESS_RSS_PARTS, "RssShmem:\t0 kB",
	     "Resident pages of tmpfs, memfd and shared memory. From kernel 4.5."),
	SIZE(locked, OW_PROCESS_LOCKED, "VmLck:\t0 kB", "Memory that may not be swapped out."),
	SIZE(pgtables, OW_PROCESS_PGTABLES, "VmPTE:\t108 kB",
	     "Page tables. Normal is about 0.2 % of the resident pages."),
	SIZE(swap, OW_PROCESS_SWAP, "VmSwap:\t0 kB",
	     "Anonymous pages that are in swap. Shared memory in swap is not counted."),
	SIZE(hugetlb, OW_PROCESS_HUGETLB, "HugetlbPages:\t0 kB",
	     "Pages of hugetlbfs. They are part of no other number, and no cgroup's memory limit "
	     "counts them unless it was mounted so."),
	SIZE(pss, OW_PROCESS_PSS, "Pss:\t33120 kB",
	     "Resident pages, each divided by how many processes map it."),
	SIZE(pss_anon, OW_PROCESS_PSS_PARTS, "Pss_Anon:\t32512 kB", "The anonymous part of it."),
	SIZE(pss_file, OW_PROCESS_PSS_PARTS, "Pss_File:\t608 kB",
	     "The part of it that is mapped files."),
	SIZE(pss_shmem, OW_PROCESS_PSS_PARTS, "Pss_Shmem:\t0 kB",
	     "The part of it that is shared memory."),
	SIZE(swap_pss, OW_PROCESS_SWAP_PSS, "SwapPss:\t0 kB",
	     "What it has in swap, each page divided by how many processes have it."),
	SIZE(private, OW_PROCESS_PRIVATE, "Private_Dirty:\t32512 kB",
	     "Resident pages that no other process maps, clean and dirty together: about what would "
	     "be free without this process."),
	SIZE(lazy_free, OW_PROCESS_LAZY_FREE, "LazyFree:\t0 kB",
	     "Anonymous pages that the process gave up with madvise(MADV_FREE). They count as "
	     "resident until the kernel needs them."),
	SIZE(anon_thp, OW_PROCESS_ANON_THP, "AnonHugePages:\t0 kB",
	     "Anonymous memory in huge pages. A huge page is resident even where only one byte of "
	     "it is used."),
	FIELD(oom_score, I64, OW_PROCESS_OOM_SCORE, "/proc/PID/oom_score",
	      "How badly the process would fare if the whole machine were short now, 0 to 2000. It "
	      "says nothing of a cgroup's limit."),
	FIELD(oom_score_adj, I64, OW_PROCESS_OOM_SCORE_ADJ, "/proc/PID/oom_score_adj",
	      "-1000 (never kill) to 1000; each point weighs a thousandth of the memory that the "
	      "kill is about."),
	FIELD(denied, TEXT, 0, NULL, "The first file of it that this user may not read."),
};
const struct ow_fields ow_process_fields = {
	.schema = "oomwhy.process/1",
	.item = process_fields,
	.n = sizeof(process_fields) / sizeof(process_fields[0]),
	.size = sizeof(struct ow_process),
};
