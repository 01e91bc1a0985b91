/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-trust.h"

#define LIKE_MIN   8 /* lines that have more, and that for each one that has not */
#define AROUND_MIN 3 /* on each side of a line, where there are fewer and all have more */

enum shape {
	STAMP = 1 << 0, /* the kernel's clock */
	DATE = 1 << 1,
	TAG = 1 << 2, /* "kernel:" */
	LEVEL = 1 << 3,
};

static uint8_t shape_of(const struct ow_line *line)
{
	/* A stamp may have been turned into a time: that is no date that was written. */
	const bool dated = (line->have & OW_LINE_WRITTEN) ||
			   ((line->have & OW_LINE_TIME) && !(line->have & OW_LINE_BOOT));

	return (line->have & OW_LINE_BOOT ? STAMP : 0) | (dated ? DATE : 0) |
	       (line->program.n ? TAG : 0) | (line->have & OW_LINE_PRIORITY ? LEVEL : 0);
}

void ow_oom_trust_see(struct ow_oom_trust *trust, const struct ow_line *line)
{
	trust->shape[trust->n++ % OW_TRUST_LINES] = shape_of(line);
}

static const char *name_of(uint8_t lack)
{
	if (lack & STAMP)
		return "the kernel's stamp";
	if (lack & TAG)
		return "the kernel's name";
	return lack & DATE ? "the date" : "the level";
}

/* Has the shape all that the other has, and more? */
static bool is_more(uint8_t shape, uint8_t than)
{
	return shape != than && (shape & than) == than;
}

bool ow_oom_trust_regained(struct ow_oom_trust *trust, const struct ow_line *line)
{
	const uint8_t shape = shape_of(line);

	if (!trust->doubts || (!shape && trust->doubted))
		return false;
	if (is_more(shape, trust->doubted)) {
		trust->doubts = false; /* it goes on as before: the doubt stays */
		return false;
	}
	trust->doubts = ++trust->alike < LIKE_MIN;
	return !trust->doubts;
}

const char *ow_oom_trust_lacks(struct ow_oom_trust *trust, const struct ow_line *line)
{
	const size_t n = trust->n < OW_TRUST_LINES ? trust->n : OW_TRUST_LINES;
	const uint8_t own = shape_of(line);
	size_t more = 0, others = 0;
	uint8_t lack = 0;

	if ((line->have & OW_LINE_SEQUENCE) || line->boot_id.n || n == 0 ||
	    !is_more(trust->shape[(trust->n - 1) % OW_TRUST_LINES], own))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		const uint8_t shape = trust->shape[i];

		more += is_more(shape, own);
		lack |= is_more(shape, own) ? shape & (uint8_t)~own : 0;
		/* A bare line may be the rest of a printk of several. */
		others += !is_more(shape, own) && (shape || !own);
	}
	if (more >= AROUND_MIN && more < LIKE_MIN && others == 0) {
		trust->suspects = true;
		trust->suspect = own;
		trust->line = line->number;
		trust->before = more;
		trust->behind = trust->like_it = 0;
	}
	if (more < LIKE_MIN || more < LIKE_MIN * others)
		return NULL;
	trust->doubts = true;
	trust->doubted = own;
	trust->alike = 0;
	return name_of(lack);
}

const char *ow_oom_trust_confirms(struct ow_oom_trust *trust, const struct ow_line *line)
{
	const uint8_t shape = shape_of(line);

	if (!trust->suspects)
		return NULL;
	if (is_more(shape, trust->suspect)) {
		trust->suspects = ++trust->behind < AROUND_MIN;
		return trust->suspects ? NULL : name_of(shape & (uint8_t)~trust->suspect);
	}
	trust->suspects = trust->behind == 0 && ++trust->like_it < trust->before;
	return NULL;
}
