/* SPDX-License-Identifier: Apache-2.0 */
#include "read/moment.h"

#include "base/time.h"

static uint64_t hash(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	if (!text || !*text)
		return 0;
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h ? h : 1;
}

struct ow_moment ow_moment_of(const struct ow_oom *oom, unsigned source, uint64_t number)
{
	return (struct ow_moment){
		.have = oom->have & (OW_OOM_BOOT | OW_OOM_TIME),
		.boot_usec = oom->boot_usec,
		.time_usec = oom->time_usec,
		.boot = hash(oom->boot_id),
		.host = hash(oom->host),
		.source = source,
		.number = number,
	};
}

static bool both(const struct ow_moment *a, const struct ow_moment *b, unsigned have)
{
	return a->have & b->have & have;
}

static bool same_boot(const struct ow_moment *a, const struct ow_moment *b)
{
	return a->boot && a->boot == b->boot;
}

bool ow_moment_apart(const struct ow_moment *a, const struct ow_moment *b)
{
	return (a->boot && b->boot && a->boot != b->boot) ||
	       (a->host && b->host && a->host != b->host);
}

bool ow_moment_later_by(const struct ow_moment *a, const struct ow_moment *b, int64_t *ret)
{
	const bool one_clock =
		same_boot(a, b) || (a->source == b->source && !both(a, b, OW_OOM_TIME));

	if (both(a, b, OW_OOM_BOOT) && one_clock)
		return !__builtin_sub_overflow(b->boot_usec, a->boot_usec, ret);
	return both(a, b, OW_OOM_TIME) && !__builtin_sub_overflow(b->time_usec, a->time_usec, ret);
}

bool ow_moment_older(const struct ow_moment *a, const struct ow_moment *b)
{
	int64_t later;

	/* A log without times may hold several boots: their clocks do not order them. */
	return (both(a, b, OW_OOM_TIME) || same_boot(a, b)) && ow_moment_later_by(a, b, &later) &&
	       later > 0;
}

bool ow_moment_same_kill(const struct ow_moment *a, const struct ow_moment *b)
{
	const bool by_boot = both(a, b, OW_OOM_BOOT);
	const int64_t slack = by_boot ? OW_USEC_PER_SEC : 2 * OW_USEC_PER_SEC;
	int64_t later;

	if (a->source == b->source || ow_moment_apart(a, b))
		return false;
	if (by_boot && !same_boot(a, b))
		return a->boot_usec == b->boot_usec;
	return ow_moment_later_by(a, b, &later) && later >= -slack && later <= slack;
}
