/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_REPORT_H
#define OW_TESTS_REPORT_H

#include "kill.h"
#include "render/report.h"

/* A container with two processes that leaks, and what its engine says. */
static inline struct kill_case *report_case(struct ow_arena *arena, const char *comm,
					    const char *name)
{
	static const char id[] = "3418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a";
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.limit_memcg = "/docker/"
			"3418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a";
	k.limit_kind = OW_OWNER_CONTAINER;
	k.limit_id = id;
	k.task[0].comm = comm;
	k.task[1] = (struct kill_task){ "sh", 300, 900, 0, 60, 0, 0 };
	kase = kill_case(arena, &k);
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){
		.have = OW_CONTAINER_RUNNING | OW_CONTAINER_OOM_KILLED | OW_CONTAINER_EXIT |
			OW_CONTAINER_STARTED | OW_CONTAINER_FINISHED | OW_CONTAINER_LIMIT,
		.source = "docker inspect leaky",
		.runtime = "docker",
		.id = id,
		.name = name,
		.restart_policy = "no",
		.oom_killed = true,
		.exit_code = 137,
		.limit_bytes = OW_MIB(64),
		.started_usec = kase->oom.time_usec - INT64_C(100000000),
		.finished_usec = kase->oom.time_usec + INT64_C(300000),
	};
	return kase;
}

static inline char *report_written(struct ow_arena *arena, const struct kill_case *kase,
				   ow_report_fn *write, size_t width, bool colour)
{
	const struct ow_report_style style = { .width = width, .colour = colour };
	struct ow_report report;
	struct ow_chain chain;
	char *text = NULL, *kept;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(ow_chain_run(&kase->c, arena, &chain), 0);
	assert_int_equal(ow_report_make(&kase->c, &chain, arena, &report), 0);
	assert_int_equal(write(&report, &style, out), 0);
	assert_int_equal(fclose(out), 0);
	kept = ow_str_keep(arena, (struct ow_str){ text, n });
	free(text);
	assert_int_equal(strlen(kept), n);
	return kept;
}

/* The report is what stands in the fixture; with BLESS set the fixture is written instead. */
static inline void report_is(struct ow_arena *arena, const char *text, const char *name)
{
	const char *bless = getenv("BLESS");
	char path[4096];
	FILE *out;

	if (!bless) {
		struct ow_str golden = unit_fixture(arena, name);

		assert_string_equal(text, ow_str_keep(arena, golden));
		return;
	}
	(void)snprintf(path, sizeof(path), "%s/%s", getenv("OW_TEST_DATA"), name);
	out = fopen(path, "w");
	assert_non_null(out);
	fputs(text, out);
	assert_int_equal(fclose(out), 0);
}

#endif
