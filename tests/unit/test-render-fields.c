/* SPDX-License-Identifier: Apache-2.0 */
#include "render/fields.h"

#include "record/oom.h"
#include "unit.h"

static char *written(const struct ow_oom *oom)
{
	struct ow_json json;
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void what_is_absent_has_no_key(void **state)
{
	const struct ow_oom oom = { .source = "dmesg", .line = 7, .usage_bytes = 4096 };
	char *text = written(&oom);

	(void)state;
	assert_string_equal(text, "{\"schema\": \"oomwhy.kill/1\", \"source\": \"dmesg\", "
				  "\"line\": 7, \"kind\": \"unknown\", \"victims\": []}");
	free(text);
}

static void a_zero_that_was_read_is_a_zero(void **state)
{
	const struct ow_oom oom = {
		.have = OW_OOM_BOOT | OW_OOM_TIME | OW_OOM_USAGE | OW_OOM_SWAP,
		.source = "-",
		.kind = OW_OOM_MEMCG,
		.time_usec = 1500000,
		.swap = { .have = OW_COUNTER_USAGE },
	};
	char *text = written(&oom);

	(void)state;
	assert_string_equal(text, "{\"schema\": \"oomwhy.kill/1\", \"source\": \"-\", \"line\": 0, "
				  "\"boot_usec\": 0, \"time\": \"1970-01-01T00:00:01.500000Z\", "
				  "\"kind\": \"memcg\", \"usage_bytes\": 0, \"swap\": "
				  "{\"usage_bytes\": 0}, \"victims\": []}");
	free(text);
}

static void lists_and_maps_keep_their_order(void **state)
{
	struct ow_stat stat[] = { { "rss", 4096, 3 }, { "cache", 0, 4 } };
	struct ow_oom_victim victim[] = {
		{ .have = OW_VICTIM_PID, .pid = 42, .comm = "a\"b\x1b", .line = 9 },
	};
	const char *note[] = { "first", "second" };
	const struct ow_oom oom = {
		.source = "-",
		.memory_stat = { stat, 2 },
		.victims = { victim, 1 },
		.notes = { note, 2 },
	};
	char *text = written(&oom);

	(void)state;
	assert_string_equal(text, "{\"schema\": \"oomwhy.kill/1\", \"source\": \"-\", \"line\": 0, "
				  "\"kind\": \"unknown\", \"memory_stat\": {\"rss\": 4096, "
				  "\"cache\": 0}, \"victims\": [{\"pid\": 42, \"comm\": "
				  "\"a\\\"b\\u001b\", \"line\": 9}], "
				  "\"notes\": [\"first\", \"second\"]}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_absent_has_no_key),
		UNIT(a_zero_that_was_read_is_a_zero),
		UNIT(lists_and_maps_keep_their_order),
	};

	return cmocka_run_group_tests_name("render/fields", tests, NULL, NULL);
}
