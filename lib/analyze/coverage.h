/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_COVERAGE_H
#define OW_ANALYZE_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "record/case.h"

/*
 * What a source in which no kill was found proves: that there was none from its first line to its
 * last one, unless something kept a kill from being seen there. Of the time before and behind it
 * proves nothing. Told by the list of kills, and judged by the hypotheses (kill-none.c).
 */

/* What is asked: was there a kill in that time? */
struct ow_asked {
	int64_t since_usec, until_usec; /* INT64_MIN and INT64_MAX for no bound */
	bool boot;                      /* in all of the source's boot */
	int64_t now_usec;               /* when the source was read; 0 where that is not known */
	bool has_boot;                  /* boot_time_usec: wall clock = boot_time_usec + boot */
	int64_t boot_time_usec;
};

struct ow_coverage {
	/* What of that time the source is of: OW_SOURCE_PERIOD, OW_SOURCE_BOOT_PERIOD. */
	unsigned have;
	int64_t first_usec, last_usec;
	uint64_t boot_first_usec, boot_last_usec;
	struct ow_list gaps;   /* of const char *: why no is not known, "3 lines were lost ..." */
	struct ow_list limits; /* of const char *: where the source ends, when nobody asked more */
	const char *settle;    /* a command that may fill the first gap; NULL for none */
};

/* Is it a kernel log that was read and had something in it? Others have nothing to say of kills. */
static inline bool ow_source_is_log(const struct ow_source *source)
{
	return source->state == OW_SOURCE_READ &&
	       (source->lines || (source->have & (OW_SOURCE_PERIOD | OW_SOURCE_BOOT_PERIOD)));
}

/* The answer for one source. It lives in the arena, which remembers what it refused. */
void ow_coverage_make(const struct ow_source *source, const struct ow_asked *asked,
		      struct ow_arena *arena, struct ow_coverage *ret);

/* Is it known that there was no kill in all of the time that was asked about? */
static inline bool ow_coverage_proves(const struct ow_coverage *c)
{
	return c->gaps.n == 0 && (c->have & OW_SOURCE_PERIOD);
}

/* The texts of a list in one: "a; b". "" when the arena refuses. */
const char *ow_coverage_words(const struct ow_list *texts, struct ow_arena *arena);

#endif
