/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

/* Is the cgroup below limit, or limit itself? */
static bool is_below(struct ow_str path, struct ow_str limit)
{
	if (limit.n == 1)
		return path.n > 0 && path.p[0] == '/';
	return path.n >= limit.n && memcmp(path.p, limit.p, limit.n) == 0 &&
	       (path.n == limit.n || path.p[limit.n] == '/');
}

/*
 * "Task in /a/b killed as a result of limit of /a": up to 4.20. A name may hold the words between
 * the paths; what stands in front of the right ones is below what stands behind.
 */
bool ow_oom_read_task_in(struct ow_oom_build *b, const struct ow_line *line)
{
	static const char between[] = " killed as a result of limit of ";
	struct ow_str s = line->text, rest, task, limit;
	size_t taken = 0;

	if (!ow_scan_lit(&s, "Task in "))
		return false;
	rest = s;
	do {
		if (!ow_scan_until(&rest, between, &task))
			return false;
		taken += task.n;
		limit = rest;
		task = (struct ow_str){ s.p, taken };
		taken += sizeof(between) - 1;
	} while (!is_below(task, limit) && ow_str_has(rest, between));
	b->oom.task_memcg = ow_oom_keep(b, task);
	b->oom.limit_memcg = ow_oom_keep(b, limit);
	b->oom.lines.task_in = line->number;
	b->old_form = true;
	return true;
}

/* Of the two paths, and of the limit's own where the task is in it or below it. */
unsigned ow_oom_task_in_fields(struct ow_str text)
{
	static const char between[] = " killed as a result of limit of /";
	struct ow_str s = text, task, limit;

	if (!ow_scan_lit(&s, "Task in ") || !ow_scan_until(&s, between, &task))
		return 1;
	limit = (struct ow_str){ s.p - 1, s.n + 1 };
	return 2 + is_below(task, limit);
}

/* "Tasks in /a are going to be killed due to memory.oom.group set" */
unsigned ow_oom_group_fields(struct ow_str text)
{
	return 1 + ow_str_has(text, " killed due to memory.oom.group");
}

/* The value behind the key. What is no number, or none that can be, is passed over. */
static bool scan_field(struct ow_str *s, const char *key, uint64_t *ret, bool kb)
{
	struct ow_str rest = *s, front;
	bool known;

	if (!ow_scan_lit(&rest, key))
		return false;
	known = kb ? ow_oom_scan_kb(&rest, ret) : ow_scan_u64(&rest, ret);
	if (!known && !ow_scan_until(&rest, ",", &front))
		return false;
	(void)ow_scan_char(&rest, ',');
	(void)ow_scan_blanks(&rest);
	*s = rest;
	return known;
}

/* "usage 980kB, limit 980kB, failcnt 4152239", or what is left of it. Without a limit the kernel
 * prints one of 2^64 bytes at most, but no memory has more than half of that. */
static void scan_counter(struct ow_str s, struct ow_oom_counter *ret)
{
	struct ow_oom_counter c = { 0 };

	if (scan_field(&s, "usage ", &c.usage_bytes, true) && c.usage_bytes <= INT64_MAX)
		c.have |= OW_COUNTER_USAGE;
	if (scan_field(&s, "limit ", &c.limit_bytes, true))
		c.have |= OW_COUNTER_LIMIT;
	if (scan_field(&s, "failcnt ", &c.failcnt, false))
		c.have |= OW_COUNTER_FAILCNT;
	*ret = c;
}

/* "memory: usage 18446744073709537436kB": what of the line is no number that can be. */
static void note_counter(struct ow_oom_build *b, struct ow_str text, struct ow_str name,
			 const struct ow_oom_counter *c)
{
	const struct {
		unsigned have;
		const char *key;
	} fields[] = { { OW_COUNTER_USAGE, "usage " }, { OW_COUNTER_LIMIT, "limit " } };
	bool noted = false;

	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		struct ow_str value = text, rest, front;
		const char *words;

		if ((c->have & fields[i].have) || !ow_scan_until(&value, fields[i].key, &front))
			continue;
		rest = value;
		if (!ow_oom_scan_absurd(&rest))
			continue;
		words = ow_printf(b->arena, "%.*s: %s%.*s", (int)name.n, name.p, fields[i].key,
				  (int)(value.n - rest.n), value.p);
		ow_oom_note_absurd(b, words ? ow_str(words) : text);
		noted = true;
	}
	if (!noted && !(c->have & OW_COUNTER_USAGE))
		ow_oom_note_text(b, text);
}

