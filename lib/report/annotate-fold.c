/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "analyze/words.h"
#include "report/annotate-family.h"
#include "report/zones.h"

#define STATS_SHOWN  8
#define STATS_LEAST  0.005 /* of the whole: less is not worth a row */
#define ROWS_SHOWN   5

#define BYTES(bytes) ow_words_bytes(notes->arena, (bytes))

/*
 * What the trigger was doing, by a function of its call trace; the first that is there counts, so
 * the special ones come first.
 */
static const struct {
	const char *function, *text;
} paths[] = {
	{ "moom_callback", "somebody asked for a kill with SysRq f" },
	{ "sysrq_handle_moom", "somebody asked for a kill with SysRq f" },
	{ "memory_max_write", "memory.max was being written: the limit was lowered" },
	{ "mem_cgroup_resize", "the limit of the cgroup was being lowered" },
	{ "pagefault_out_of_memory", "a page fault had failed, and was answered with a kill" },
	{ "pipe_write", "a pipe was being written" },
	{ "unix_stream_sendmsg", "a unix socket was being written" },
	{ "unix_dgram_sendmsg", "a unix socket was being written" },
	{ "tcp_sendmsg", "a TCP socket was being written" },
	{ "udp_sendmsg", "a UDP socket was being written" },
	{ "sock_sendmsg", "a socket was being written" },
	{ "shmem_fault", "shared memory or tmpfs was touched for the first time" },
	{ "shmem_write", "a file in tmpfs or a memfd was being written" },
	{ "shmem_file_write", "a file in tmpfs or a memfd was being written" },
	{ "shmem_fallocate", "room in tmpfs or a memfd was being set aside" },
	{ "shmem_get", "shared memory or tmpfs needed a page" },
	{ "copy_process", "a process or thread was being made (fork, clone)" },
	{ "do_swap_page", "a page was coming back from swap" },
	{ "swapin_", "a page was coming back from swap" },
	{ "wp_page_copy", "a page shared since a fork was written to and had to be copied" },
	{ "do_wp_page", "a page shared since a fork was written to and had to be copied" },
	{ "do_cow_fault", "a private page of a mapped file was written to" },
	{ "filemap_fault", "a page of a mapped file was needed: program text or data" },
	{ "do_anonymous_page", "anonymous memory was touched for the first time" },
	{ "do_huge_pmd_anonymous_page", "anonymous memory was touched: a huge page" },
	{ "__pte_alloc", "a page table was needed" },
	{ "generic_perform_write", "a file was being written" },
	{ "iomap_file_buffered_write", "a file was being written" },
	{ "filemap_read", "a file was being read" },
	{ "generic_file_read", "a file was being read" },
	{ "page_cache_ra", "a file was being read" },
	{ "do_page_cache_readahead", "a file was being read" },
	{ "kmem_cache_alloc", "the kernel needed an object of its own" },
	{ "do_user_addr_fault", "a process touched a page of its memory" },
	{ "handle_mm_fault", "a process touched a page of its memory" },
	{ "do_page_fault", "a process touched a page of its memory" },
};

/* The line of the trace that names the function. What has a ? in front only lay on the stack. */
static const struct ow_oom_text *frame_of(const struct ow_oom_text *said, size_t n,
					  const char *function, bool doubtful)
{
	for (size_t i = 0; i < n; i++)
		if (ow_str_has(ow_note_text(&said[i]), function) &&
		    ow_str_has(ow_note_text(&said[i]), "? ") == doubtful)
			return &said[i];
	return NULL;
}

/* The first of the paths that is in the trace; OW_ARRAY_SIZE(paths) when none is. */
static size_t find_path(const struct ow_oom_text *said, size_t n, bool doubtful,
			const struct ow_oom_text **ret)
{
	size_t i = 0;

	while (i < OW_ARRAY_SIZE(paths) && !(*ret = frame_of(said, n, paths[i].function, doubtful)))
		i++;
	return i;
}

