/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

/* Lines whose only use is that they belong to the record. */
static bool read_nothing(struct ow_oom_build *b, const struct ow_line *line)
{
	(void)b;
	(void)line;
	return true;
}

#define BODY(needle_, where_, rank_, read_)                                                    \
	.needle = { (needle_), sizeof(needle_) - 1 }, .place = (where_), .role = OW_ROLE_BODY, \
	.rank = (rank_), .read = (read_)
#define FRONT  OW_PLACE_FRONT
#define INSIDE OW_PLACE_INSIDE
#define NUMBER OW_PLACE_NUMBER

/*
 * By these most lines are known to be of no family, without a look for each needle: the second
 * bytes of the needles that are FRONT, by their first ones, and two bytes that stand together in
 * each of those that are INSIDE. Those of a new needle have to be here.
 */
static const char fronts[128][4] = {
	['*'] = "*", ['['] = " ",  ['A'] = "c",  ['B'] = "a",   ['C'] = "Pa", ['D'] = "Me",
	['F'] = "r", ['H'] = "i",  ['K'] = "ei", ['M'] = "eio", ['N'] = "o",  ['O'] = "u",
	['P'] = "i", ['S'] = "wy", ['T'] = "ao", ['a'] = "c",   ['h'] = "u",  ['k'] = "m",
	['l'] = "o", ['m'] = "e",  ['o'] = "o",  ['p'] = "r",   ['s'] = "wy",
};
static const char insides[][2] = {
	{ 'm', '-' }, { 't', '=' }, { 'g', 'e' }, { 'M', 'i' }, { 'm', 'j' }, { '/', 'k' },
};

/* The lines of the memory of the machine, with and without "Node 0" in front. Other reports have
 * them, too, so that they prove nothing; a log may begin with one. */
#define PAGES(needle_, where_, read_) \
	BODY(needle_, where_, OW_RANK_PAGES, read_), .begins = true, .again = true
#define NODE(needle_) \
	PAGES(needle_, FRONT, ow_oom_read_node), .fields = ow_oom_node_fields, .full = 64

#define COUNTER(needle_, rank_)                           \
	BODY(needle_, FRONT, rank_, ow_oom_read_counter), \
		.begins = true, .proof = true, .fields = ow_oom_counter_fields, .full = 4
#define TABLE(needle_)                                                                      \
	.needle = { (needle_), sizeof(needle_) - 1 }, .place = FRONT, .role = OW_ROLE_BODY, \
	.rank = OW_RANK_TABLE, .begins = true, .again = true, .proof = true,                \
	.fields = ow_oom_table_fields, .full = OW_OOM_COLUMNS_MAX
/* A kill line may be cut anywhere behind the name; the older ones have fewer fields. */
#define KILL(needle_)                                                                       \
	.needle = { (needle_), sizeof(needle_) - 1 }, .place = FRONT, .role = OW_ROLE_KILL, \
	.rank = OW_RANK_KILL, .proof = true, .fields = ow_oom_kill_fields, .full = 9
#define SAYS(needle_, where_, role_) \
	.needle = { (needle_), sizeof(needle_) - 1 }, .place = (where_), .role = (role_)

/*
 * In the order in which they are tried: first the lines that hold a cgroup's name, which could be
 * made to look like any other; then the head, whose front is a comm of 15 bytes.
 */
