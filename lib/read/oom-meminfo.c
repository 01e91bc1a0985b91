/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

/* "Mem-Info:" */
bool ow_oom_read_meminfo(struct ow_oom_build *b, const struct ow_line *line)
{
	b->oom.lines.meminfo = line->number;
	b->block = OW_BLOCK_PAGES;
	return true;
}

static void add_stat(struct ow_oom_build *b, struct ow_str name, uint64_t value, size_t line)
{
	struct ow_stat *stat = b->oom.meminfo.item;
	const char *kept;

	for (size_t i = 0; i < b->oom.meminfo.n; i++)
		if (ow_str_is(name, stat[i].name))
			return;
	kept = b->oom.meminfo.n < OW_OOM_STATS_MAX ? ow_oom_keep(b, name) : NULL;
	stat = kept ? ow_oom_add(b, &b->oom.meminfo, sizeof(*stat)) : NULL;
	if (stat)
		*stat = (struct ow_stat){ kept, value, line };
}

/* The lists that both the machine's counters, in pages, and each node's line, in kB, have. */
static bool is_lru(struct ow_str name)
{
	return ow_str_is(name, "active_anon") || ow_str_is(name, "inactive_anon") ||
	       ow_str_is(name, "active_file") || ow_str_is(name, "inactive_file");
}

static void add_counter(struct ow_oom_build *b, struct ow_str name, uint64_t pages, size_t line)
{
	if (is_lru(name))
		b->lru_pages += pages;
	add_stat(b, name, pages, line);
}

static bool scan_pages(struct ow_str *s, struct ow_str *ret_name, uint64_t *ret_pages)
{
	struct ow_str rest = *s, name;

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_until(&rest, ":", &name) || name.n == 0 || name.n > 32 ||
	    memchr(name.p, ' ', name.n) || !ow_scan_u64(&rest, ret_pages) ||
	    (rest.n && rest.p[0] != ' '))
		return false;
	*s = rest;
	*ret_name = name;
	return true;
}

/* Up to 2.6.31 the first name begins with a capital. */
static struct ow_str counter_name(struct ow_str name)
{
	if (ow_str_is(name, "Active_anon"))
		return OW_STR("active_anon");
	return ow_str_is(name, "Active") ? OW_STR("active") : name;
}

/* "active_anon:221 inactive_anon:14331 isolated_anon:0": pages. */
bool ow_oom_read_counters(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = line->text, all = s, name;
	uint64_t pages;

	while (scan_pages(&all, &name, &pages))
		;
	if (all.p == s.p || ow_str_has(ow_str_trim(all), " "))
		return false;
	while (scan_pages(&s, &name, &pages))
		add_counter(b, counter_name(name), pages, line->number);
	b->block = OW_BLOCK_PAGES;
	return true;
}

/* As above; of a kernel's several lines in one, the feeds may still be escaped. */
unsigned ow_oom_counters_fields(struct ow_str text)
{
	struct ow_str word, name;
	uint64_t pages;
	unsigned n = 0;

	while (ow_scan_blanks(&text) && ow_scan_word(&text, &word))
		n += ow_scan_until(&word, ":", &name) && !memchr(name.p, '=', name.n) &&
		     ow_scan_u64(&word, &pages) && !ow_scan_lit(&word, "kB");
	return n;
}

/* "free:15036kB", "reserved_highatomic:0KB", "shmem_thp: 0kB": one of a zone's or node's. */
static bool scan_amount(struct ow_str *s, struct ow_str *ret_name, uint64_t *ret_bytes)
{
	struct ow_str rest = *s, name;

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_until(&rest, ":", &name) || name.n == 0 || memchr(name.p, ' ', name.n))
		return false;
	(void)ow_scan_blanks(&rest);
	if (!ow_oom_scan_kb(&rest, ret_bytes))
		return false;
	*s = rest;
	*ret_name = name;
	return true;
}

/* "Node 0 " in front of a node's or zone's line; kernels without NUMA leave it out of the latter.
 */
static int64_t scan_node(struct ow_str *s)
{
	struct ow_str rest = *s;
	int64_t node;

	if (!ow_scan_lit(&rest, "Node ") || !ow_scan_i64(&rest, &node) || !ow_scan_char(&rest, ' '))
		return -1;
	*s = rest;
	return node;
}

static void set_zone(struct ow_oom_zone *zone, struct ow_str name, uint64_t bytes)
{
	const struct {
		const char *name;
		uint64_t *value;
	} fields[] = {
		{ "free", &zone->free_bytes },       { "min", &zone->min_bytes },
		{ "low", &zone->low_bytes },         { "high", &zone->high_bytes },
		{ "present", &zone->present_bytes }, { "managed", &zone->managed_bytes },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++)
		if (ow_str_is(name, fields[i].name))
			*fields[i].value = bytes;
}

static void add_kernel_stack(struct ow_oom_build *b, struct ow_str name, uint64_t bytes,
			     size_t line)
{
	if (!ow_str_is(name, "kernel_stack"))
		return;
	if (!b->kernel_stack_line)
		b->kernel_stack_line = line;
	b->kernel_stack_bytes += bytes;
}

/* "DMA32 free:1696528kB min:44700kB low:55872kB high:67044kB ..." behind the node. */
static bool read_zone(struct ow_oom_build *b, struct ow_str s, int64_t node, size_t line)
{
	struct ow_oom_zone zone = { .node = node, .line = line }, *added;
	struct ow_str name, field;
	uint64_t bytes;

	if (!ow_scan_word(&s, &name) || !ow_scan_lit(&s, " free:"))
		return false;
	s = (struct ow_str){ s.p - 5, s.n + 5 };
	for (; scan_amount(&s, &field, &bytes); add_kernel_stack(b, field, bytes, line))
		set_zone(&zone, field, bytes);
	zone.name = ow_oom_keep(b, name);
	added = zone.name ? ow_oom_add(b, &b->oom.zones, sizeof(*added)) : NULL;
	if (added)
		*added = zone;
	return true;
}

