/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_JSON_H
#define OW_READ_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/scan.h"

/*
 * JSON that somebody else wrote, for the readers of such files. jansson makes a tree of it on the
 * heap, so the text is bounded; it refuses deep nesting, bytes that are no UTF-8, and NUL in texts.
 */
#define OW_JSON_MAX OW_MIB(4)

/*
 * The object that text is, to be freed. -EFBIG past OW_JSON_MAX; -EBADMSG with the place in err
 * when it is no object or has a key twice (readers differ on which one counts); -ENOMEM.
 */
int ow_json_load(struct ow_str text, json_t **ret, struct ow_err *err);

static inline void ow_json_freep(json_t **json)
{
	json_decref(*json);
}

/* A value of an object. False, and *ret as it was, when it is not there or of another type. */
bool ow_json_get_bool(const json_t *object, const char *key, bool *ret);
bool ow_json_get_i64(const json_t *object, const char *key, int64_t *ret);
bool ow_json_get_time(const json_t *object, const char *key, int64_t *ret); /* RFC 3339 */

/* The same for a text, copied to the arena; an empty one is not there. 0 or -ENOMEM. */
int ow_json_get_text(const json_t *object, const char *key, struct ow_arena *arena,
		     const char **ret);

#endif