static const struct ow_oom_family families[] = {
	{ SAYS("oom-kill:constraint=", FRONT, OW_ROLE_CHOICE), .rank = OW_RANK_CONSTRAINT,
	  .proof = true, .fields = ow_oom_choice_fields, .full = 9, .unspaced = true },
	{ KILL("Memory cgroup out of memory: Kill") },
	{ KILL("Out of memory: Kill") },
	{ KILL("Out of memory: kill process ") },
	{ KILL("Out of Memory: Kill") },
	{ KILL("Out of memory (") },
	{ KILL("No available memory (MPOL_BIND): ") },
	{ KILL("No available memory in cpuset: ") },
	{ KILL("Killed process ") },
	{ SAYS("Memory cgroup out of memory: OOM victim ", FRONT, OW_ROLE_EXIT) },
	{ SAYS("Out of memory: OOM victim ", FRONT, OW_ROLE_EXIT) },
	{ SAYS("Tasks in /", FRONT, OW_ROLE_GROUP), .proof = true, .fields = ow_oom_group_fields,
	  .full = 2 },
	{ SAYS("Tasks in", OW_PLACE_END, OW_ROLE_GROUP), .fields = ow_oom_group_fields, .full = 2 },
	{ BODY("Task in /", FRONT, OW_RANK_TASK_IN, ow_oom_read_task_in), .begins = true,
	  .proof = true, .fields = ow_oom_task_in_fields, .full = 8 },
	{ BODY("Task in", OW_PLACE_END, OW_RANK_TASK_IN, ow_oom_read_task_in),
	  .fields = ow_oom_task_in_fields, .full = 8 },
	{ BODY("Memory cgroup stats for", FRONT, OW_RANK_STATS, ow_oom_read_stats), .begins = true,
	  .again = true, .proof = true, .fields = ow_oom_stats_fields, .full = 64 },

	{ SAYS(" invoked oom-killer", INSIDE, OW_ROLE_HEAD), .proof = true,
	  .fields = ow_oom_head_fields, .full = 5 },
	{ SAYS("oom-killer: gfp_mask=", FRONT, OW_ROLE_HEAD), .proof = true,
	  .fields = ow_oom_head_fields, .full = 3 },
	{ SAYS(" invoked", OW_PLACE_END, OW_ROLE_HEAD), .proof = true, .fields = ow_oom_head_fields,
	  .full = 4 },
	{ BODY(" cpuset=", INSIDE, OW_RANK_CPUSET, ow_oom_read_cpuset) },
	{ BODY("CPU: ", FRONT, OW_RANK_KERNEL, ow_oom_read_kernel), .fields = ow_oom_kernel_fields,
	  .full = 2 },
	{ BODY("Pid: ", FRONT, OW_RANK_KERNEL, ow_oom_read_kernel), .fields = ow_oom_kernel_fields,
	  .full = 2 },
	{ BODY("Call Trace:", FRONT, OW_RANK_TRACE, ow_oom_read_trace) },
	{ BODY("Call trace:", FRONT, OW_RANK_TRACE, ow_oom_read_trace) },
	{ BODY("Backtrace:", FRONT, OW_RANK_TRACE, ow_oom_read_trace) },

	{ COUNTER("memory: usage ", OW_RANK_MEMORY) },
	{ COUNTER("memory+swap: usage ", OW_RANK_SWAP) },
	{ COUNTER("swap: usage ", OW_RANK_SWAP) },
	{ COUNTER("kmem: usage ", OW_RANK_KMEM) },
	{ BODY("Memory cgroup min protection ", FRONT, OW_RANK_PROTECTION,
	       ow_oom_read_protection) },

	{ BODY("Mem-Info:", FRONT, OW_RANK_MEMINFO, ow_oom_read_meminfo), .begins = true },
	{ BODY("Mem-info:", FRONT, OW_RANK_MEMINFO, ow_oom_read_meminfo), .begins = true },
	{ PAGES("active_anon:", FRONT, ow_oom_read_counters), .fields = ow_oom_counters_fields,
	  .full = 64 },
	{ PAGES("Active_anon:", FRONT, ow_oom_read_counters), .fields = ow_oom_counters_fields,
	  .full = 64 },
	{ PAGES("Active:", FRONT, ow_oom_read_counters), .fields = ow_oom_counters_fields,
	  .full = 64 },
	{ NODE("Node ") },
	{ NODE("DMA") },
	{ NODE("Normal") },
	{ NODE("HighMem") },
	{ NODE("Movable") },
	{ NODE("Device") },
	{ NODE("hugepages_total=") },
	{ PAGES("lowmem_reserve[]:", FRONT, ow_oom_read_reserve) },
	{ PAGES("Swap cache stats:", FRONT, read_nothing) },
	{ PAGES("Free swap", FRONT, ow_oom_read_swap) },
	{ PAGES("Total swap", FRONT, ow_oom_read_swap) },
	{ PAGES(" total pagecache pages", NUMBER, ow_oom_read_total) },
	{ PAGES(" pages ", NUMBER, ow_oom_read_total) },

	{ BODY("Tasks state (memory", FRONT, OW_RANK_TABLE, read_nothing), .begins = true,
	  .again = true, .proof = true },
	{ TABLE("[  pid  ]"), .read = ow_oom_read_table },
	{ TABLE("[ pid ]"), .read = ow_oom_read_table },
	{ BODY("[", OW_PLACE_ROW, OW_RANK_TABLE, ow_oom_read_lone_row), .begins = true,
	  .again = true },

	{ SAYS("Out of memory and no killable processes", FRONT, OW_ROLE_END), .proof = true },
	{ SAYS("Kernel panic - not syncing: Out of memory", FRONT, OW_ROLE_END), .proof = true },
	{ SAYS("Kernel panic - not syncing: out of memory", FRONT, OW_ROLE_END), .proof = true },
	{ SAYS("Kernel panic - not syncing: System is deadlocked on memory", FRONT, OW_ROLE_END),
	  .proof = true },
	{ SAYS("oom_reaper: ", FRONT, OW_ROLE_REAPED), .fields = ow_oom_reaped_fields, .full = 4 },

	{ SAYS(": page allocation failure", INSIDE, OW_ROLE_OTHER), .fields = ow_oom_failure_fields,
	  .full = 5 },
	{ SAYS(": page allocation stalls for ", INSIDE, OW_ROLE_OTHER) },
	{ SAYS("SysRq : Show Memory", FRONT, OW_ROLE_OTHER) },
	{ SAYS("sysrq: SysRq : Show Memory", FRONT, OW_ROLE_OTHER) },
	{ SAYS("sysrq: Show Memory", FRONT, OW_ROLE_OTHER) },

	{ SAYS("oom_kill_process: ", FRONT, OW_ROLE_SUPPRESSED) },
	{ SAYS("Missed ", FRONT, OW_ROLE_LOST) },
	{ SAYS("printk: ", FRONT, OW_ROLE_LOST) },
	{ SAYS("** ", FRONT, OW_ROLE_LOST) },
	{ SAYS("]: Missed ", INSIDE, OW_ROLE_LOST) },
	{ SAYS("imjournal: ", INSIDE, OW_ROLE_LOST) },
	{ SAYS("/dev/kmsg buffer overrun", INSIDE, OW_ROLE_LOST) },
};

