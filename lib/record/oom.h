/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_OOM_H
#define OW_RECORD_OOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "record/field.h"
#include "record/owner.h"

/*
 * One OOM report of a kernel, as far as the source has it: who asked, whose limit, what it was
 * made of, who was there, who died; or what a killer in user space says that it did. A field that
 * was not in the source has no bit in "have" (or is NULL, or a list of none): absent is not zero.
 * Sizes are bytes; they were converted once, in the reader. Strings are as the kernel wrote them
 * and may hold any byte but NUL; they and the lists belong to the arena of the record. Line numbers
 * count from 1 in the record's source.
 */

enum ow_oom_kind {
	OW_OOM_UNKNOWN,    /* no line of the record is a witness */
	OW_OOM_MEMCG,      /* the limit of a memory cgroup */
	OW_OOM_GLOBAL,     /* the machine */
	OW_OOM_CPUSET,     /* the nodes that a cpuset allows */
	OW_OOM_MEMPOLICY,  /* the nodes that a memory policy allows */
	OW_OOM_SYSRQ,      /* somebody asked for it: SysRq f */
	OW_OOM_PANIC,      /* vm.panic_on_oom: the machine stopped instead */
	OW_OOM_USERSPACE,  /* no report of the kernel: a program that watches memory killed */
	OW_OOM_ALLOCATION, /* no kill: a request for memory was refused, and nobody died of it */
	OW_OOM_KIND_COUNT,
};

extern const char *const ow_oom_kind_names[OW_OOM_KIND_COUNT];

enum ow_oom_have {
	OW_OOM_BOOT = 1 << 0,        /* boot_usec */
	OW_OOM_TIME = 1 << 1,        /* time_usec */
	OW_OOM_TRIGGER = 1 << 2,     /* trigger */
	OW_OOM_USAGE = 1 << 3,       /* usage_bytes */
	OW_OOM_LIMIT = 1 << 4,       /* limit_bytes */
	OW_OOM_FAILCNT = 1 << 5,     /* failcnt */
	OW_OOM_SWAP = 1 << 6,        /* swap: cgroup v2 */
	OW_OOM_MEMSW = 1 << 7,       /* memsw: cgroup v1, memory and swap together */
	OW_OOM_KMEM = 1 << 8,        /* kmem: cgroup v1 */
	OW_OOM_GLOBAL_OOM = 1 << 9,  /* the oom-kill line says global_oom */
	OW_OOM_GROUP = 1 << 10,      /* killed as a whole: memory.oom.group */
	OW_OOM_NO_VICTIM = 1 << 11,  /* "no killable processes" */
	OW_OOM_PAGE = 1 << 12,       /* page_bytes */
	OW_OOM_RAM = 1 << 13,        /* ram_bytes and reserved_bytes */
	OW_OOM_SWAP_TOTAL = 1 << 14, /* swap_total_bytes */
	OW_OOM_SWAP_FREE = 1 << 15,  /* swap_free_bytes */
	OW_OOM_ALLOCATING = 1 << 16, /* vm.oom_kill_allocating_task chose the victim */
	OW_OOM_VERIFIED = 1 << 17,   /* it is certain that the killer itself wrote the line */
	OW_OOM_DOUBTED = 1 << 18,    /* it may be forged: a note says why */
	OW_OOM_FOREIGN = 1 << 19,    /* not the kernel itself wrote it, says the log */
};

/* The lines that a verdict may rest on; 0 where the source has no such line. */
struct ow_oom_lines {
	size_t head;        /* X invoked oom-killer: ... */
	size_t kernel;      /* CPU: 0 PID: 42 Comm: x ... 6.1.0-18-amd64 */
	size_t task_in;     /* Task in /a killed as a result of limit of /b (up to 4.18) */
	size_t memory;      /* memory: usage 1kB, limit 1kB, failcnt 0 */
	size_t swap;        /* swap: or memory+swap: */
	size_t kmem;        /* kmem: */
	size_t stats;       /* Memory cgroup stats for /a: */
	size_t meminfo;     /* Mem-Info: */
	size_t ram;         /* 524158 pages RAM */
	size_t free_swap;   /* Free swap  = 0kB */
	size_t table;       /* the header of the task table */
	size_t constraint;  /* oom-kill:constraint=... */
	size_t group;       /* Tasks in /a are going to be killed due to memory.oom.group set */
	size_t no_victim;   /* Out of memory and no killable processes... */
	size_t exiting;     /* OOM victim 42 (x) is already exiting. Skip killing the task */
	size_t panic;       /* Kernel panic - not syncing: Out of memory: ... */
	size_t killer;      /* what a killer in user space says that it did */
	size_t first, last; /* of the whole record */
};

enum ow_oom_trigger_have {
	OW_TRIGGER_PID = 1 << 0,
	OW_TRIGGER_ORDER = 1 << 1,
	OW_TRIGGER_ADJ = 1 << 2,
};

