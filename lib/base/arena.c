/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_MIN OW_KIB(16)
#define BLOCK_MAX OW_MIB(1)

struct block {
	struct block *older;
	size_t size;
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct ow_arena {
	struct block *newest;
	size_t held; /* the sizes of all blocks */
	size_t limit;
	bool refused;
};

struct ow_arena *ow_arena_new(size_t limit)
{
	struct ow_arena *arena = calloc(1, sizeof(*arena));

	if (arena)
		arena->limit = limit;
	return arena;
}

struct ow_arena *ow_arena_free(struct ow_arena *arena)
{
	struct block *older;

	if (!arena)
		return NULL;
	for (struct block *b = arena->newest; b; b = older) {
		older = b->older;
		free(b);
	}
	free(arena);
	return NULL;
}

/* The newest block is the largest: another record like the last fits into it. */
void ow_arena_clear(struct ow_arena *arena)
{
	struct block *kept = arena->newest, *older;

	arena->refused = false;
	if (!kept)
		return;
	for (struct block *b = kept->older; b; b = older) {
		older = b->older;
		free(b);
	}
	memset(kept->bytes, 0, kept->used);
	kept->used = 0;
	kept->older = NULL;
	arena->held = kept->size;
}

size_t ow_arena_limit(const struct ow_arena *arena)
{
	return arena->limit;
}

bool ow_arena_refused(const struct ow_arena *arena)
{
	return arena->refused;
}

size_t ow_arena_bytes(const struct ow_arena *arena)
{
	return arena->held;
}

/* Blocks grow with the arena: a small record stays small, a large one makes few calls. */
static struct block *new_block(struct ow_arena *arena, size_t need)
{
	size_t left = arena->limit - arena->held, size = arena->held;
	struct block *b;

	if (size < BLOCK_MIN)
		size = BLOCK_MIN;
	if (size > BLOCK_MAX)
		size = BLOCK_MAX;
	if (size < need || size > left)
		size = need;
	if (size > left)
		return NULL;

	b = calloc(1, sizeof(*b) + size);
	if (!b)
		return NULL;
	b->size = size;
	b->older = arena->newest;
	arena->newest = b;
	arena->held += size;
	return b;
}

void *ow_alloc(struct ow_arena *arena, size_t n, size_t size)
{
	const size_t unit = alignof(max_align_t);
	struct block *b = arena->newest;
	size_t bytes;
	void *p;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - unit) {
		arena->refused = true;
		return NULL;
	}
	bytes = (bytes + unit - 1) / unit * unit;

	if (!b || b->size - b->used < bytes)
		b = new_block(arena, bytes);
	if (!b) {
		arena->refused = true;
		return NULL;
	}
	p = b->bytes + b->used;
	b->used += bytes;
	return p;
}

void *ow_grow(struct ow_arena *arena, void *items, size_t n, size_t size)
{
	const size_t first = 4;
	void *more;

	/* Full exactly when n is 0 or first times a power of two. */
	if (n % first != 0 || (n / first & (n / first - 1)) != 0)
		return items;
	more = ow_alloc(arena, n ? 2 * n : first, size);
	if (more && n)
		memcpy(more, items, n * size);
	return more;
}

char *ow_vprintf(struct ow_arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text = NULL;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (n >= 0)
		text = ow_alloc(arena, (size_t)n + 1, 1);
	if (text)
		(void)vsnprintf(text, (size_t)n + 1, format, args);
	return text;
}

char *ow_printf(struct ow_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = ow_vprintf(arena, format, args);
	va_end(args);
	return text;
}
