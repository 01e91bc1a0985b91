/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_NEEDLES_H
#define OW_BASE_NEEDLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Passes over bytes in which none of a few words stands, many places at a time, and counts the line
 * feeds on the way. Three bytes of each word are looked for, and the word only where those are:
 * choose three that are seldom together in other text.
 */
struct ow_needle {
	const char *text;
	size_t at;   /* of the three bytes in it */
	uint8_t bit; /* 1 << 0 to 1 << 7: words may share one */
};

struct ow_needles {
	const struct ow_needle *needle;
	size_t n;
	bool vectors; /* this processor has them; to be cleared where they are not wanted */
	uint8_t byte[2][256];
	uint8_t low[3][16], high[2][16];
};

/* The needles stay the caller's. */
void ow_needles_init(struct ow_needles *needles, const struct ow_needle *needle, size_t n);

struct ow_needles_found {
	size_t at;    /* where the three bytes are; n when there is none */
	size_t feeds; /* line feeds in front of it */
};

struct ow_needles_found ow_needles_find(const struct ow_needles *needles, const char *bytes,
					size_t n);

#endif