static bool begins_with(struct ow_str text, struct ow_str needle)
{
	return text.n >= needle.n && text.p[0] == needle.p[0] &&
	       memcmp(text.p, needle.p, needle.n) == 0;
}

static bool ends_with(struct ow_str text, struct ow_str needle)
{
	return text.n >= needle.n && memcmp(text.p + text.n - needle.n, needle.p, needle.n) == 0;
}

static bool is_elsewhere(struct ow_str text, const struct ow_oom_family *f)
{
	uint64_t number;

	switch (f->place) {
	case OW_PLACE_INSIDE:
		return ow_str_find(text, f->needle) != NULL;
	case OW_PLACE_NUMBER:
		return ow_scan_u64(&text, &number) && begins_with(text, f->needle);
	case OW_PLACE_END:
		return ends_with(text, f->needle);
	case OW_PLACE_ROW:
		return text.p[0] == '[' && ow_oom_is_row(text);
	case OW_PLACE_FRONT:
		break;
	}
	return false;
}

static bool may_be_front(struct ow_str text)
{
	const unsigned char first = (unsigned char)text.p[0];

	return first < OW_ARRAY_SIZE(fronts) && text.n > 1 && text.p[1] &&
	       memchr(fronts[first], text.p[1], sizeof(fronts[first]));
}

/* The places where a needle may be, one bit each. */
static unsigned places_of(struct ow_str text)
{
	return (unsigned)may_be_front(text) << OW_PLACE_FRONT |
	       (unsigned)ow_str_has_pair(text, insides, OW_ARRAY_SIZE(insides)) << OW_PLACE_INSIDE |
	       (unsigned)(ends_with(text, OW_STR(" in")) || ends_with(text, OW_STR(" invoked")))
		       << OW_PLACE_END |
	       (unsigned)(text.p[0] >= '0' && text.p[0] <= '9') << OW_PLACE_NUMBER |
	       (unsigned)(text.p[0] == '[') << OW_PLACE_ROW;
}

const struct ow_oom_family *ow_oom_family(struct ow_str text)
{
	unsigned places;

	text = ow_str_trim(text);
	places = text.n ? places_of(text) : 0;
	for (size_t i = 0; i < OW_ARRAY_SIZE(families) && places; i++) {
		const struct ow_oom_family *f = &families[i];

		if (!(places & 1u << f->place))
			continue;
		if (f->place == OW_PLACE_FRONT ? begins_with(text, f->needle)
					       : is_elsewhere(text, f))
			return f;
	}
	return NULL;
}
