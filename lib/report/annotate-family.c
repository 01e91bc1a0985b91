/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotate-family.h"

#define POINTS(array) .point = (array), .n_points = OW_ARRAY_SIZE(array)

/* "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0" */
static const struct ow_note_point head[] = {
	{ " invoked oom-killer", .front = true, .note = "asked for memory" },
	{ "gfp_mask=", .last = true, .until = ", ", .note = "what kind" },
	{ "order=", .last = true, .note = "how much" },
};

/* "eat cpuset=/ mems_allowed=0-1" */
static const struct ow_note_point cpuset[] = {
	{ " cpuset=", .skip = 1, .last = true, .note = "of who asked, not of the victim" },
	{ "mems_allowed=", .last = true, .note = "its NUMA nodes" },
};

/* "CPU: 0 PID: 42 Comm: eat Not tainted 6.1.0-18-amd64 #1", "Pid: 42, comm: eat ..." */
static const struct ow_note_point cpu[] = {
	{ "PID: ", .note = "who asked" },
	{ "Pid: ", .note = "who asked" },
};

/* "Task in /a/b killed as a result of limit of /a" */
static const struct ow_note_point task_in[] = {
	{ "Task in ", .until = " killed as a result of limit of ", .note = "the victim's group" },
	{ "limit of ", .last = true, .note = "whose limit" },
};

/* "memory: usage 32768kB, limit 32768kB, failcnt 19", and so the others. */
static const struct ow_note_point counter[] = {
	{ "usage ", .note = "charged" },
	{ "limit ", .note = "allowed" },
	{ "failcnt ", .note = "proves nothing" },
};

static const struct ow_note_point stats[] = {
	{ "Memory cgroup stats for ", .note = "with all groups below it" },
};

static const struct ow_note_point protection[] = {
	{ "min protection ", .note = "memory.min" },
	{ "low protection ", .note = "memory.low" },
};

static const struct ow_note_point columns[] = {
	{ " rss", .skip = 1, .note = "resident, shared pages too" },
	{ "pgtables_bytes", .note = "bytes" },
	{ "nr_ptes", .note = "page tables" },
	{ "swapents", .note = "in swap" },
	{ "oom_score_adj", .note = "bias" },
};

/* "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,
 * task_memcg=/a/b,task=eat,pid=2897,uid=0" */
static const struct ow_note_point constraint[] = {
	{ "constraint=", .note = "what was short" },
	{ ",global_oom", .skip = 1, .note = "no cgroup's limit" },
	{ ",oom_memcg=", .skip = 1, .until = ",task_memcg=", .note = "whose limit" },
	{ ",task_memcg=", .skip = 1, .last = true,
	  .until = ",task=", .note = "the victim's group" },
	{ ",task=", .skip = 1, .last = true, .until = ",pid=", .note = "the victim" },
	{ ",pid=", .skip = 1, .last = true },
};

/* "Out of memory: Kill process 6576 (java) score 651 or sacrifice child" */
static const struct ow_note_point chosen[] = {
	{ "ill process ", .note = "chosen, not dead yet" },
	{ " score ", .skip = 1, .last = true, .note = "its score" },
};

/* "Memory cgroup out of memory: Killed process 2897 (eat) total-vm:35372kB, anon-rss:32512kB,
 * file-rss:936kB, shmem-rss:0kB, UID:0 pgtables:108kB oom_score_adj:0" */
static const struct ow_note_point killed[] = {
	{ "Killed process ", .note = "died" },
	{ "anon-rss:", .last = true, .note = "freed by its death" },
	{ "total-vm:", .last = true, .note = "address space: accuses nobody" },
	{ "shmem-rss:", .last = true, .note = "freed with its last user" },
	{ "oom_score_adj:", .last = true, .note = "bias" },
};

static const struct ow_note_point group[] = {
	{ "Tasks in ", .until = " are going to be killed", .note = "all of it dies" },
	{ "memory.oom.group", .note = "why" },
};

static const struct ow_note_point exiting[] = {
	{ "OOM victim ", .note = "chosen" },
	{ "already exiting", .note = "so nobody is killed" },
};

static const struct ow_note_point nobody[] = {
	{ "no killable processes", .note = "all exempt, or none there" },
};

static const struct ow_note_point panic[] = {
	{ "Kernel panic", .note = "the machine stops here" },
	{ "panic_on_oom", .note = "the setting that says so" },
	{ "deadlocked on memory", .note = "nobody could be killed" },
};

