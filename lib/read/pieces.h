/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PIECES_H
#define OW_READ_PIECES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/scan.h"

/* Lines out of pieces of any size, for readers that are fed. Line feeds are taken off, with a
 * carriage return before them; of a line that is longer only the front is given. */
#define OW_PIECES_LINE_MAX OW_KIB(64)

struct ow_pieces {
	char *front; /* of a line that is not whole yet */
	size_t n;
	bool open; /* there is such a line, if only an empty one */
};

/* Gets one line, valid until it returns. A negative errno ends it all. */
typedef int ow_pieces_fn(void *arg, struct ow_str line);

/* 0, -ENOMEM, or what take returned. */
int ow_pieces_feed(struct ow_pieces *pieces, const char *bytes, size_t n, ow_pieces_fn *take,
		   void *arg);

/* There is no more: gives the last line, when it had no line feed. */
int ow_pieces_end(struct ow_pieces *pieces, ow_pieces_fn *take, void *arg);

void ow_pieces_release(struct ow_pieces *pieces);

#endif