static bool scan_counter_line(struct ow_str s, struct ow_str *ret_name, struct ow_oom_counter *ret)
{
	struct ow_str name;

	if (!ow_scan_until(&s, ": ", &name) || s.n < 6 || memcmp(s.p, "usage ", 6) != 0)
		return false;
	*ret_name = name;
	scan_counter(s, ret);
	return true;
}

static void set_memory(struct ow_oom *oom, const struct ow_oom_counter *c)
{
	oom->usage_bytes = c->usage_bytes;
	oom->limit_bytes = c->limit_bytes;
	oom->failcnt = c->failcnt;
	oom->have |= (c->have & OW_COUNTER_USAGE ? OW_OOM_USAGE : 0) |
		     (c->have & OW_COUNTER_LIMIT ? OW_OOM_LIMIT : 0) |
		     (c->have & OW_COUNTER_FAILCNT ? OW_OOM_FAILCNT : 0);
}

/* "memory: usage 980kB, ...", "memory+swap: ..." and "kmem: ..." of v1, "swap: ..." of v2. */
bool ow_oom_read_counter(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom *oom = &b->oom;
	struct ow_oom_counter c;
	struct ow_str name;

	if (!scan_counter_line(line->text, &name, &c))
		return false;
	note_counter(b, line->text, name, &c);
	if (ow_str_is(name, "memory")) {
		set_memory(oom, &c);
		oom->lines.memory = line->number;
	} else if (ow_str_is(name, "kmem")) {
		oom->kmem = c;
		oom->have |= OW_OOM_KMEM;
		oom->lines.kmem = line->number;
	} else {
		bool v2 = ow_str_is(name, "swap");

		*(v2 ? &oom->swap : &oom->memsw) = c;
		oom->have |= v2 ? OW_OOM_SWAP : OW_OOM_MEMSW;
		oom->lines.swap = line->number;
	}
	return true;
}

unsigned ow_oom_counter_fields(struct ow_str text)
{
	struct ow_oom_counter c;
	struct ow_str name;

	if (!scan_counter_line(text, &name, &c))
		return 0;
	return 1 + (unsigned)__builtin_popcount(c.have);
}

static struct ow_stat *find_stat(struct ow_oom_build *b, struct ow_str name)
{
	struct ow_stat *stat = b->oom.memory_stat.item;

	for (size_t i = 0; i < b->oom.memory_stat.n; i++)
		if (ow_str_is(name, stat[i].name))
			return &stat[i];
	return NULL;
}

#define BELOW_ZERO UINT64_MAX /* no group has so much */

static void note_stat(struct ow_oom_build *b, const char *begin, const char *end)
{
	ow_oom_note_absurd(b, ow_str_trim((struct ow_str){ begin, (size_t)(end - begin) }));
}

static void add_stat(struct ow_oom_build *b, struct ow_str name, uint64_t value, size_t line)
{
	bool room = b->oom.memory_stat.n < OW_OOM_STATS_MAX;
	const char *kept = room ? ow_oom_keep(b, name) : NULL;
	struct ow_stat *stat = kept ? ow_oom_add(b, &b->oom.memory_stat, sizeof(*stat)) : NULL;

	if (stat)
		*stat = (struct ow_stat){ kept, value, line };
}

/* "980KB", and what the counters of one CPU after the other may add up to: "-12KB" */
static bool scan_stat_kb(struct ow_str *s, uint64_t *ret_bytes)
{
	const bool below = ow_scan_char(s, '-');

	if (!below && ow_oom_scan_absurd(s))
		*ret_bytes = BELOW_ZERO;
	else if (!ow_oom_scan_kb(s, ret_bytes))
		return false;
	*ret_bytes = below ? BELOW_ZERO : *ret_bytes;
	return true;
}

/* "rss:980KB " */
static bool scan_stat(struct ow_str *s, struct ow_str *ret_name, uint64_t *ret_bytes)
{
	struct ow_str rest = *s, name;

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_until(&rest, ":", &name) || name.n == 0 || memchr(name.p, ' ', name.n) ||
	    !scan_stat_kb(&rest, ret_bytes) || (rest.n && !ow_scan_char(&rest, ' ')))
		return false;
	*s = rest;
	*ret_name = name;
	return true;
}