/* "Node 0 active_anon:884kB ... kernel_stack:1856kB pagetables:1648kB all_unreclaimable? no": from
 * 5.9 the kernel's stacks stand here, before they stood with the zones. */
static bool read_node(struct ow_oom_build *b, struct ow_str s, size_t line)
{
	struct ow_str field;
	uint64_t bytes;

	if (!scan_amount(&s, &field, &bytes))
		return false;
	do {
		add_kernel_stack(b, field, bytes, line);
		if (is_lru(field))
			b->node_lru_bytes += bytes;
	} while (scan_amount(&s, &field, &bytes));
	return true;
}

/* "DMA: 1*4kB (U) 1*8kB (U) ... = 15036kB": the first unit is one page. */
static bool read_buddy(struct ow_oom_build *b, struct ow_str s)
{
	struct ow_str name;
	uint64_t count, unit;

	if (!ow_scan_until(&s, ": ", &name) || !ow_scan_u64(&s, &count) || !ow_scan_char(&s, '*') ||
	    !ow_oom_scan_kb(&s, &unit))
		return false;
	if (unit >= 1024 && (unit & (unit - 1)) == 0 && unit <= OW_MIB(1))
		b->buddy_unit_bytes = unit;
	return true;
}

/* "hugepages_total=8 hugepages_free=8 hugepages_surp=0 hugepages_size=2048kB" */
static bool read_hugepages(struct ow_oom_build *b, struct ow_str s, size_t line)
{
	struct ow_str front;
	uint64_t total, free, size, bytes, free_bytes;

	if (!ow_scan_lit(&s, "hugepages_total=") || !ow_scan_u64(&s, &total) ||
	    !ow_scan_lit(&s, " hugepages_free=") || !ow_scan_u64(&s, &free) ||
	    !ow_scan_until(&s, " hugepages_size=", &front) || !ow_oom_scan_kb(&s, &size) ||
	    __builtin_mul_overflow(total, size, &bytes) ||
	    __builtin_mul_overflow(free, size, &free_bytes) ||
	    __builtin_add_overflow(bytes, b->hugetlb_bytes, &b->hugetlb_bytes) ||
	    __builtin_add_overflow(free_bytes, b->hugetlb_free_bytes, &b->hugetlb_free_bytes))
		return false;
	if (!b->hugetlb_line)
		b->hugetlb_line = line;
	return true;
}

/* All that stands behind "Node 0", and the same without it. */
bool ow_oom_read_node(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = line->text;
	int64_t node = scan_node(&s);

	return read_hugepages(b, s, line->number) || read_zone(b, s, node, line->number) ||
	       read_buddy(b, s) || (node >= 0 && read_node(b, s, line->number));
}

unsigned ow_oom_node_fields(struct ow_str text)
{
	struct ow_str s = text, name;
	uint64_t bytes;
	unsigned n = 1;

	(void)scan_node(&s);
	name = s;
	if (ow_scan_word(&s, &name) && !ow_scan_lit(&s, " free:"))
		s = (struct ow_str){ name.p, name.n + s.n };
	else
		s = (struct ow_str){ s.p - 5, s.n + 5 };
	while (scan_amount(&s, &name, &bytes))
		n++;
	return n;
}

/* "524158 pages RAM", "17809 pages reserved", "42845 total pagecache pages" */
bool ow_oom_read_total(struct ow_oom_build *b, const struct ow_line *line)
{
	static const struct {
		const char *words;
		const char *name; /* in meminfo */
	} totals[] = {
		{ " total pagecache pages", "pagecache" },
		{ " pages in swap cache", "swapcache" },
		{ " pages HighMem/MovableOnly", "highmem" },
		{ " pages HighMem", "highmem" },
		{ " pages cma reserved", "cma_reserved" },
		{ " pages hwpoisoned", "hwpoisoned" },
	};
	struct ow_oom *oom = &b->oom;
	struct ow_str s = line->text;
	uint64_t pages;

	if (!ow_scan_u64(&s, &pages))
		return false;
	if (ow_str_is(s, " pages RAM")) {
		oom->ram_bytes = pages;
		b->ram_seen = true;
		return true;
	}
	if (ow_str_is(s, " pages reserved")) {
		oom->reserved_bytes = pages;
		oom->have |= b->ram_seen ? OW_OOM_RAM : 0;
		return true;
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(totals); i++)
		if (ow_str_is(s, totals[i].words)) {
			add_stat(b, ow_str(totals[i].name), pages, line->number);
			return true;
		}
	return ow_str_is(s, " pages shared") || ow_str_is(s, " pages non-shared");
}

/* "Free swap  = 0kB", "Total swap = 8388604kB"; during swapoff the former can be below zero. */
bool ow_oom_read_swap(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = line->text, name;
	uint64_t bytes;

	if (!ow_scan_until(&s, "=", &name) || !ow_scan_blanks(&s))
		return false;
	if (s.n && s.p[0] == '-') {
		ow_oom_note_text(b, line->text);
		return true;
	}
	if (!ow_oom_scan_kb(&s, &bytes))
		return false;
	if (name.p[0] == 'F') {
		b->oom.swap_free_bytes = bytes;
		b->oom.have |= OW_OOM_SWAP_FREE;
	} else {
		b->oom.swap_total_bytes = bytes;
		b->oom.have |= OW_OOM_SWAP_TOTAL;
	}
	return true;
}