static void fold_trace(struct ow_notes *notes, const struct ow_oom_text *said, size_t n)
{
	const struct ow_oom_text *frame = NULL;
	size_t i = find_path(said, n, false, &frame);
	const bool doubtful = !frame;

	if (doubtful)
		i = find_path(said, n, true, &frame);
	if (frame) {
		const struct ow_str text = ow_note_text(frame);
		const char *at =
			memmem(text.p, text.n, paths[i].function, strlen(paths[i].function));

		ow_doc_block(notes->doc, OW_BLOCK_EXCERPT)->excerpt =
			(struct ow_excerpt){ .number = frame->line, .line = text };
		ow_doc_mark(notes->doc, (size_t)(at - text.p), strlen(paths[i].function),
			    "what it was doing");
		ow_doc_para(notes->doc,
			    "The call trace (%zu line%s from %zu) says what the task that asked "
			    "was %sdoing: %s. It accuses nobody.",
			    n, n == 1 ? "" : "s", said[0].line, doubtful ? "probably " : "",
			    paths[i].text);
	} else {
		ow_doc_para(
			notes->doc,
			"The call trace (%zu line%s from %zu) names no function that tells more.",
			n, n == 1 ? "" : "s", said[0].line);
	}
}

static bool is_count(const char *name)
{
	return strncmp(name, "pg", 2) == 0 || strncmp(name, "total_pg", 8) == 0 ||
	       ow_str_has(ow_str(name), "workingset_") || strncmp(name, "thp_", 4) == 0 ||
	       strncmp(name, "swpin", 5) == 0 || strncmp(name, "swpout", 6) == 0 ||
	       strncmp(name, "numa_", 5) == 0 || strncmp(name, "zswpin", 6) == 0 ||
	       strncmp(name, "zswpout", 7) == 0 || strncmp(name, "zswpwb", 6) == 0;
}

/* Limits stand among the statistics of v1, and are no memory. */
static bool is_size(const struct ow_stat *stat)
{
	return !is_count(stat->name) && strncmp(stat->name, "hierarchical_", 13) != 0;
}

static int larger_first(const void *a, const void *b)
{
	const struct ow_stat *const *x = a, *const *y = b;

	if ((*x)->value != (*y)->value)
		return (*x)->value < (*y)->value ? 1 : -1;
	return *x < *y ? -1 : *x > *y; /* of one list: as the kernel printed them */
}

/* The sizes of a list of statistics, largest first, with their share of the whole. Returns how many
 * there are that no row was made for. */
static size_t table_of(struct ow_notes *notes, const struct ow_list *stats, uint64_t whole)
{
	static const char *const heading[] = { "Name", "Size", "Share", NULL };
	const struct ow_stat *stat = stats->item;
	const struct ow_stat **by_size =
		ow_alloc(notes->arena, stats->n + 1, sizeof(const struct ow_stat *));
	size_t n = 0, shown = 0;

	for (size_t i = 0; by_size && i < stats->n; i++)
		if (is_size(&stat[i]) && stat[i].value)
			by_size[n++] = &stat[i];
	if (n == 0)
		return 0;
	qsort(by_size, n, sizeof(const struct ow_stat *), larger_first);
	ow_doc_table(notes->doc, heading);
	for (; shown < n && shown < STATS_SHOWN; shown++) {
		const struct ow_stat *s = by_size[shown];

		if (shown && ow_share(s->value, whole) < STATS_LEAST)
			break;
		ow_doc_item(notes->doc, OW_INK_PLAIN, "%s", s->name);
		ow_doc_item(notes->doc, OW_INK_PLAIN, "%s", BYTES(s->value));
		ow_doc_item(notes->doc, OW_INK_PLAIN, "%s",
			    whole ? ow_words_share(notes->arena, ow_share(s->value, whole)) : "-");
	}
	return n - shown;
}

static size_t count_zero(const struct ow_list *stats)
{
	const struct ow_stat *stat = stats->item;
	size_t n = 0;

	for (size_t i = 0; i < stats->n; i++)
		n += stat[i].value == 0;
	return n;
}

static void fold_stats(struct ow_notes *notes, const struct ow_oom_text *said, size_t n)
{
	const struct ow_list *stats = &notes->oom->memory_stat;
	const struct ow_amount *usage = &notes->scene->balance.usage;
	size_t small;

	(void)said;
	(void)n;
	if (stats->n == 0)
		return;
	small = table_of(notes, stats, usage->have ? usage->bytes : 0);
	ow_doc_para(
		notes->doc,
		"memory.stat: %zu names, %zu of them 0, %zu sizes too small to show; the others "
		"are counts and limits. Names overlap (shmem is part of file, slab of kernel), "
		"so they do not add up to all.",
		stats->n, count_zero(stats), small);
}

