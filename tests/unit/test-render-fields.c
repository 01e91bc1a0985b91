/* SPDX-License-Identifier: Apache-2.0 */
#include "render/fields.h"

#include "record/cgroup.h"
#include "record/oom.h"
#include "record/process.h"
#include "unit.h"

static char *write_record(const struct ow_fields *fields, const void *record)
{
	struct ow_json json;
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, fields, record);
	assert_int_equal(fclose(out), 0);
	return text;
}

static char *written(const struct ow_oom *oom)
{
	return write_record(&ow_oom_fields, oom);
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

static void no_limit_is_null_and_a_limit_that_is_not_known_has_no_key(void **state)
{
	const struct ow_cgroup group = {
		.have = OW_CGROUP_LIMIT | OW_CGROUP_HIGH | OW_CGROUP_CONTAINER |
			OW_CGROUP_BINDING_LIMIT | OW_CGROUP_SWAP,
		.version = 2,
		.path = "/a\nb",
		.limit_bytes = UINT64_MAX,
		.high_bytes = 0,
		.low_bytes = 7,
		.container = { .id = "web.service" },
		.binding_limit = { .path = "/", .limit_bytes = UINT64_MAX, .usage_bytes = 5 },
		.swap = { .have = OW_CGROUP_COUNTER_LIMIT, .limit_bytes = UINT64_MAX - 1 },
	};
	char *text = write_record(&ow_cgroup_fields, &group);

	(void)state;
	assert_string_equal(text, "{\"schema\": \"oomwhy.cgroup/1\", \"path\": \"/a\\nb\", "
				  "\"version\": 2, \"container\": {\"id\": \"web.service\"}, "
				  "\"limit_bytes\": null, \"binding_limit\": {\"path\": \"/\", "
				  "\"limit_bytes\": null}, \"high_bytes\": 0, \"swap\": "
				  "{\"limit_bytes\": 18446744073709551614}}");
	free(text);
}

static void numbers_are_a_list(void **state)
{
	int64_t pid[] = { 2897, 1 };
	const struct ow_process process = { .have = OW_PROCESS_NS_PIDS,
					    .pid = 2897,
					    .ns_pids = { pid, 2 } };
	char *text = write_record(&ow_process_fields, &process);

	(void)state;
	assert_string_equal(text, "{\"schema\": \"oomwhy.process/1\", \"pid\": 2897, "
				  "\"ns_pids\": [2897, 1]}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_is_absent_has_no_key),
		UNIT(a_zero_that_was_read_is_a_zero),
		UNIT(lists_and_maps_keep_their_order),
		UNIT(no_limit_is_null_and_a_limit_that_is_not_known_has_no_key),
		UNIT(numbers_are_a_list),
	};

	return cmocka_run_group_tests_name("render/fields", tests, NULL, NULL);
}
