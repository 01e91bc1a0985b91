/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_RECORDS_H
#define OW_TESTS_RECORDS_H

#include <jansson.h>

#include "read/oom.h"
#include "render/fields.h"
#include "unit.h"

/*
 * The records in a kernel's log as JSON, one item each, without what differs between two
 * transports of one log: where it was read, the host, the wall clock.
 */

static inline void records_strip(json_t *value)
{
	static const char *const keys[] = { "source", "line", "time", "boot_id", "host" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(keys); i++)
		(void)json_object_del(value, keys[i]);
	for (size_t i = 0; i < json_array_size(value); i++)
		records_strip(json_array_get(value, i));
	for (void *i = json_object_iter(value); i; i = json_object_iter_next(value, i))
		records_strip(json_object_iter_value(i));
}

static inline int records_take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct ow_json json;
	json_t *record;

	(void)arena;
	assert_non_null(out);
	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	assert_int_equal(fclose(out), 0);
	record = json_loadb(text, n, 0, NULL);
	assert_non_null(record);
	records_strip(record);
	assert_int_equal(json_array_append_new(arg, record), 0);
	free(text);
	return 0;
}

/* The caller owns the list. */
static inline json_t *records_read(struct ow_str log)
{
	const struct ow_oom_options options = { .source = "log" };
	json_t *list = json_array();
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader =
		ow_oom_reader_new(&options, records_take, list);

	assert_non_null(reader);
	assert_int_equal(ow_oom_reader_feed(reader, log.p, log.n), 0);
	assert_int_equal(ow_oom_reader_end(reader), 0);
	return list;
}

#endif