/* The task whose allocation failed. It only asked: it need not be the one that holds the memory. */
struct ow_oom_trigger {
	unsigned have;
	int64_t pid;
	const char *comm;
	const char *gfp_mask;  /* as printed: "0xcc0" */
	const char *gfp_flags; /* "GFP_KERNEL|__GFP_ZERO", from 4.6 */
	int64_t order;         /* 2^order pages were wanted; -1 is SysRq f */
	int64_t oom_score_adj;
};

enum ow_oom_counter_have {
	OW_COUNTER_USAGE = 1 << 0,
	OW_COUNTER_LIMIT = 1 << 1,
	OW_COUNTER_FAILCNT = 1 << 2,
};

struct ow_oom_counter {
	unsigned have;
	uint64_t usage_bytes;
	uint64_t limit_bytes;
	uint64_t failcnt;
};

enum ow_oom_task_have {
	OW_TASK_PID = 1 << 0,
	OW_TASK_TGID = 1 << 1,
	OW_TASK_UID = 1 << 2,
	OW_TASK_TOTAL_VM = 1 << 3,
	OW_TASK_RSS = 1 << 4,
	OW_TASK_RSS_ANON = 1 << 5, /* from 6.8 */
	OW_TASK_RSS_FILE = 1 << 6,
	OW_TASK_RSS_SHMEM = 1 << 7,
	OW_TASK_PGTABLES = 1 << 8,
	OW_TASK_SWAP = 1 << 9,
	OW_TASK_ADJ = 1 << 10,
};

/* One row of the task table: a process that the kernel could have chosen (or had to spare). */
struct ow_oom_task {
	unsigned have;
	int64_t pid, tgid, uid;
	const char *comm;
	uint64_t total_vm_bytes;
	uint64_t
		rss_bytes; /* rss_anon + rss_file + rss_shmem; shared pages count in each process */
	uint64_t rss_anon_bytes, rss_file_bytes, rss_shmem_bytes;
	uint64_t pgtables_bytes;
	uint64_t swap_bytes;
	int64_t oom_score_adj;
	size_t line;
};

enum ow_oom_victim_have {
	OW_VICTIM_PID = 1 << 0,
	OW_VICTIM_UID = 1 << 1,
	OW_VICTIM_TOTAL_VM = 1 << 2,
	OW_VICTIM_ANON = 1 << 3,
	OW_VICTIM_FILE = 1 << 4,
	OW_VICTIM_SHMEM = 1 << 5,
	OW_VICTIM_PGTABLES = 1 << 6,
	OW_VICTIM_ADJ = 1 << 7,
	OW_VICTIM_RSS = 1 << 8, /* only killers in user space give it */
};

/* A process that was killed: from a "Killed process" line, else (sizes absent) from oom-kill:. */
struct ow_oom_victim {
	unsigned have;
	int64_t pid, uid;
	const char *comm;
	uint64_t total_vm_bytes;
	uint64_t anon_rss_bytes, file_rss_bytes, shmem_rss_bytes;
	uint64_t rss_bytes; /* the three together */
	uint64_t pgtables_bytes;
	int64_t oom_score_adj;
	size_t line;
};

enum ow_oom_zone_have {
	OW_ZONE_NODE = 1 << 0, /* kernels without NUMA print none */
	OW_ZONE_FREE = 1 << 1, /* the zone's own line was there, not only its list of free blocks */
	OW_ZONE_BOOST = 1 << 2,
	OW_ZONE_MIN = 1 << 3,
	OW_ZONE_LOW = 1 << 4,
	OW_ZONE_HIGH = 1 << 5,
	OW_ZONE_RESERVED_HIGHATOMIC = 1 << 6,
	OW_ZONE_FREE_HIGHATOMIC = 1 << 7,
	OW_ZONE_PRESENT = 1 << 8,
	OW_ZONE_MANAGED = 1 << 9,
	OW_ZONE_FREE_CMA = 1 << 10,
	OW_ZONE_UNRECLAIMABLE = 1 << 11, /* up to 4.7, later it is the node's */
	OW_ZONE_BLOCKS = 1 << 12,        /* blocks_whole: there was a list of free blocks */
};

/* One zone of the Mem-Info block, for "which zone could not serve the request". */
struct ow_oom_zone {
	unsigned have;
	int64_t node;
	const char *name;
	uint64_t free_bytes;
	uint64_t boost_bytes; /* of the three below, from 5.16: for a while, to fight fragments */
	uint64_t min_bytes, low_bytes, high_bytes;
	uint64_t reserved_highatomic_bytes, free_highatomic_bytes;
	uint64_t present_bytes, managed_bytes;
	uint64_t free_cma_bytes;
	bool all_unreclaimable;
	struct ow_list reserve; /* of uint64_t, bytes: kept from requests that could use a higher
				   zone, by the highest zone that they may use */
	struct ow_list blocks;  /* of struct ow_oom_blocks, smallest first */
	bool blocks_whole;      /* and its sum is right; else the list ends early */
	size_t line, reserve_line, blocks_line;
};

/* The free blocks of one size in a zone. */
struct ow_oom_blocks {
	uint64_t block_bytes, count;
	const char
		*types; /* "UEM": the migrate types that some are of, from 3.9; NULL: none said */
};

