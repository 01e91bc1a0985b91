/* SPDX-License-Identifier: Apache-2.0 */
#include "read/container.h"

#include <errno.h>

#include "base/time.h"
#include "unit.h"

#define ID "888add1549eef31c5e3a2d8a9c0f7b6e5d4c3b2a19080706050403020100ffee"

static void read_fixture(struct ow_arena *arena, const char *name, struct ow_container *ret)
{
	char *path = ow_printf(arena, "container/%s/input", name);
	struct ow_err err = { "" };

	assert_int_equal(
		ow_container_read(unit_fixture(arena, path), "docker/x.json", arena, ret, &err), 0);
	assert_string_equal(err.text, "");
	assert_string_equal(ret->source, "docker/x.json");
	assert_int_equal(strlen(ret->id), 64);
	assert_string_equal(ret->name, "api");
	assert_true(ret->have & OW_CONTAINER_LIMIT);
	assert_true(ret->limit_bytes == 209715200);
	assert_true(ret->have & OW_CONTAINER_MEMSW);
	assert_true(ret->memsw_bytes == 419430400);
	assert_true(ret->have & OW_CONTAINER_ADJ);
	assert_int_equal(ret->oom_score_adj, 100);
	assert_true(ret->have & OW_CONTAINER_OOM_KILLED);
	assert_false(ret->oom_killed);
	assert_null(ret->cgroup_parent);
}

static void a_running_container_has_a_pid_and_no_exit(void **state)
{
	struct ow_container c;

	read_fixture(*state, "docker-running", &c);
	assert_string_equal(c.runtime, "docker");
	assert_string_equal(c.image, "shop/api:2.1");
	assert_string_equal(c.status, "running");
	assert_string_equal(c.restart_policy, "on-failure");
	assert_true(c.running);
	assert_true(c.have & OW_CONTAINER_PID);
	assert_true(c.pid > 1);
	assert_true(c.have & OW_CONTAINER_STARTED);
	assert_true(c.have & OW_CONTAINER_RESTARTS);
	assert_int_equal(c.restarts, 0);
	assert_false(c.have & (OW_CONTAINER_FINISHED | OW_CONTAINER_EXIT));
}

static void a_container_that_never_ran_has_no_times_and_no_exit(void **state)
{
	struct ow_container c;

	read_fixture(*state, "docker-created", &c);
	assert_string_equal(c.status, "created");
	assert_false(c.running);
	assert_false(c.have & (OW_CONTAINER_STARTED | OW_CONTAINER_FINISHED | OW_CONTAINER_EXIT |
			       OW_CONTAINER_PID));
}

static void an_exited_container_has_its_exit_and_both_times(void **state)
{
	static const char *const names[] = { "docker-exited", "podman-exited" };
	struct ow_container c;

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		read_fixture(*state, names[i], &c);
		assert_true(c.have & OW_CONTAINER_EXIT);
		assert_int_equal(c.exit_code, 137);
		assert_true(c.have & OW_CONTAINER_STARTED && c.have & OW_CONTAINER_FINISHED);
		assert_true(c.started_usec < c.finished_usec);
		assert_true(c.finished_usec - c.started_usec < 5 * OW_USEC_PER_SEC);
		assert_false(c.have & OW_CONTAINER_PID);
	}
}

static void podman_is_told_from_docker(void **state)
{
	struct ow_container c;

	read_fixture(*state, "podman-exited", &c);
	assert_string_equal(c.runtime, "podman");
	assert_string_equal(c.image, "localhost/shop/api:2.1");
	assert_string_equal(c.restart_policy, "no"); /* written as "" */
}

static int read_text(struct ow_arena *arena, const char *rest, struct ow_container *ret,
		     struct ow_err *err)
{
	return ow_container_read(ow_str(ow_printf(arena, "{\"Id\":\"" ID "\"%s}", rest)), "x",
				 arena, ret, err);
}

static void what_is_not_there_is_absent(void **state)
{
	struct ow_container c;
	struct ow_err err;

	assert_int_equal(read_text(*state, "", &c, &err), 0);
	assert_int_equal(c.have, 0);
	assert_null(c.name);
	assert_null(c.image);
	assert_null(c.restart_policy);
}