/* Parts "/a/b: cache:0KB rss:980KB" into the path and the numbers. The path may hold colons and
 * blanks: it ends where nothing but numbers follows (a number that is cut may be the last). */
static bool split_stats(struct ow_str s, struct ow_str *ret_path, struct ow_str *ret_stats)
{
	struct ow_str rest = s, front, name;
	uint64_t bytes;

	while (ow_scan_until(&rest, ": ", &front)) {
		struct ow_str stats = rest;
		unsigned n = 0;

		while (scan_stat(&stats, &name, &bytes))
			n++;
		if (n == 0 || ow_str_has(ow_str_trim(stats), " "))
			continue;
		*ret_path = (struct ow_str){ s.p, (size_t)(rest.p - s.p) - 2 };
		*ret_stats = rest;
		return true;
	}
	return false;
}

/*
 * "Memory cgroup stats for /a: cache:0KB rss:980KB ...": 3.9 to 5.2, one line for each cgroup at
 * or below the limit, with what is charged to that one alone, so that the sum is the limiting
 * group's. "Memory cgroup stats for /a:" and lines of their own: from 5.3.
 */
bool ow_oom_read_stats(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = line->text, path, stats = { 0 }, name;
	bool first = b->oom.lines.stats == 0;
	uint64_t bytes;

	if (!ow_scan_lit(&s, "Memory cgroup stats for "))
		return false;
	if (!split_stats(s, &path, &stats)) {
		if (!first)
			return false;
		path = s;
		if (path.n && path.p[path.n - 1] == ':')
			path.n--;
	}
	if (first && b->oom.lines.memory && !b->oom.limit_memcg)
		b->oom.limit_memcg = ow_oom_keep(b, path);
	if (first)
		b->oom.lines.stats = line->number;
	while (scan_stat(&stats, &name, &bytes)) {
		struct ow_stat *stat = find_stat(b, name);

		if (bytes == BELOW_ZERO)
			note_stat(b, name.p, stats.p);
		else if (!stat)
			add_stat(b, name, bytes, line->number);
		else if (__builtin_add_overflow(stat->value, bytes, &stat->value))
			stat->value = UINT64_MAX;
	}
	b->block = OW_BLOCK_STATS;
	return true;
}

unsigned ow_oom_stats_fields(struct ow_str text)
{
	struct ow_str s = text, path, stats, name;
	uint64_t bytes;
	unsigned n = 3;

	if (!ow_scan_lit(&s, "Memory cgroup stats for "))
		return 1;
	/* A path that is whole has a colon behind it, and hardly ever a blank in it. */
	if (!split_stats(s, &path, &stats))
		return 2 + (s.n && s.p[s.n - 1] == ':') - ow_str_has(s, " ");
	while (scan_stat(&stats, &name, &bytes))
		n++;
	return n;
}

static bool is_stat_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '(' || c == ')';
}

/*
 * "anon 31154200576", "pgfault 2332": bytes, or counts. On v1 from 6.5 "rss 9433088" is the group's
 * own and "total_rss 9818112" has the children: the first name then gets the second's number, too.
 */
bool ow_oom_read_stat(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = ow_str_trim(line->text), name, own;
	struct ow_stat *stat;
	uint64_t value;

	if (!ow_scan_word(&s, &name) || name.n > 64 || name.p[0] < 'a' || name.p[0] > 'z' ||
	    !ow_scan_char(&s, ' ') || !ow_scan_u64(&s, &value) || s.n != 0)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (!is_stat_byte(name.p[i]))
			return false;
	if (value > INT64_MAX) {
		note_stat(b, name.p, s.p);
		return true;
	}
	add_stat(b, name, value, line->number);
	own = name;
	stat = ow_scan_lit(&own, "total_") ? find_stat(b, own) : NULL;
	if (stat) {
		stat->value = value;
		stat->line = line->number;
	}
	return true;
}

/* "Memory cgroup min protection 0kB -- low protection 0kB": from 6.19. */
bool ow_oom_read_protection(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = line->text;
	uint64_t min, low;

	if (!ow_scan_lit(&s, "Memory cgroup min protection ") || !ow_oom_scan_kb(&s, &min) ||
	    !ow_scan_lit(&s, " -- low protection ") || !ow_oom_scan_kb(&s, &low))
		return false;
	if (min || low)
		ow_oom_note_text(b, line->text);
	return true;
}
