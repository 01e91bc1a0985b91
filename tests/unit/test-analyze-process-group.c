/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

#define SECOND INT64_C(1000000)

/* A container with two processes, of which one was killed. */
static struct kill_case *in_container(struct ow_arena *arena, bool alone)
{
	struct kill k = kill_leak();
	struct kill_case *kase;

	k.limit_memcg = "/docker/3418";
	k.limit_kind = OW_OWNER_CONTAINER;
	k.limit_id = "3418";
	if (!alone)
		k.task[1] = (struct kill_task){ "sh", 300, 900, 0, 40, 0, 0 };
	kase = kill_case(arena, &k);
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){
		.have = OW_CONTAINER_RUNNING | OW_CONTAINER_STARTED | OW_CONTAINER_EXIT |
			OW_CONTAINER_FINISHED | OW_CONTAINER_PID,
		.source = "docker inspect leaky",
		.id = "3418",
		.name = "leaky",
		.exit_code = 137,
		.started_usec = kase->oom.time_usec - 100 * SECOND,
		.finished_usec = kase->oom.time_usec + SECOND / 5,
	};
	return kase;
}

static void a_container_that_runs_on_lost_a_child(void **state)
{
	struct kill_case *kase = in_container(*state, false);

	kase->container.running = true;
	kase->container.pid = 101;
	assert_verdict(*state, kase, "child-killed", "confirmed");
	assert_verdict(*state, kase, "victim-is-holder", "confirmed");
}

static void a_container_that_was_started_again_says_nothing(void **state)
{
	struct kill_case *kase = in_container(*state, false);

	kase->container.running = true;
	kase->container.pid = 101;
	kase->container.started_usec = kase->oom.time_usec + SECOND;
	assert_verdict(*state, kase, "child-killed", "not-tested");
}

static void a_status_that_is_not_of_sigkill_is_a_childs_death(void **state)
{
	struct kill_case *kase = in_container(*state, false);

	kase->container.exit_code = 1;
	assert_verdict(*state, kase, "child-killed", "confirmed");
}

static void seconds_between_kill_and_end_support_it(void **state)
{
	struct kill_case *kase = in_container(*state, false);

	assert_verdict(*state, kase, "child-killed", "not-tested");
	kase->container.finished_usec = kase->oom.time_usec + 6 * SECOND;
	assert_verdict(*state, kase, "child-killed", "supported");
	/* What ended the container then, its events must say. */
	assert_verdict(*state, kase, "oom-caused-exit", "not-tested");
	assert_verdict(*state, kase, "stale-oom-flag", "not-tested");
	assert_verdict(*state, kase, "not-oom-docker-kill", "not-tested");
}

static void the_only_process_is_the_first(void **state)
{
	struct kill_case *kase = in_container(*state, true);

	assert_verdict(*state, kase, "child-killed", "refuted");
	assert_verdict(*state, kase, "not-oom-docker-kill", "not asked");
}

static void a_group_that_was_killed_says_so(void **state)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(*state, &k);

	assert_verdict(*state, kase, "group-kill", "refuted");
	kase->oom.have |= OW_OOM_GROUP;
	kase->oom.lines.group = kill_line(*state, &kase->oom,
					  "Tasks in /batch are going to be killed due to "
					  "memory.oom.group set");
	assert_verdict(*state, kase, "group-kill", "confirmed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_container_that_runs_on_lost_a_child),
		UNIT(a_container_that_was_started_again_says_nothing),
		UNIT(a_status_that_is_not_of_sigkill_is_a_childs_death),
		UNIT(seconds_between_kill_and_end_support_it),
		UNIT(the_only_process_is_the_first),
		UNIT(a_group_that_was_killed_says_so),
	};

	return cmocka_run_group_tests_name("analyze/process-group", tests, NULL, NULL);
}