static void the_fillers_of_engines_are_taken_back(void **state)
{
	static const struct {
		const char *json;
		unsigned have, not_have;
		int64_t memsw;
	} cases[] = {
		{ ",\"HostConfig\":{\"Memory\":0,\"MemorySwap\":0}",
		  OW_CONTAINER_LIMIT | OW_CONTAINER_MEMSW, 0, -1 },
		{ ",\"HostConfig\":{\"Memory\":4096,\"MemorySwap\":0}", OW_CONTAINER_LIMIT,
		  OW_CONTAINER_MEMSW, 0 },
		{ ",\"HostConfig\":{\"Memory\":4096,\"MemorySwap\":-1}",
		  OW_CONTAINER_LIMIT | OW_CONTAINER_MEMSW, 0, -1 },
		{ ",\"HostConfig\":{\"Memory\":-4096}", 0, OW_CONTAINER_LIMIT, 0 },
		{ ",\"HostConfig\":{\"Memory\":1e3}", 0, OW_CONTAINER_LIMIT, 0 },
		{ ",\"HostConfig\":[4096]", 0, OW_CONTAINER_LIMIT, 0 },
		/* Between two lives: it "runs", and has ended. */
		{ ",\"State\":{\"Running\":true,\"Restarting\":true,\"ExitCode\":137,"
		  "\"StartedAt\":\"2026-11-20T08:23:33Z\"}",
		  OW_CONTAINER_EXIT | OW_CONTAINER_RUNNING | OW_CONTAINER_STARTED, 0, 0 },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_container c;
		struct ow_err err;

		assert_int_equal(read_text(*state, cases[i].json, &c, &err), 0);
		assert_int_equal(c.have & cases[i].have, cases[i].have);
		assert_int_equal(c.have & cases[i].not_have, 0);
		if (cases[i].have & OW_CONTAINER_MEMSW)
			assert_int_equal(c.memsw_bytes, cases[i].memsw);
	}
}

static void names_are_kept_as_they_are(void **state)
{
	struct ow_container c;
	struct ow_err err;

	assert_int_equal(read_text(*state, ",\"Name\":\"/a\\u001b[31m|`<b>\\n\"", &c, &err), 0);
	assert_string_equal(c.name, "a\033[31m|`<b>\n");
}

static void other_answers_are_refused(void **state)
{
	static const char *const cases[] = {
		"",
		"{}",
		"null",
		"{\"message\":\"No such container: x\"}",
		"{\"Id\":\"888add1549ee\"}",
		"{\"Id\":\"" ID "0\"}",
		"{\"Id\":\"../../etc/passwd\"}",
		"{\"Id\":7}",
		"[{\"Id\":\"" ID "\"}]",
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_container c = { .pid = 7 };
		struct ow_err err = { "" };

		assert_int_equal(ow_container_read(ow_str(cases[i]), "x", *state, &c, &err),
				 -EBADMSG);
		assert_true(err.text[0]);
		assert_int_equal(c.pid, 7);
	}
}

static void a_full_arena_is_no_memory(void **state)
{
	struct ow_container c = { .pid = 7 };
	struct ow_arena *small = ow_arena_new(32);
	struct ow_err err = { "" };

	assert_int_equal(ow_container_read(unit_fixture(*state, "container/docker-exited/input"),
					   "x", small, &c, &err),
			 -ENOMEM);
	assert_int_equal(c.pid, 7);
	(void)ow_arena_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_running_container_has_a_pid_and_no_exit),
		UNIT(a_container_that_never_ran_has_no_times_and_no_exit),
		UNIT(an_exited_container_has_its_exit_and_both_times),
		UNIT(podman_is_told_from_docker),
		UNIT(what_is_not_there_is_absent),
		UNIT(the_fillers_of_engines_are_taken_back),
		UNIT(names_are_kept_as_they_are),
		UNIT(other_answers_are_refused),
		UNIT(a_full_arena_is_no_memory),
	};

	return cmocka_run_group_tests_name("read/container", tests, NULL, NULL);
}
