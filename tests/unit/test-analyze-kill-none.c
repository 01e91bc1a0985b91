/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"

#define START INT64_C(1795154000000000)
#define HOUR  INT64_C(3600000000)

/* A container that was asked for, and a log without a kill. */
static struct kill_case *without_kill(struct ow_arena *arena)
{
	const struct kill k = kill_leak();
	struct kill_case *kase = kill_case(arena, &k);

	kase->c.n_kills = 0;
	kase->c.asked = "quiet";
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){
		.have = OW_CONTAINER_RUNNING | OW_CONTAINER_OOM_KILLED | OW_CONTAINER_EXIT |
			OW_CONTAINER_STARTED | OW_CONTAINER_FINISHED,
		.source = "docker inspect quiet",
		.id = "3418",
		.name = "quiet",
		.started_usec = START,
		.finished_usec = START + HOUR,
	};
	kase->source.have = OW_SOURCE_PERIOD;
	kase->source.first_usec = START - HOUR;
	kase->source.last_usec = START + 2 * HOUR;
	return kase;
}

static void a_log_over_the_whole_life_proves_that_nothing_was_killed(void **state)
{
	struct kill_case *kase = without_kill(*state);

	assert_verdict(*state, kase, "no-oom", "confirmed");
	assert_verdict(*state, kase, "unknown", "refuted");
	assert_verdict(*state, kase, "kernel-memcg-oom", "refuted");
	assert_verdict(*state, kase, "userspace-oomd", "refuted");
}

/* Status 137 is somebody's SIGKILL, or the program's own: the kernel's it is not. */
static void the_kernel_is_ruled_out_whatever_the_status(void **state)
{
	struct kill_case *kase = without_kill(*state);

	kase->container.exit_code = 137;
	assert_verdict(*state, kase, "kernel-memcg-oom", "refuted");
	assert_verdict(*state, kase, "kernel-global-oom", "refuted");
	assert_verdict(*state, kase, "no-oom", "not-tested");
	assert_verdict(*state, kase, "userspace-oomd", "not-tested");
	assert_verdict(*state, kase, "unknown", "supported");
	assert_non_null(strstr(kill_statement(*state, kase, "unknown"),
			       "the kernel killed nothing in the whole life"));
	kase->container.oom_killed = true; /* the engine says otherwise */
	assert_verdict(*state, kase, "kernel-memcg-oom", "not-tested");
	kase->container.oom_killed = false;
	kase->source.lost = 1;
	assert_verdict(*state, kase, "kernel-memcg-oom", "not-tested");
}

static void late_beginning(struct kill_case *kase)
{
	kase->source.first_usec = START + 1;
}

static void early_end(struct kill_case *kase)
{
	kase->source.last_usec = START + HOUR - 1;
}

static void a_kill_of_nobody_known(struct kill_case *kase)
{
	kase->c.n_other_kills = kase->c.n_homeless = 1;
}

static void lost_lines(struct kill_case *kase)
{
	kase->source.lost = 1;
}

static void suppressed_reports(struct kill_case *kase)
{
	kase->source.suppressed = 1;
}

static void a_kill_that_systemd_saw(struct kill_case *kase)
{
	kase->source.noticed = 1;
}

static void a_boot_without_its_beginning(struct kill_case *kase)
{
	kase->source.late_boots = 1;
}

static void only_lines_of_programs(struct kill_case *kase)
{
	kase->source.kernel_lines = 0;
}

static void unreadable(struct kill_case *kase)
{
	kase->source.state = OW_SOURCE_UNREADABLE;
}

static void sigkill(struct kill_case *kase)
{
	kase->container.exit_code = 137;
}

static void own_error(struct kill_case *kase)
{
	kase->container.exit_code = 1;
}

static void flag(struct kill_case *kase)
{
	kase->container.oom_killed = true;
}

static void counter(struct kill_case *kase)
{
	kase->c.n_cgroups = 1;
	kase->cgroup = (struct ow_cgroup){ .have = OW_CGROUP_OOM_KILLS,
					   .source = "cgroup",
					   .path = "/docker/3418",
					   .oom_kills = 1 };
}

static void nobody_asked(struct kill_case *kase)
{
	kase->c.asked = NULL;
}

static void no_container(struct kill_case *kase)
{
	kase->c.n_containers = 0;
}

static void any_gap_makes_it_unknown(void **state)
{
	static void (*const gaps[])(struct kill_case *) = {
		late_beginning,
		early_end,
		a_kill_of_nobody_known,
		lost_lines,
		suppressed_reports,
		unreadable,
		sigkill,
		a_kill_that_systemd_saw,
		a_boot_without_its_beginning,
		only_lines_of_programs,
		own_error,
		flag,
		counter,
		nobody_asked,
		no_container,
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(gaps); i++) {
		struct kill_case *kase = without_kill(*state);
		const char *verdict;

		gaps[i](kase);
		assert_verdict(*state, kase, "no-oom", "not-tested");
		verdict = kill_verdict(*state, &kase->c, "unknown");
		/* A source that was not read has nothing to cite. */
		assert_string_equal(verdict, gaps[i] == unreadable ? "not-tested" : "supported");
	}
}

static void a_live_log_reaches_to_the_moment_it_was_read(void **state)
{
	struct kill_case *kase = without_kill(*state);

	kase->container.running = true;
	kase->source.last_usec = START + 1; /* the kernel was silent since */
	kase->c.host.have |= OW_HOST_TIME;
	kase->c.host.time_usec = START + 3 * HOUR;
	assert_verdict(*state, kase, "no-oom", "not-tested");
	kase->source.have |= OW_SOURCE_LIVE;
	assert_verdict(*state, kase, "no-oom", "confirmed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_log_over_the_whole_life_proves_that_nothing_was_killed),
		UNIT(the_kernel_is_ruled_out_whatever_the_status),
		UNIT(any_gap_makes_it_unknown),
		UNIT(a_live_log_reaches_to_the_moment_it_was_read),
	};

	return cmocka_run_group_tests_name("analyze/kill-none", tests, NULL, NULL);
}
