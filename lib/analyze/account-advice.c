/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "analyze/account-internal.h"
#include "analyze/words.h"

#define SHARE_PERCENT 90   /* of what is left to Go: the limit is soft, peaks go above it */
#define ROOM          1.25 /* goal over live heap: from there the collector has air to breathe */

/* What is charged to the limit and is not Go's. Page cache is not among it: the kernel takes it
 * before it kills. */
struct rest {
	uint64_t bytes;
	const char *text; /* "- 12.0 MiB kernel memory - 48.0 MiB off-heap" */
	struct ow_arena *arena;
};

static void add(struct rest *rest, uint64_t bytes, const char *what)
{
	if (bytes < OW_MIB(1) / 2)
		return; /* it is within the part that is left free */
	rest->bytes = ow_add(rest->bytes, bytes);
	rest->text = ow_printf(rest->arena, "%s - %s %s", rest->text,
			       account_bytes(rest->arena, (int64_t)bytes), what);
	if (!rest->text)
		rest->text = "";
}

/* The most that was ever off-heap. */
static uint64_t most_off_heap(const struct ow_account *a)
{
	int64_t most = 0;

	for (size_t i = 0; i < a->n; i++)
		if (a->moment[i].have_gap && a->moment[i].gap_bytes > most)
			most = a->moment[i].gap_bytes;
	return (uint64_t)most;
}

static struct rest sum_rest(const struct ow_account *a)
{
	const struct ow_account_moment *m = account_last(a);
	struct rest rest = { .text = "", .arena = a->arena };

	add(&rest, most_off_heap(a), "off-heap");
	if (ow_account_has(m, OW_ACCOUNT_BIT(GROUP_KERNEL)))
		add(&rest, m->value[OW_ACCOUNT_GROUP_KERNEL], "kernel memory");
	if (ow_account_has(m, OW_ACCOUNT_BIT(GROUP_ANON) | OW_ACCOUNT_BIT(RSS_ANON)))
		add(&rest, ow_less(m->value[OW_ACCOUNT_GROUP_ANON], m->value[OW_ACCOUNT_RSS_ANON]),
		    "other processes");
	if (ow_account_has(m, OW_ACCOUNT_BIT(GROUP_SHMEM)))
		add(&rest, m->value[OW_ACCOUNT_GROUP_SHMEM], "shared memory and tmpfs");
	else if (ow_account_has(m, OW_ACCOUNT_BIT(RSS_SHMEM)))
		add(&rest, m->value[OW_ACCOUNT_RSS_SHMEM], "shared memory");
	return rest;
}

/* What Go needs at least so that the collector does not run without end: a quarter above the live
 * heap, and what is not heap. 0: not known. */
static uint64_t need(const struct ow_account_moment *m)
{
	const uint32_t numbers =
		OW_ACCOUNT_BIT(LIVE) | OW_ACCOUNT_BIT(STACKS) | OW_ACCOUNT_BIT(STRUCTURES);
	const double live = ROOM * (double)m->value[OW_ACCOUNT_LIVE];
	uint64_t bytes = live < 1e18 ? (uint64_t)live : UINT64_MAX;

	if (!ow_account_has(m, numbers))
		return 0;
	bytes = ow_add(bytes, m->value[OW_ACCOUNT_STACKS]);
	return ow_add(bytes, m->value[OW_ACCOUNT_STRUCTURES]);
}

static const char *words(const struct ow_account *a, const struct ow_account_advice *advice)
{
	const uint64_t least = ow_add(advice->need_bytes / SHARE_PERCENT * 100, advice->rest_bytes);
	const char *sum, *text;

	sum = ow_printf(a->arena, "%s%s limit%s%s x %.1f", *advice->rest_text ? "(" : "",
			ow_words_bytes(a->arena, advice->limit_bytes), advice->rest_text,
			*advice->rest_text ? ")" : "", SHARE_PERCENT / 100.0);
	if (!sum)
		return "";
	if (!advice->memory_limit)
		text = ow_printf(a->arena,
				 "no GOMEMLIMIT fits: what is beside Go fills the limit "
				 "(%s)",
				 sum);
	else if (advice->fits)
		text = ow_printf(a->arena, "GOMEMLIMIT=%" PRIu64 "MiB = %s",
				 advice->memory_limit / OW_MIB(1), sum);
	else
		text = ow_printf(
			a->arena,
			"GOMEMLIMIT=%" PRIu64 "MiB = %s leaves no room: Go needs at "
			"least %s (1.25 x %s live, and what is not heap), so that the "
			"collector would run without end; shrink the live heap, or raise "
			"the limit to at least %s",
			advice->memory_limit / OW_MIB(1), sum,
			account_bytes(a->arena, (int64_t)advice->need_bytes),
			account_bytes(a->arena, (int64_t)account_last(a)->value[OW_ACCOUNT_LIVE]),
			account_bytes(a->arena, (int64_t)least));
	return text ? text : "";
}

void account_advise(struct ow_account *a)
{
	const struct ow_account_moment *m = account_last(a);
	struct ow_account_advice advice = { 0 };
	const struct rest rest = sum_rest(a);

	a->have_limit = ow_account_has(m, OW_ACCOUNT_BIT(LIMIT)) &&
			m->value[OW_ACCOUNT_LIMIT] != UINT64_MAX;
	if (!a->have_limit)
		return;
	a->limit_bytes = m->value[OW_ACCOUNT_LIMIT];
	a->limit_source = m->source[OW_ACCOUNT_LIMIT]->name;
	advice.have = true;
	advice.limit_bytes = a->limit_bytes;
	advice.rest_bytes = rest.bytes;
	advice.rest_text = rest.text;
	advice.memory_limit = ow_less(a->limit_bytes, rest.bytes) / 100 * SHARE_PERCENT;
	advice.memory_limit -= advice.memory_limit % OW_MIB(1);
	advice.need_bytes = need(m);
	advice.fits = advice.memory_limit && advice.memory_limit >= advice.need_bytes;
	advice.text = words(a, &advice);
	a->advice = advice;
}
