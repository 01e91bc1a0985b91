/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-stats.h"

#include <errno.h>

#include "base/arena.h"

#define NAME_MAX_N 20

enum what { BYTES, COUNT, NANOSECONDS };

/* Names without case and signs. */
static const struct field {
	const char *name;
	enum what what;
	size_t offset;
	unsigned have;
} fields[] = {
#define FIELD(name, what, member, have)                                \
	{                                                              \
		name, what, offsetof(struct ow_memstats, member), have \
	}
	FIELD("alloc", BYTES, alloc_bytes, OW_MEMSTATS_ALLOC),
	FIELD("totalalloc", BYTES, total_alloc_bytes, OW_MEMSTATS_TOTAL_ALLOC),
	FIELD("sys", BYTES, sys_bytes, OW_MEMSTATS_SYS),
	FIELD("mallocs", COUNT, mallocs, OW_MEMSTATS_MALLOCS),
	FIELD("heapallocs", COUNT, mallocs, OW_MEMSTATS_MALLOCS),
	FIELD("frees", COUNT, frees, OW_MEMSTATS_FREES),
	FIELD("heapfrees", COUNT, frees, OW_MEMSTATS_FREES),
	FIELD("heapalloc", BYTES, heap_alloc_bytes, OW_MEMSTATS_HEAP_ALLOC),
	FIELD("heapsys", BYTES, heap_sys_bytes, OW_MEMSTATS_HEAP_SYS),
	FIELD("heapidle", BYTES, heap_idle_bytes, OW_MEMSTATS_HEAP_IDLE),
	FIELD("heapinuse", BYTES, heap_inuse_bytes, OW_MEMSTATS_HEAP_INUSE),
	FIELD("heapreleased", BYTES, heap_released_bytes, OW_MEMSTATS_HEAP_RELEASED),
	FIELD("heapobjects", COUNT, heap_objects, OW_MEMSTATS_HEAP_OBJECTS),
	FIELD("gcsys", BYTES, gc_sys_bytes, OW_MEMSTATS_GC_SYS),
	FIELD("othersys", BYTES, other_sys_bytes, OW_MEMSTATS_OTHER_SYS),
	FIELD("buckhashsys", BYTES, buck_hash_sys_bytes, OW_MEMSTATS_BUCK_HASH_SYS),
	FIELD("nextgc", BYTES, next_gc_bytes, OW_MEMSTATS_NEXT_GC),
	FIELD("lastgc", NANOSECONDS, last_gc_usec, OW_MEMSTATS_LAST_GC),
	FIELD("numgc", COUNT, gc_count, OW_MEMSTATS_GC_COUNT),
	FIELD("numforcedgc", COUNT, forced_gc_count, OW_MEMSTATS_FORCED_GC_COUNT),
	/* Of these the record has both numbers or none: see pairs. */
	FIELD("stackinuse", BYTES, stack_inuse_bytes, 0),
	FIELD("stacksys", BYTES, stack_sys_bytes, 0),
	FIELD("mspaninuse", BYTES, mspan_inuse_bytes, 0),
	FIELD("mspansys", BYTES, mspan_sys_bytes, 0),
	FIELD("mcacheinuse", BYTES, mcache_inuse_bytes, 0),
	FIELD("mcachesys", BYTES, mcache_sys_bytes, 0),
#undef FIELD
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The field of that name; NULL when there is none. */
static const struct field *find(struct ow_str name)
{
	char plain[NAME_MAX_N + 5];
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		const char c = name.p[i];

		if (!is_letter(c))
			continue;
		if (n == sizeof(plain))
			return NULL;
		plain[n++] = (char)(c | 0x20);
	}
	if (n > 5 && memcmp(plain + n - 5, "bytes", 5) == 0)
		n -= 5;
	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++)
		if (ow_str_is((struct ow_str){ plain, n }, fields[i].name))
			return &fields[i];
	return NULL;
}

/* "5 MiB", "5.25MB", "5242880", "5e+06" */
static bool scan_amount(struct ow_str *s, enum what what, uint64_t *ret)
{
	static const struct {
		const char *name;
		unsigned shift;
	} units[] = {
		{ "KiB", 10 }, { "MiB", 20 }, { "GiB", 30 }, { "KB", 10 }, { "kB", 10 },
		{ "MB", 20 },  { "GB", 30 },  { "Kb", 10 },  { "Mb", 20 }, { "Gb", 30 },
		{ "K", 10 },   { "M", 20 },   { "G", 30 },
	};
	struct ow_str rest = *s, unit;
	uint64_t whole = 0;
	double value;
	unsigned shift = 0;

	if (!rest.n || !is_digit(rest.p[0]) || !ow_scan_f64(&rest, &value) || value > 1e18)
		return false;
	*s = rest;
	unit = rest;
	(void)ow_scan_blanks(&unit);
	for (size_t i = 0; what == BYTES && i < OW_ARRAY_SIZE(units); i++) {
		struct ow_str behind = unit;

		if (!ow_scan_lit(&behind, units[i].name) || (behind.n && is_letter(behind.p[0])))
			continue;
		shift = units[i].shift;
		*s = behind;
		break;
	}
	value *= (double)(UINT64_C(1) << shift);
	if (value > 1e18)
		return false;
	whole = (uint64_t)value;
	*ret = what == NANOSECONDS ? whole / 1000 : whole;
	return true;
}