/* A line of the zone, with places marked. */
static void show_line(struct ow_notes *notes, size_t line, const char *const (*marks)[2],
		      size_t n_marks, const struct ow_oom_text *said, size_t n)
{
	struct ow_str text = { 0 };

	for (size_t i = 0; i < n && !text.n; i++)
		if (said[i].line == line && ow_str_has(ow_note_text(&said[i]), marks[0][0]))
			text = ow_note_text(&said[i]);
	if (!text.n)
		return;
	ow_doc_block(notes->doc, OW_BLOCK_EXCERPT)->excerpt =
		(struct ow_excerpt){ .number = line, .line = text };
	for (size_t i = 0; i < n_marks; i++) {
		const char *at = memmem(text.p, text.n, marks[i][0], strlen(marks[i][0]));
		size_t end = at ? (size_t)(at - text.p) + 1 : 0, from = end;

		while (at && end < text.n && text.p[end] != ' ')
			end++;
		ow_doc_mark(notes->doc, from, end - from, marks[i][1]);
	}
}

/* The zone that came nearest, with the numbers that decide. */
static void show_zone(struct ow_notes *notes, const struct ow_zone_row *row,
		      const struct ow_oom_text *said, size_t n)
{
	static const char *const marks[][2] = { { " free:", NULL },
						{ " min:", "must stay free" },
						{ " high:", "wanted before a kill" } };
	static const char *const sum[][2] = { { " = ", "all of it in these blocks" } };
	const char *zone = ow_zone_words(notes->arena, row->zone);

	show_line(notes, row->zone->line, marks, OW_ARRAY_SIZE(marks), said, n);
	if (row->serves == OW_SERVES_BLOCKS)
		show_line(notes, row->zone->blocks_line, sum, 1, said, n);
	ow_doc_para(notes->doc,
		    "Of the zones that the request may use %s came nearest: %s free, of which %s "
		    "must stay: %s.",
		    zone, BYTES(row->zone->free_bytes), BYTES(row->keep_bytes),
		    ow_serves_words[row->serves]);
}

static void fold_pages(struct ow_notes *notes, const struct ow_oom_text *said, size_t n)
{
	const struct ow_oom *oom = notes->oom;
	const struct ow_amount *ram = &notes->scene->balance.limit;
	const struct ow_zones *zones = &notes->scene->zones;
	const struct ow_zone_row *row = ow_zones_nearest(zones);
	size_t small;

	if (!notes->scene->balance.machine || oom->meminfo.n + oom->zones.n == 0)
		return;
	small = table_of(notes, &oom->meminfo, ram->have ? ram->bytes : 0);
	if (ram->have)
		ow_doc_para(notes->doc,
			    "Mem-Info: the machine has %s, of which the kernel never hands out %s. "
			    "%zu counters are 0, %zu too small to show.",
			    BYTES(oom->ram_bytes), BYTES(oom->reserved_bytes),
			    count_zero(&oom->meminfo), small);
	if (row)
		show_zone(notes, row, said, n);
	if (!ow_zones_told(zones))
		return;
	ow_doc_para(notes->doc, "Why free memory did not help: ");
	ow_zones_say(zones, notes->doc);
	ow_doc_say(notes->doc, OW_INK_PLAIN, ".");
	ow_zones_table(zones, notes->doc, ow_zone_cite_lines, notes->doc);
}

void ow_note_fold(struct ow_notes *notes, enum ow_note_fold fold, const struct ow_oom_text *said,
		  size_t n)
{
	switch (fold) {
	case OW_FOLD_TRACE:
		fold_trace(notes, said, n);
		break;
	case OW_FOLD_STATS:
		fold_stats(notes, said, n);
		break;
	case OW_FOLD_PAGES:
		fold_pages(notes, said, n);
		break;
	case OW_FOLD_ROWS:
		ow_note_rows(notes, said, n);
		break;
	case OW_FOLD_NONE:
		break;
	}
}
