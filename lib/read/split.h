/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_SPLIT_H
#define OW_READ_SPLIT_H

#include "base/scan.h"

/*
 * The objects of a long JSON answer, one by one, so that no more than one is in memory: those of a
 * list ([{...},{...}]) or of a sequence ({...}\n{...}\n), fed in pieces of any size. What is in an
 * object is not looked at beyond where it ends.
 */
struct ow_split;

/* Gets an object, from its { to its }; valid until it returns. A negative errno ends it all. */
typedef int ow_split_fn(void *arg, struct ow_str object);

/* An object may have so many bytes. */
#define OW_SPLIT_OBJECT_MAX OW_MIB(1)

/* NULL when there is no memory. */
struct ow_split *ow_split_new(ow_split_fn *take, void *arg);
struct ow_split *ow_split_free(struct ow_split *split);

static inline void ow_split_freep(struct ow_split **split)
{
	*split = ow_split_free(*split);
}

/* 0; -EBADMSG at a byte that cannot stand between objects, -EFBIG, -ENOMEM, or what take returned.
 * After a failure it takes nothing more and returns the same. */
int ow_split_feed(struct ow_split *split, const char *bytes, size_t n);

/* Did the bytes end where an answer may end: between objects, with each list closed? */
bool ow_split_is_whole(const struct ow_split *split);

#endif