enum ow_oom_node_have {
	OW_NODE_UNRECLAIMABLE = 1 << 0,
};

/* One NUMA node of the Mem-Info block, from 4.8. */
struct ow_oom_node {
	unsigned have;
	int64_t node;
	struct ow_list meminfo; /* of struct ow_stat, bytes */
	bool all_unreclaimable;
	size_t line;
};

/* One line as it was read, or as the kernel said it, kept when the reader was asked to. */
struct ow_oom_text {
	size_t line;
	const char *text; /* without its line feed */
	size_t length;
};

struct ow_oom {
	unsigned have;

	const char *source; /* the file as it was named, "journal", "/dev/kmsg" */
	size_t line;        /* the first line of the record */
	uint64_t
		boot_usec; /* the kernel's own clock at the first line: since boot, without sleep */
	int64_t time_usec; /* wall clock, microseconds since 1970 UTC */
	const char *boot_id; /* 32 hex digits; NULL where the source has none */
	const char *host;

	enum ow_oom_kind kind;
	const char *killer; /* in user space: "systemd-oomd"; NULL: the kernel */
	const char *signal; /* that it sent last, as far as it says: "SIGTERM" */
	struct ow_oom_trigger trigger;
	const char *kernel;     /* "6.1.0-18-amd64": evidence, never a switch */
	const char *constraint; /* "CONSTRAINT_MEMCG": an open set */
	const char *cpuset;     /* of the trigger, not of the victim */
	const char *nodemask;
	const char *mems_allowed;
	const char *limit_memcg;     /* the cgroup whose limit was hit, or that a killer watched */
	const char *task_memcg;      /* the victim's, or the one that was killed whole */
	struct ow_owner limit_owner; /* id is NULL when limit_memcg is */
	struct ow_owner task_owner;

	uint64_t usage_bytes, limit_bytes, failcnt;
	struct ow_oom_counter swap, memsw, kmem;
	struct ow_list memory_stat; /* of struct ow_stat: the limiting group's, children included */
	struct ow_list meminfo;     /* of struct ow_stat: the machine's page counters, in bytes */
	struct ow_list zones;       /* of struct ow_oom_zone, in the order of the record */
	struct ow_list nodes;       /* of struct ow_oom_node */
	uint64_t ram_bytes, reserved_bytes, swap_total_bytes, swap_free_bytes;
	uint64_t page_bytes;   /* read from the record itself, never assumed */
	const char *page_from; /* what of the record says so: a static text, or NULL */

	struct ow_list tasks;   /* of struct ow_oom_task, in the order of the table */
	struct ow_list victims; /* of struct ow_oom_victim, in the order of their deaths */
	struct ow_list trace;   /* of const char *: the functions of the trigger's call trace */
	struct ow_list missing; /* of const char *: parts that the source does not have */
	struct ow_list
		notes; /* of const char *: oddities, and lines that belong to it but no field */
	struct ow_oom_lines lines;
	struct ow_list texts; /* of struct ow_oom_text, by line */
	struct ow_list said;  /* of struct ow_oom_text: what the kernel said, a line each, without
				 what carried it and with its breaks undone */
};

/* Everything of the record that goes to JSON and that `oomwhy explain` knows. */
extern const struct ow_fields ow_oom_fields;

/* A limit that nobody set: the kernel prints about 2^63 rounded to its page size, 32-bit kernels
 * about 2^43. Equality with one of them would miss the others. */
#define OW_LIMIT_SLACK ((uint64_t)1 << 20)

static inline bool ow_bytes_unlimited(uint64_t bytes)
{
	return bytes >= ((uint64_t)1 << 43) - OW_LIMIT_SLACK;
}

static inline struct ow_oom_victim *ow_oom_victims(const struct ow_oom *oom)
{
	return oom->victims.item;
}

static inline struct ow_oom_zone *ow_oom_zones(const struct ow_oom *oom)
{
	return oom->zones.item;
}

static inline struct ow_oom_task *ow_oom_tasks(const struct ow_oom *oom)
{
	return oom->tasks.item;
}

/* Why the record may be forged; NULL where nothing speaks for that. */
const char *ow_oom_doubt_of(const struct ow_oom *oom);

/* The value of a memory_stat or meminfo name; NULL when the record does not have it. */
const struct ow_stat *ow_stat_find(const struct ow_list *stats, const char *name);

/* The first two numbers of the kernel's release: 6 and 1 of "6.1.0-18-amd64". False when the record
 * does not say. Distributions port code back: it says what the kernel may do, not what it does. */
bool ow_oom_release(const struct ow_oom *oom, uint64_t *ret_major, uint64_t *ret_minor);

/* Is it known to be older than that release? */
bool ow_oom_is_before(const struct ow_oom *oom, uint64_t major, uint64_t minor);

/* The text of a line of the record; NULL when it was not kept. */
const struct ow_oom_text *ow_oom_text_at(const struct ow_oom *oom, size_t line);

#endif
