/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/account-internal.h"
#include "analyze/words.h"

/*
 * One line of the account. A part is a number, or the difference of two. A rest takes what is
 * between two totals and none of the parts that are known; it has another name when it is below
 * zero.
 */
struct row {
	const char *id;
	enum ow_account_kind kind;
	const char *title, *cause;
	const char *below_title, *below_cause; /* of a rest below zero; NULL: as above */
	uint32_t numbers;                      /* that it needs */
	enum ow_account_number number;
	uint32_t less; /* numbers that are subtracted */
	bool negative;
};

#define TOTAL(id_, number_, title_, cause_)                                         \
	{                                                                           \
		.id = id_, .kind = OW_STEP_TOTAL, .title = title_, .cause = cause_, \
		.numbers = OW_ACCOUNT_BIT(number_), .number = OW_ACCOUNT_##number_  \
	}
#define PART(id_, number_, title_, cause_)                                         \
	{                                                                          \
		.id = id_, .kind = OW_STEP_PART, .title = title_, .cause = cause_, \
		.numbers = OW_ACCOUNT_BIT(number_), .number = OW_ACCOUNT_##number_ \
	}
#define PART_LESS(id_, number_, less_, title_, cause_)                                        \
	{                                                                                     \
		.id = id_, .kind = OW_STEP_PART, .title = title_, .cause = cause_,            \
		.numbers = OW_ACCOUNT_BIT(number_) | (less_), .number = OW_ACCOUNT_##number_, \
		.less = less_                                                                 \
	}
#define REST(id_, title_, cause_, below_title_, below_cause_)                      \
	{                                                                          \
		.id = id_, .kind = OW_STEP_REST, .title = title_, .cause = cause_, \
		.below_title = below_title_, .below_cause = below_cause_           \
	}

static const struct row rows[] = {
	TOTAL("profile", PROFILE, "heap profile (inuse_space)",
	      "live objects by who allocated them, sampled, as the collection before the last one "
	      "left them"),
	REST("since_profile", "allocated since, and garbage",
	     "what came after the collection that the profile shows, and what is dead and not "
	     "collected yet; not all of it need be garbage",
	     "freed since, or the sampling's error",
	     "the profile is a sample, and of an earlier collection"),
	TOTAL("heap_alloc", HEAP_ALLOC, "HeapAlloc", "all objects, dead ones too"),
	REST("fragmentation", "room in spans",
	     "places in spans that no object takes: small where spans are full, large where few "
	     "objects keep many spans",
	     NULL, NULL),
	TOTAL("heap_inuse", HEAP_INUSE, "HeapInuse", "all spans that have an object"),
	PART("idle", IDLE, "idle, not given back",
	     "empty spans that the scavenger keeps for the next cycle, or has not come to yet"),
	PART("stacks", STACKS, "stacks", "of goroutines, and of the system's threads"),
	PART("structures", STRUCTURES, "the runtime's own",
	     "spans, caches, profiling, the collector's bitmaps, other"),
	REST("runtime_rest", "not told by the runtime",
	     "what the runtime's total has beside its parts", NULL, NULL),
	TOTAL("go", GO, "Go: Sys - HeapReleased", "what GOMEMLIMIT is compared with"),
	{ .id = "swapped",
	  .kind = OW_STEP_PART,
	  .title = "in swap",
	  .cause = "taken, and swapped out: no part of RSS",
	  .numbers = OW_ACCOUNT_BIT(SWAPPED),
	  .number = OW_ACCOUNT_SWAPPED,
	  .negative = true },
	PART("lazy_free", LAZY_FREE, "MADV_FREE pages (LazyFree)",
	     "given back by the runtime, and left by the kernel until it needs them: they are "
	     "taken before anything is killed"),
	REST("off_heap", "off-heap (cgo, mmap) or huge pages",
	     "anonymous memory that the runtime does not count", "taken and never touched",
	     "the runtime has it mapped and did not write to it yet: no pages behind it"),
	TOTAL("rss_anon", RSS_ANON, "RssAnon", "the process's own pages"),
	PART("rss_file", RSS_FILE, "file pages", "the binary and mapped files: page cache"),
	PART("rss_shmem", RSS_SHMEM, "shared memory", "tmpfs, memfd, shared mappings"),
	REST("rss_rest", "not told by /proc", "what RSS has beside its parts", NULL, NULL),
	TOTAL("rss", RSS, "RSS", "all pages of the process in memory"),
	PART_LESS(
		"others", GROUP_ANON, OW_ACCOUNT_BIT(RSS_ANON), "other processes",
		"anonymous pages of the group that are not this process's; below zero: its pages are charged to "
		"another group, or counted a moment later"),
	PART_LESS("cache", GROUP_FILE, OW_ACCOUNT_BIT(RSS_FILE) | OW_ACCOUNT_BIT(RSS_SHMEM),
		  "page cache and tmpfs beside that",
		  "files read and written; below zero: the binary's pages are charged to another "
		  "group"),
	PART("kernel", GROUP_KERNEL, "kernel memory", "page tables, stacks, slab, sockets"),
	REST("usage_rest", "left over",
	     "what no number of the group explains; its counters are "
	     "some pages per processor behind",
	     NULL, NULL),
	TOTAL("usage", USAGE, "cgroup usage", "what is charged to the group"),
	REST("free", "free", "room up to the limit", "above the limit",
	     "the usage is above this limit"),
	TOTAL("limit", LIMIT, "limit", "the limit that binds the group"),
};

