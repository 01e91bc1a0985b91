/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_ARENA_H
#define OW_BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Memory with one owner. What a reader makes of one record or one case comes from one arena and
 * goes with it: nothing is freed by itself, no record has a destructor, and no string needs an
 * owner of its own. Each arena has a limit, so hostile input ends in -ENOMEM and not in another
 * OOM kill.
 */
struct ow_arena;

#define OW_KIB(n)            ((size_t)(n) << 10)
#define OW_MIB(n)            ((size_t)(n) << 20)

/* Calls fn with the address of the variable when it goes out of scope. */
#define ow_scoped(fn)        __attribute__((cleanup(fn)))

#define OW_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* An arena that refuses to grow past limit bytes. NULL when there is no memory. */
struct ow_arena *ow_arena_new(size_t limit);

/* Frees the arena and everything that came from it. Takes NULL, returns NULL. */
struct ow_arena *ow_arena_free(struct ow_arena *arena);

static inline void ow_arena_freep(struct ow_arena **arena)
{
	*arena = ow_arena_free(*arena);
}

/* Forgets everything that came from the arena but keeps its first block for the next round. */
void ow_arena_clear(struct ow_arena *arena);

/* Bytes that the arena holds now. */
size_t ow_arena_bytes(const struct ow_arena *arena);

/* Bytes that it refuses to grow past, for messages. */
size_t ow_arena_limit(const struct ow_arena *arena);

/* Was anything refused since the arena was new or cleared? For builders that go on after a refusal
 * and are asked once, at the end. */
bool ow_arena_refused(const struct ow_arena *arena);

/* Zeroed room for n items of size bytes, aligned for any type. NULL at the limit. */
void *ow_alloc(struct ow_arena *arena, size_t n, size_t size);

/*
 * Room for one more item behind the n that there are; doubles a full array. The array must have
 * been grown by this function from NULL, one item at a time. It may move; NULL at the limit, and
 * then the old array is as it was.
 */
void *ow_grow(struct ow_arena *arena, void *items, size_t n, size_t size);

/* A terminated text in the arena, printf(3)-style. NULL at the limit. */
char *ow_printf(struct ow_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *ow_vprintf(struct ow_arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

#endif