static const struct ow_note_point reaped[] = {
	{ "reaped process ", .note = "its memory is free now" },
	{ "unable to reap pid:", .note = "its memory is not free yet" },
	{ "anon-rss:", .last = true, .note = "left" },
	{ "shmem-rss:", .last = true, .note = "left: shared" },
};

static const struct ow_note_point suppressed[] = {
	{ "oom_kill_process: ", .note = "reports that were not printed" },
};

static const struct ow_note_point failure[] = {
	{ "order:", .note = "how much" },
	{ "mode:", .until = ", ", .note = "what kind" },
};

static const struct ow_note_point swap_total[] = { { "= ", .skip = 2 } };

#define ASKED(needle_, place_)  .needle = (needle_), .place = (place_), .part = OW_NOTE_ASKED
#define LIMIT(needle_)          .needle = (needle_), .part = OW_NOTE_LIMIT
#define MADE(needle_)           .needle = (needle_), .part = OW_NOTE_MADE
#define THERE(needle_)          .needle = (needle_), .part = OW_NOTE_THERE
#define CHOSEN(needle_)         .needle = (needle_), .part = OW_NOTE_CHOSEN, .shown = true
#define BESIDE(needle_, place_) .needle = (needle_), .place = (place_), .part = OW_NOTE_BESIDE
#define KILLED(needle_)         CHOSEN(needle_), POINTS(killed), .n_again = 2, .say = ow_say_killed
#define KILL(needle_)           CHOSEN(needle_), POINTS(chosen), .say = ow_say_chosen
#define TRACE(needle_)          ASKED(needle_, OW_NOTE_FRONT), .fold = OW_FOLD_TRACE
#define PAGES(needle_)          MADE(needle_), .fold = OW_FOLD_PAGES
#define TABLE(needle_) \
	THERE(needle_), .shown = true, .fold = OW_FOLD_ROWS, POINTS(columns), .say = ow_say_table
#define PANIC(needle_) \
	CHOSEN("Kernel panic - not syncing: " needle_), POINTS(panic), .say = ow_say_panic

/* Lines that begin with fixed words come before those that hold a name first. */
/* clang-format off */
static const struct ow_note_family families[] = {
	{ CHOSEN("oom-kill:constraint="), POINTS(constraint), .say = ow_say_constraint },
	{ KILLED("Memory cgroup out of memory: Killed process ") },
	{ KILLED("Out of memory: Killed process ") },
	{ KILLED("Out of memory (oom_kill_allocating_task): Killed process ") },
	{ KILLED("Killed process ") },
	{ KILL("Memory cgroup out of memory: Kill process ") },
	{ KILL("Out of memory: Kill process ") },
	{ KILL("Out of memory: kill process ") },
	{ KILL("Out of memory (oom_kill_allocating_task): Kill process ") },
	{ KILL("No available memory (MPOL_BIND): ") },
	{ KILL("No available memory in cpuset: ") },
	{ CHOSEN("Memory cgroup out of memory: OOM victim "), POINTS(exiting), .once = true, .say = ow_say_exiting },
	{ CHOSEN("Out of memory: OOM victim "), POINTS(exiting), .once = true, .say = ow_say_exiting },
	{ CHOSEN("Tasks in /"), POINTS(group), .say = ow_say_group },
	{ CHOSEN("Out of memory and no killable processes"), POINTS(nobody), .say = ow_say_nobody },
	{ PANIC("Out of memory") },
	{ PANIC("out of memory") },
	{ PANIC("System is deadlocked on memory") },
	{ CHOSEN("oom_reaper: "), POINTS(reaped), .n_again = 1, .once = true,
	  .say = ow_say_reaped },

	{ LIMIT("Task in /"), .shown = true, POINTS(task_in), .say = ow_say_limit },
	{ LIMIT("memory: usage "), .shown = true, POINTS(counter), .say = ow_say_memory },
	{ LIMIT("memory+swap: usage "), .shown = true, POINTS(counter), .say = ow_say_memsw },
	{ LIMIT("swap: usage "), .shown = true, POINTS(counter), .say = ow_say_swap },
	{ LIMIT("kmem: usage "), .shown = true, POINTS(counter), .say = ow_say_kmem },

	{ MADE("Memory cgroup stats for "), .shown = true, .fold = OW_FOLD_STATS, POINTS(stats) },
	{ MADE("Memory cgroup min protection "), .shown = true, POINTS(protection) },
	{ PAGES("Mem-Info:") },
	{ PAGES("active_anon:") },
	{ PAGES("Active_anon:") },
	{ PAGES("Node ") },
	{ PAGES("DMA") },
	{ PAGES("Normal") },
	{ PAGES("HighMem") },
	{ PAGES("Movable") },
	{ PAGES("Device") },
	{ PAGES("hugepages_total=") },
	{ PAGES("lowmem_reserve[]:") },
	{ PAGES("Swap cache stats:") },
	{ PAGES("Free swap"), .shown = true, POINTS(swap_total) },
	{ PAGES("Total swap"), .shown = true, POINTS(swap_total), .say = ow_say_swap_total },
	{ PAGES(" total pagecache pages"), .place = OW_NOTE_NUMBER },
	{ PAGES(" pages "), .place = OW_NOTE_NUMBER },

	{ THERE("Tasks state (memory") },
	{ TABLE("[  pid  ]") },
	{ TABLE("[ pid ]") },

	{ TRACE("Call Trace:") },
	{ TRACE("Call trace:") },
	{ TRACE("Backtrace:") },
	{ ASKED("CPU: ", OW_NOTE_FRONT), .shown = true, POINTS(cpu) },
	{ ASKED("Pid: ", OW_NOTE_FRONT), .shown = true, POINTS(cpu) },

	{ BESIDE("oom_kill_process: ", OW_NOTE_FRONT), .shown = true, POINTS(suppressed),
	  .once = true, .say = ow_say_suppressed },
	{ BESIDE("Missed ", OW_NOTE_FRONT), .shown = true, .once = true, .say = ow_say_lost },
	{ BESIDE("printk: ", OW_NOTE_FRONT), .shown = true, .once = true, .say = ow_say_lost },
	{ BESIDE("** ", OW_NOTE_FRONT), .shown = true, .once = true, .say = ow_say_lost },

	{ ASKED(" invoked oom-killer", OW_NOTE_INSIDE), .shown = true, POINTS(head),
	  .say = ow_say_head },
	{ ASKED(" cpuset=", OW_NOTE_INSIDE), .shown = true, POINTS(cpuset) },
	{ BESIDE(": page allocation failure", OW_NOTE_INSIDE), .shown = true, POINTS(failure),
	  .once = true, .say = ow_say_failure },
};
/* clang-format on */