static bool row_value(const struct ow_account_moment *m, const struct row *row, int64_t *ret)
{
	const uint64_t most = INT64_MAX / 64; /* sums of hostile values do not overflow */
	uint64_t value = m->value[row->number] < most ? m->value[row->number] : most;
	int64_t bytes = row->negative ? -(int64_t)value : (int64_t)value;

	if (row->kind == OW_STEP_REST || !ow_account_has(m, row->numbers))
		return false;
	if (row->number == OW_ACCOUNT_LIMIT && m->value[row->number] == UINT64_MAX)
		return false;
	for (unsigned i = 0; i < OW_ACCOUNT_NUMBERS; i++)
		if (row->less & UINT32_C(1) << i)
			bytes -= (int64_t)(m->value[i] < most ? m->value[i] : most);
	*ret = bytes;
	return true;
}

/* The names of what is in a rest: its own, those of totals between which it could not be divided,
 * and those of parts that are not known. */
static const char *rest_title(const struct ow_account_moment *m, size_t from, size_t to, bool below,
			      struct ow_arena *arena)
{
	const char *title = NULL;

	for (size_t i = from; i < to; i++) {
		const char *name =
			below && rows[i].below_title ? rows[i].below_title : rows[i].title;
		int64_t bytes;

		if (rows[i].kind == OW_STEP_TOTAL || row_value(m, &rows[i], &bytes))
			continue;
		if (rows[i].kind == OW_STEP_PART && rows[i].negative)
			continue;
		if (strstr(rows[i].id, "_rest") && to - from > 1)
			continue; /* nothing, where its parts are known */
		title = title ? ow_printf(arena, "%s, %s", title, name) : name;
		if (!title)
			return "";
	}
	return title ? title : rows[to - 1].title;
}

struct waterfall {
	struct ow_account_step *step;
	size_t n;
	struct ow_arena *arena;
	bool zeros; /* also parts of nothing, to be compared with */
};

static void add(struct waterfall *w, struct ow_account_step step)
{
	if (w->n < OW_ACCOUNT_STEPS_MAX)
		w->step[w->n++] = step;
}

/* A rest that is nothing where all parts are known. */
static bool is_remainder(const struct row *row)
{
	return strstr(row->id, "_rest");
}

/* The rest between two totals, which are rows[from - 1] and rows[to]. */
static void add_rest(struct waterfall *w, const struct ow_account_moment *m, size_t from, size_t to,
		     int64_t bytes)
{
	const struct row *row = NULL;
	size_t things = 0; /* that it may be made of */
	bool mixed;

	for (size_t i = from; i < to; i++) {
		int64_t value;

		if (rows[i].kind == OW_STEP_REST && (!row || is_remainder(row)))
			row = &rows[i];
		things += rows[i].kind != OW_STEP_TOTAL && !rows[i].negative &&
			  !is_remainder(&rows[i]) && !row_value(m, &rows[i], &value);
	}
	mixed = row && things > (is_remainder(row) ? 0 : 1);
	if (!row || (bytes == 0 && !mixed && !w->zeros))
		return;
	add(w, (struct ow_account_step){
		       .id = mixed ? "not_told_apart" : row->id,
		       .kind = OW_STEP_REST,
		       .title = rest_title(m, from, to, bytes < 0, w->arena),
		       .cause = mixed ? "the numbers that would tell more are missing"
				: bytes < 0 && row->below_cause ? row->below_cause
								: row->cause,
		       .bytes = bytes,
		       .source = { from ? m->source[rows[from - 1].number] : NULL,
				   m->source[rows[to].number] },
	       });
}

static bool is_known_total(const struct ow_account_moment *m, size_t i, int64_t *ret)
{
	return rows[i].kind == OW_STEP_TOTAL && row_value(m, &rows[i], ret);
}

/* What is between two totals that are known. A rest stands where its row does. */
static void add_between(struct waterfall *w, const struct ow_account_moment *m, size_t from,
			size_t to, int64_t difference)
{
	int64_t bytes;

	for (size_t i = from; i < to; i++)
		if (row_value(m, &rows[i], &bytes) && rows[i].kind == OW_STEP_PART) {
			difference -= bytes;
			if (bytes || w->zeros)
				add(w, (struct ow_account_step){
					       .id = rows[i].id,
					       .kind = OW_STEP_PART,
					       .title = rows[i].title,
					       .cause = rows[i].cause,
					       .bytes = bytes,
					       .source = { m->source[rows[i].number] },
				       });
		}
	add_rest(w, m, from, to, difference);
}

static void make(struct waterfall *w, const struct ow_account_moment *m)
{
	bool begun = false;
	int64_t before = 0, bytes;
	size_t from = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		if (!is_known_total(m, i, &bytes))
			continue;
		if (begun)
			add_between(w, m, from, i, bytes - before);
		add(w, (struct ow_account_step){
			       .id = rows[i].id,
			       .kind = OW_STEP_TOTAL,
			       .title = rows[i].title,
			       .cause = rows[i].cause,
			       .bytes = bytes,
			       .source = { m->source[rows[i].number] },
		       });
		begun = true;
		before = bytes;
		from = i + 1;
	}
}

/* A step of the same kind at the first moment. */
static void compare(struct ow_account_step *step, const struct waterfall *first)
{
	for (size_t i = 0; i < first->n; i++)
		if (strcmp(first->step[i].id, step->id) == 0) {
			step->have_growth = true;
			step->growth_bytes = step->bytes - first->step[i].bytes;
			return;
		}
}

void account_steps(struct ow_account *a)
{
	struct ow_account_step room[OW_ACCOUNT_STEPS_MAX];
	struct waterfall first = { .step = room, .arena = a->arena, .zeros = true };
	struct waterfall last = { .step = a->step, .arena = a->arena };

	make(&last, account_last(a));
	a->n_steps = last.n;
	if (a->n < 2)
		return;
	make(&first, &a->moment[0]);
	for (size_t i = 0; i < a->n_steps; i++)
		compare(&a->step[i], &first);
}
