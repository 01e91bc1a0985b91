/* SPDX-License-Identifier: Apache-2.0 */
#include "read/stats.h"

#include <errno.h>
#include <limits.h>

#define NAMES_MAX 1024

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && memcmp(a.p, b.p, a.n) == 0;
}

/* The one that was met before; NULL when it was not. */
static const char *find(struct ow_stat_names *names, struct ow_str name)
{
	if (names->next < names->n && same(names->item[names->next], name))
		return names->item[names->next++].p;
	for (size_t i = 0; i < names->n; i++) {
		if (!same(names->item[i], name))
			continue;
		names->next = i + 1;
		return names->item[i].p;
	}
	return NULL;
}

static const char *keep(struct ow_stat_names *names, struct ow_arena *arena, struct ow_str name)
{
	const char *kept = names ? find(names, name) : NULL;
	struct ow_str *more;

	if (kept)
		return kept;
	if (!names || names->n == NAMES_MAX)
		return ow_str_keep(arena, name);
	kept = ow_str_keep(names->arena, name);
	more = ow_grow(names->arena, names->item, names->n, sizeof(*more));
	if (!kept || !more)
		return ow_str_keep(arena, name);
	names->item = more;
	more[names->n++] = (struct ow_str){ kept, name.n };
	names->next = names->n;
	return kept;
}

static size_t count_lines(struct ow_str text)
{
	size_t n = 0;

	for (const char *end; text.n; text = ow_str_skip(text, (size_t)(end - text.p) + 1)) {
		n++;
		end = memchr(text.p, '\n', text.n);
		if (!end)
			break;
	}
	return n;
}

/* "anon 33554432" */
static bool scan_stat(struct ow_str line, struct ow_str *name, unsigned long long *ret)
{
	uint64_t value;

	if (!ow_scan_word(&line, name) || !ow_scan_char(&line, ' ') || !ow_scan_u64(&line, &value))
		return false;
	if (line.n || memchr(name->p, '\0', name->n))
		return false;
	*ret = value;
	return true;
}

int ow_stats_read(struct ow_str text, struct ow_stat_names *names, struct ow_arena *arena,
		  struct ow_list *ret)
{
	const size_t lines = count_lines(text);
	struct ow_stat *stat;
	struct ow_str line, name;
	size_t n = 0;

	if (lines == 0)
		return -EBADMSG;
	stat = ow_alloc(arena, lines, sizeof(*stat));
	if (!stat)
		return -ENOMEM;
	for (size_t at = 1; ow_scan_line(&text, &line); at++) {
		if (!scan_stat(line, &name, &stat[n].value))
			continue;
		stat[n].name = keep(names, arena, name);
		if (!stat[n].name)
			return -ENOMEM;
		stat[n++].line = at;
	}
	if (n == 0)
		return -EBADMSG;
	*ret = (struct ow_list){ stat, n };
	return lines - n > INT_MAX ? INT_MAX : (int)(lines - n);
}