static bool is_of(struct ow_str text, const struct ow_note_family *f)
{
	size_t n = strlen(f->needle);
	uint64_t number;

	if (f->place == OW_NOTE_INSIDE)
		return ow_str_has(text, f->needle);
	if (f->place == OW_NOTE_NUMBER && !ow_scan_u64(&text, &number))
		return false;
	return text.n >= n && memcmp(text.p, f->needle, n) == 0;
}

const struct ow_note_family *ow_note_family(struct ow_str text)
{
	text = ow_str_trim(text);
	for (size_t i = 0; i < OW_ARRAY_SIZE(families); i++)
		if (is_of(text, &families[i]))
			return &families[i];
	return NULL;
}

static const char *find(struct ow_str s, const char *word, bool last)
{
	size_t n = strlen(word);
	const char *at = memmem(s.p, s.n, word, n), *next = at;

	while (last && next) {
		at = next++;
		next = memmem(next, s.n - (size_t)(next - s.p), word, n);
	}
	return at;
}

/* How many bytes of s are the value that it begins with. */
static size_t value_length(struct ow_str s, const char *until)
{
	const char *end = until ? find(s, until, false) : NULL;
	size_t n = 0;

	if (end)
		return (size_t)(end - s.p);
	while (n < s.n && s.p[n] != ' ' && s.p[n] != ',')
		n++;
	return n;
}

static void mark(struct ow_doc *doc, struct ow_str text, const struct ow_note_point *p)
{
	const char *at = find(text, p->word, p->last);
	size_t front = at ? (size_t)(at - text.p) : 0, n = strlen(p->word);
	bool open = strchr("=: ", p->word[n - 1]);

	if (!at)
		return;
	if (p->front) {
		ow_doc_mark(doc, 0, front, p->note);
		return;
	}
	n += open ? value_length(ow_str_skip(text, front + n), p->until) : 0;
	ow_doc_mark(doc, front + p->skip, n - p->skip, p->note);
}

void ow_note_excerpt(struct ow_notes *notes, const struct ow_note_family *family,
		     const struct ow_oom_text *said, bool again)
{
	const struct ow_str text = ow_note_text(said);
	struct ow_block *block = ow_doc_block(notes->doc, OW_BLOCK_EXCERPT);
	size_t n = family ? family->n_points : 0;

	if (again && family->n_again)
		n = family->n_again;
	block->excerpt = (struct ow_excerpt){ .number = said->line, .line = text };
	for (size_t i = 0; i < n; i++)
		mark(notes->doc, text, &family->point[i]);
}
