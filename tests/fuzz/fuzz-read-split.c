/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was given, one after the other. */
struct seen {
	size_t n, bytes;
	uint32_t sum;
};

static int take(void *arg, struct ow_str object)
{
	struct seen *seen = arg;

	if (object.n < 2 || object.p[0] != '{' || object.n > OW_SPLIT_OBJECT_MAX)
		abort();
	if (object.p[object.n - 1] != '}' && object.p[object.n - 1] != ']')
		abort();
	seen->n++;
	seen->bytes += object.n;
	for (size_t i = 0; i < object.n; i++)
		seen->sum = seen->sum * 31 + (unsigned char)object.p[i];
	return 0;
}

static int feed(const uint8_t *data, size_t size, size_t piece, struct seen *seen, bool *whole)
{
	ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take, seen);
	int r = 0;

	if (!split)
		exit(0);
	for (size_t i = 0; i < size && r == 0; i += piece)
		r = ow_split_feed(split, (const char *)data + i,
				  size - i < piece ? size - i : piece);
	*whole = ow_split_is_whole(split);
	return r;
}

/* The objects do not depend on the sizes of the pieces. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen all = { 0 };
	bool whole;
	int r = feed(data, size, size ? size : 1, &all, &whole);

	if (all.bytes > size || (r != 0 && r != -EBADMSG && r != -EFBIG) || (r < 0 && whole))
		abort();
	for (size_t piece = 1; piece < 8; piece += 3) {
		struct seen some = { 0 };
		bool some_whole;

		if (feed(data, size, piece, &some, &some_whole) != r || some.n != all.n ||
		    some.sum != all.sum || some_whole != whole)
			abort();
	}
	return 0;
}
