/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_JSON_H
#define OW_RENDER_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/scan.h"
#include "record/field.h"

/*
 * Writes JSON as it goes, without a tree in memory: a listing may be millions of records, and the
 * kernel's numbers go up to 2^64. Inside an object each value is written with its key, inside a
 * list with key NULL:
 *
 *   ow_json_init(&json, stdout);
 *   ow_json_object(&json, NULL);
 *   ow_json_text(&json, "schema", "oomwhy.kill/1");
 *   ow_json_list(&json, "victims");
 *   ow_json_end(&json);
 *   ow_json_end(&json);         {"schema": "oomwhy.kill/1", "victims": []}
 *
 * Text may be of any bytes: those that are no UTF-8 become \xNN and a backslash \\, inside the
 * JSON string (there with another backslash each), as /dev/kmsg does it.
 *
 * What is written goes to the file when its end is, the one of the outermost object or list, and
 * now and then before that. ferror(3) tells whether it got there.
 */
struct ow_json {
	FILE *out;
	unsigned depth;
	bool item; /* something stands before the next value at this depth */
	char close[32];
	size_t n; /* bytes that wait in the buffer */
	char buffer[8192];
};

void ow_json_init(struct ow_json *json, FILE *out);
void ow_json_object(struct ow_json *json, const char *key);
void ow_json_list(struct ow_json *json, const char *key);
void ow_json_end(struct ow_json *json); /* of the innermost object or list */

/* The key of the value that comes next, with key NULL: the name of a field needs no escape. */
void ow_json_field(struct ow_json *json, const struct ow_field *field);

void ow_json_u64(struct ow_json *json, const char *key, uint64_t value);
void ow_json_i64(struct ow_json *json, const char *key, int64_t value);
void ow_json_real(struct ow_json *json, const char *key, double value); /* not finite: null */
void ow_json_bool(struct ow_json *json, const char *key, bool value);
void ow_json_null(struct ow_json *json, const char *key);
void ow_json_text(struct ow_json *json, const char *key, const char *value);
void ow_json_str(struct ow_json *json, const char *key, struct ow_str value);

#endif