/* What stands between a name and its number: signs and at most one word in between. */
static bool skip_to_number(struct ow_str *s)
{
	bool sign = false;

	while (s->n && !is_digit(s->p[0])) {
		const char c = s->p[0];

		if (c != ' ' && c != '\t' && c != ':' && c != '=' && c != '"' && c != '\\')
			return false;
		sign = sign || c == ':' || c == '=';
		*s = ow_str_skip(*s, 1);
	}
	return s->n && sign;
}

static void store(struct ow_memstats *stats, const struct field *f, uint64_t value)
{
	memcpy((char *)stats + f->offset, &value, sizeof(value));
	stats->have |= f->have;
}

/* Which fields of those were there that the record has in pairs. */
struct pairs {
	bool there[OW_ARRAY_SIZE(fields)];
};

static void store_pairs(struct ow_memstats *stats, const struct pairs *pairs)
{
	static const struct {
		const char *inuse, *sys;
		unsigned have;
	} both[] = {
		{ "stackinuse", "stacksys", OW_MEMSTATS_STACK },
		{ "mspaninuse", "mspansys", OW_MEMSTATS_MSPAN },
		{ "mcacheinuse", "mcachesys", OW_MEMSTATS_MCACHE },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(both); i++) {
		const struct field *inuse = find(ow_str(both[i].inuse));
		const struct field *sys = find(ow_str(both[i].sys));

		if (pairs->there[inuse - fields] && pairs->there[sys - fields])
			stats->have |= both[i].have;
	}
}

void ow_gc_stats_add(struct ow_memstats *stats, const struct ow_memstats *other)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		const char *from = (const char *)other + f->offset;
		uint64_t value;

		memcpy(&value, from, sizeof(value));
		if (f->have ? (other->have & f->have) && !(stats->have & f->have) : value != 0)
			store(stats, f, value);
	}
	stats->have |= other->have;
}

/* Takes one number; true when the field was not there before. */
static bool add(struct ow_memstats *stats, struct pairs *pairs, const struct field *f,
		uint64_t value)
{
	bool *there = &pairs->there[f - fields];

	if (*there || (f->have && (stats->have & f->have)))
		return false;
	*there = true;
	store(stats, f, value);
	return true;
}

/*
 * The longest name that ends at end: "Heap allocs" and not "allocs". A name has up to three words,
 * with a blank or a sign between them.
 */
static const struct field *name_before(struct ow_str text, size_t end, size_t *begin)
{
	const struct field *best = NULL;
	size_t at = end;

	for (unsigned words = 0; at > 0 && words < 4; words++) {
		while (at > 0 && is_letter(text.p[at - 1]))
			at--;
		const struct field *f = find((struct ow_str){ text.p + at, end - at });

		if (f && is_letter(text.p[at])) {
			best = f;
			*begin = at;
		}
		if (at == 0 || !strchr(" _-.", text.p[at - 1] ? text.p[at - 1] : 'x'))
			break;
		at--;
	}
	return best;
}

size_t ow_gc_stats_read(struct ow_str text, struct ow_memstats *stats, size_t *at)
{
	struct pairs pairs = { 0 };
	size_t n = 0, begin = 0;

	for (size_t i = 1; i < text.n; i++) {
		struct ow_str rest = ow_str_skip(text, i);
		const struct field *f;
		uint64_t value;

		if (!is_letter(text.p[i - 1]) || is_letter(text.p[i]) || !skip_to_number(&rest))
			continue;
		f = name_before(text, i, &begin);
		if (!f || !scan_amount(&rest, f->what, &value))
			continue;
		if (n == 0)
			*at = begin;
		n += add(stats, &pairs, f, value);
		i = text.n - rest.n;
	}
	store_pairs(stats, &pairs);
	return n;
}

struct taking {
	struct ow_memstats *stats;
	struct pairs pairs;
	size_t n;
	const char *first; /* value */
};

static void take_group(void *arg, const char *name, struct ow_str value)
{
	struct taking *t = arg;
	const struct field *f = find(ow_str(name));
	uint64_t amount;

	if (!t->first || value.p < t->first)
		t->first = value.p;
	if (f && scan_amount(&value, f->what, &amount))
		t->n += add(t->stats, &t->pairs, f, amount);
}

size_t ow_gc_stats_match(const struct ow_pattern *pattern, struct ow_str text,
			 struct ow_memstats *stats, size_t *at)
{
	struct taking t = { .stats = stats };

	if (!ow_pattern_groups(pattern, text, take_group, &t))
		return 0;
	store_pairs(stats, &t.pairs);
	*at = t.first ? (size_t)(t.first - text.p) : 0;
	return t.n;
}

int ow_gc_stats_check(const struct ow_pattern *pattern, struct ow_err *err)
{
	const char *name;
	size_t i = 0;

	for (; (name = ow_pattern_name(pattern, i)); i++)
		if (!find(ow_str(name)))
			return ow_fail(err, EINVAL,
				       "the group '%s' of the pattern is no field of MemStats, as "
				       "heap_alloc is",
				       name);
	if (i == 0)
		return ow_fail(err, EINVAL,
			       "the pattern has no named group, as (?<heap_alloc>[0-9]+) is one");
	return 0;
}

bool ow_gc_stats_is_enough(const struct ow_memstats *stats)
{
	const unsigned heap = OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_HEAP_INUSE;

	return (stats->have & heap) || __builtin_popcount(stats->have) >= 2;
}
