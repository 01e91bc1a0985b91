/* SPDX-License-Identifier: Apache-2.0 */
#include "read/pieces.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int give(struct ow_str line, ow_pieces_fn *take, void *arg)
{
	if (line.n > OW_PIECES_LINE_MAX)
		line.n = OW_PIECES_LINE_MAX;
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return take(arg, line);
}

/* Puts bytes behind the front, as far as it goes. */
static int keep(struct ow_pieces *pieces, const char *bytes, size_t n)
{
	const size_t room = OW_PIECES_LINE_MAX - pieces->n;

	if (!pieces->front)
		pieces->front = malloc(OW_PIECES_LINE_MAX);
	if (!pieces->front)
		return -ENOMEM;
	n = n < room ? n : room;
	memcpy(pieces->front + pieces->n, bytes, n);
	pieces->n += n;
	pieces->open = true;
	return 0;
}

int ow_pieces_feed(struct ow_pieces *pieces, const char *bytes, size_t n, ow_pieces_fn *take,
		   void *arg)
{
	int r = 0;

	while (n && r == 0) {
		const char *end = memchr(bytes, '\n', n);
		const size_t length = end ? (size_t)(end - bytes) : n;

		if (end && !pieces->open)
			r = give((struct ow_str){ bytes, length }, take, arg);
		else
			r = keep(pieces, bytes, length);
		if (r == 0 && end && pieces->open)
			r = ow_pieces_end(pieces, take, arg);
		bytes += length + (end != NULL);
		n -= length + (end != NULL);
	}
	return r;
}

int ow_pieces_end(struct ow_pieces *pieces, ow_pieces_fn *take, void *arg)
{
	const struct ow_str line = { pieces->front, pieces->n };
	const bool open = pieces->open;

	pieces->n = 0;
	pieces->open = false;
	return open ? give(line, take, arg) : 0;
}

void ow_pieces_release(struct ow_pieces *pieces)
{
	free(pieces->front);
	*pieces = (struct ow_pieces){ 0 };
}
