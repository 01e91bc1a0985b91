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

bool ow_oom_is_lru(struct ow_str name)
{
	return ow_str_is(name, "active_anon") || ow_str_is(name, "inactive_anon") ||
	       ow_str_is(name, "active_file") || ow_str_is(name, "inactive_file");
}

static void add_counter(struct ow_oom_build *b, struct ow_str name, uint64_t pages, size_t line)
{
	if (ow_oom_is_lru(name))
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
	unsigned n = 0, parts = 0;
	uint64_t pages;

	while (ow_scan_blanks(&text) && ow_scan_word(&text, &word)) {
		bool whole = ow_scan_until(&word, ":", &name) && !memchr(name.p, '=', name.n) &&
			     ow_scan_u64(&word, &pages) && !ow_scan_lit(&word, "kB");

		n += whole;
		parts += !whole;
	}
	return n > parts ? n - parts : 0;
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
		oom->lines.ram = line->number;
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
		b->oom.lines.free_swap = line->number;
	} else {
		b->oom.swap_total_bytes = bytes;
		b->oom.have |= OW_OOM_SWAP_TOTAL;
	}
	return true;
}
