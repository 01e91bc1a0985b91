/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the boots of a journal in order, and finds the one that is meant. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/journal-internal.h"

#define UUID_LENGTH 36 /* an id with its four dashes */

static int compare_ids(sd_id128_t a, sd_id128_t b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes));
}

static int spans_by_boot(const void *a, const void *b)
{
	return compare_ids(((const struct ow_journal_span *)a)->boot,
			   ((const struct ow_journal_span *)b)->boot);
}

static int boots_by_id(const void *a, const void *b)
{
	return compare_ids(((const struct ow_journal_boot *)a)->id,
			   ((const struct ow_journal_boot *)b)->id);
}

static int boots_by_time(const void *a, const void *b)
{
	const struct ow_journal_boot *x = a, *y = b;

	if (x->first_usec != y->first_usec)
		return x->first_usec < y->first_usec ? -1 : 1;
	return boots_by_id(a, b);
}

static int spans_by_time(const void *a, const void *b)
{
	const struct ow_journal_span *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->kernel_first_usec != y->kernel_first_usec)
		return x->kernel_first_usec < y->kernel_first_usec ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

const struct ow_journal_boot *ow_journal_boot_of(const struct ow_journal_collector *c,
						 sd_id128_t id)
{
	const struct ow_journal_boot key = { .id = id };

	return c->n_boots ? bsearch(&key, c->boot, c->n_boots, sizeof(key), boots_by_id) : NULL;
}

int ow_journal_boots(struct ow_journal_collector *c)
{
	struct ow_journal_span *span = c->span;
	struct ow_journal_boot *boot = ow_alloc(c->arena, c->n_spans, sizeof(*boot));
	size_t n = c->n_spans, n_boots = 0;

	if (!boot)
		return -ENOMEM;
	if (n)
		qsort(span, n, sizeof(*span), spans_by_boot);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || compare_ids(span[i].boot, span[i - 1].boot) != 0)
			boot[n_boots++] =
				(struct ow_journal_boot){ span[i].boot, span[i].first_usec, 0 };
		else if (span[i].first_usec < boot[n_boots - 1].first_usec)
			boot[n_boots - 1].first_usec = span[i].first_usec;
	}
	if (n_boots) {
		qsort(boot, n_boots, sizeof(*boot), boots_by_time);
		for (size_t i = 0; i < n_boots; i++)
			boot[i].rank = i;
		qsort(boot, n_boots, sizeof(*boot), boots_by_id);
	}
	c->boot = boot;
	c->n_boots = n_boots;
	for (size_t i = 0; i < n; i++)
		span[i].rank = ow_journal_boot_of(c, span[i].boot)->rank;
	if (n)
		qsort(span, n, sizeof(*span), spans_by_time);
	return 0;
}

/* Takes an id, with or without dashes, off the front of *text. */
static bool scan_id(struct ow_str *text, sd_id128_t *ret)
{
	static const size_t length[] = { UUID_LENGTH, SD_ID128_STRING_MAX - 1 };
	char id[UUID_LENGTH + 1];

	for (size_t i = 0; i < OW_ARRAY_SIZE(length); i++) {
		if (text->n < length[i])
			continue;
		memcpy(id, text->p, length[i]);
		id[length[i]] = '\0';
		if (sd_id128_from_string(id, ret) < 0)
			continue;
		*text = ow_str_skip(*text, length[i]);
		return true;
	}
	return false;
}

/* [ID][OFFSET]: "", "-1", "+2", "5", "8e5ca1ce7a6f4b8db2a3b3d1a6a3a0f1-1". */
static bool scan_boot(struct ow_str text, bool *ret_has_id, sd_id128_t *ret_id, int64_t *ret_offset)
{
	bool plus;

	*ret_offset = 0;
	*ret_has_id = scan_id(&text, ret_id);
	if (text.n == 0)
		return true;
	plus = ow_scan_char(&text, '+');
	if (text.n == 0 || (*text.p == '-' ? plus : *ret_has_id && !plus))
		return false;
	return ow_scan_i64(&text, ret_offset) && text.n == 0;
}

int ow_journal_boot_find(const struct ow_journal_collector *c, const char *text, bool host,
			 sd_id128_t *ret, struct ow_err *err)
{
	const int64_t n = (int64_t)c->n_boots;
	const struct ow_journal_boot *from = NULL;
	bool has_id;
	sd_id128_t id;
	int64_t offset, place;

	if (!scan_boot(ow_str(text), &has_id, &id, &offset))
		return ow_fail(err, EINVAL, "'%s' is no boot: give an offset such as -1, or an id",
			       text);
	if (has_id || (host && sd_id128_get_boot(&id) >= 0))
		from = ow_journal_boot_of(c, id);
	if (has_id && !from)
		return ow_fail(err, ENXIO, "the journal has no boot '%s'", text);
	if (host && !has_id && !from && offset == 0)
		return ow_fail(err, ENOENT, "the journal has nothing of this boot");

	/* A boot that runs and is not in the journal would be behind the last one. */
	place = from ? (int64_t)from->rank : host ? n : n - 1;
	if (!has_id && offset > 0)
		place = -1; /* counted from the first */
	if (offset < -n || offset > n || place + offset < 0 || place + offset >= n)
		return ow_fail(err, ENXIO, "the journal has no boot '%s': it holds %" PRIi64, text,
			       n);
	for (size_t i = 0; i < c->n_boots; i++)
		if ((int64_t)c->boot[i].rank == place + offset)
			*ret = c->boot[i].id;
	return 0;
}
