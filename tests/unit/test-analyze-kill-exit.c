/* SPDX-License-Identifier: Apache-2.0 */
/* The truth table of exit code, flag and events. */
#include "base/time.h"
#include "kill.h"

#define ID     "3418d5a1b2c3d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789a"
#define EVENTS 8

/* Seconds after the kill, or after the start where there is none, 100 s before. */
struct told {
	enum ow_event_kind kind;
	int64_t second, value;
};

#define START                           \
	{                               \
		OW_EVENT_START, -100, 0 \
	}
#define OOM                        \
	{                          \
		OW_EVENT_OOM, 0, 0 \
	}
#define TERM(s)                      \
	{                            \
		OW_EVENT_KILL, s, 15 \
	}
#define KILL9(s)                    \
	{                           \
		OW_EVENT_KILL, s, 9 \
	}
#define DIE(s, c)                  \
	{                          \
		OW_EVENT_DIE, s, c \
	}
#define ENDS(s, c) .end = (s), .code = (c)

struct row {
	const char *what;
	bool killed;       /* the kernel has a record of a kill in it */
	bool flag;         /* OOMKilled */
	int64_t end, code; /* of the state */
	struct told told[EVENTS];
	bool log; /* the kernel's log covers the whole life */
	const char *caused, *stale, *docker, *stop, *host; /* verdicts; NULL: not asked */
};

#define NO   "refuted"
#define YES  "confirmed"
#define HALF "supported"
#define OPEN "not-tested"

static const struct row rows[] = {
	{ .what = "killed, and ended by it",
	  .killed = true,
	  .flag = true,
	  ENDS(1, 137),
	  .told = { START, OOM, DIE(1, 137) },
	  .caused = YES,
	  .stale = NO,
	  .docker = NO,
	  .stop = NO,
	  .host = NO },
	{ .what = "a shell passes it on 6 s later",
	  .killed = true,
	  .flag = true,
	  ENDS(6, 137),
	  .told = { START, OOM, DIE(6, 137) },
	  .caused = HALF,
	  .stale = NO,
	  .docker = NO,
	  .stop = NO,
	  .host = OPEN },
	{ .what = "a shell makes 1 of it",
	  .killed = true,
	  .flag = true,
	  ENDS(1, 1),
	  .told = { START, OOM, DIE(1, 1) },
	  .caused = HALF,
	  .stale = NO },
	{ .what = "the first process ends well",
	  .killed = true,
	  .flag = true,
	  ENDS(1, 0),
	  .told = { START, OOM, DIE(1, 0) } },
	{ .what = "lives on, then docker kill",
	  .killed = true,
	  .flag = true,
	  ENDS(4, 137),
	  .told = { START, OOM, KILL9(4), DIE(4, 137) },
	  .caused = NO,
	  .stale = YES,
	  .docker = YES,
	  .stop = NO,
	  .host = NO },
	{ .what = "lives on, then docker stop",
	  .killed = true,
	  .flag = true,
	  ENDS(24, 137),
	  .told = { START, OOM, TERM(14), KILL9(24), DIE(24, 137) },
	  .caused = NO,
	  .stale = YES,
	  .docker = NO,
	  .stop = YES,
	  .host = NO },
	{ .what = "a stop that ends in an OOM kill",
	  .killed = true,
	  .flag = true,
	  ENDS(1, 137),
	  .told = { START, TERM(-1), OOM, DIE(1, 137) },
	  .caused = YES,
	  .stale = NO,
	  .docker = NO,
	  .stop = NO,
	  .host = NO },
	{ .what = "the flag is not set, and another killed",
	  .killed = true,
	  ENDS(4, 137),
	  .told = { START, OOM, KILL9(4), DIE(4, 137) },
	  .caused = NO,
	  .stale = NO,
	  .docker = YES,
	  .stop = NO,
	  .host = NO },
	{ .what = "killed, and no events",
	  .killed = true,
	  .flag = true,
	  ENDS(6, 137),
	  .caused = OPEN,
	  .stale = OPEN,
	  .docker = OPEN,
	  .stop = OPEN,
	  .host = OPEN },
	{ .what = "killed, and the events begin with the end",
	  .killed = true,
	  .flag = true,
	  ENDS(6, 137),
	  .told = { DIE(6, 137) },
	  .caused = OPEN,
	  .stale = OPEN,
	  .docker = OPEN,
	  .stop = OPEN,
	  .host = OPEN },
	{ .what = "docker kill",
	  ENDS(0, 137),
	  .told = { START, KILL9(0), DIE(0, 137) },
	  .docker = YES,
	  .stop = NO,
	  .host = NO },
	{ .what = "docker kill of one that is long forgotten",
	  ENDS(0, 137),
	  .told = { KILL9(0), DIE(0, 137) },
	  .docker = HALF,
	  .stop = OPEN,
	  .host = NO },
	{ .what = "docker stop",
	  ENDS(0, 137),
	  .told = { START, TERM(-10), KILL9(0), DIE(0, 137) },
	  .docker = NO,
	  .stop = YES,
	  .host = NO },
	{ .what = "from the host",
	  ENDS(0, 137),
	  .told = { START, DIE(0, 137) },
	  .log = true,
	  .docker = NO,
	  .stop = NO,
	  .host = HALF }, /* an oomd is on the host, too */
	{ .what = "from the host, and the log is short",
	  ENDS(0, 137),
	  .told = { START, DIE(0, 137) },
	  .docker = NO,
	  .stop = NO,
	  .host = HALF },
	{ .what = "the flag alone",
	  .flag = true,
	  ENDS(0, 137),
	  .told = { START, DIE(0, 137) },
	  .stale = NO,
	  .docker = NO,
	  .stop = NO,
	  .host = OPEN },
	{ .what = "the flag, and docker kill",
	  .flag = true,
	  ENDS(0, 137),
	  .told = { START, KILL9(0), DIE(0, 137) },
	  .stale = HALF,
	  .docker = YES,
	  .stop = NO,
	  .host = NO },
	{ .what = "ends by itself", ENDS(0, 1), .told = { START, DIE(0, 1) } },
	{ .what = "SIGTERM is enough", ENDS(0, 143), .told = { START, TERM(0), DIE(0, 143) } },
};

static struct kill_case *make_case(struct ow_arena *arena, const struct row *row)
{
	struct kill k = kill_leak();
	struct kill_case *kase;
	struct ow_event *events = ow_alloc(arena, EVENTS, sizeof(*events));
	int64_t t0;

	k.limit_memcg = "/docker/" ID;
	k.limit_kind = OW_OWNER_CONTAINER;
	k.limit_id = ID;
	k.task[1] = (struct kill_task){ "sh", 300, 900, 0, 60, 0, 0 };
	kase = kill_case(arena, &k);
	t0 = kase->oom.time_usec;
	kase->c.asked = "leaky";
	kase->c.n_kills = row->killed;
	kase->c.n_containers = 1;
	kase->container = (struct ow_container){
		.have = OW_CONTAINER_RUNNING | OW_CONTAINER_OOM_KILLED | OW_CONTAINER_EXIT |
			OW_CONTAINER_STARTED | OW_CONTAINER_FINISHED,
		.source = "docker/" ID ".json",
		.id = ID,
		.name = "leaky",
		.oom_killed = row->flag,
		.exit_code = row->code,
		.started_usec = t0 - 100 * OW_USEC_PER_SEC,
		.finished_usec = t0 + row->end * OW_USEC_PER_SEC,
	};
	kase->source.have = OW_SOURCE_PERIOD;
	kase->source.first_usec = row->log ? t0 - 1000 * OW_USEC_PER_SEC : t0;
	kase->source.last_usec = t0 + 1000 * OW_USEC_PER_SEC;
	kase->c.events = events;
	for (size_t i = 0; i < EVENTS && row->told[i].kind; i++)
		events[kase->c.n_events++] = (struct ow_event){
			.kind = row->told[i].kind,
			.have = OW_EVENT_EXIT | OW_EVENT_SIGNAL,
			.time_usec = t0 + row->told[i].second * OW_USEC_PER_SEC,
			.exit_code = row->told[i].value,
			.signal = row->told[i].value,
			.container = ID,
			.source = "docker/" ID ".events.json",
			.line = i + 1,
			.text = OW_STR("{}"),
		};
	return kase;
}

static void the_truth_table_holds(void **state)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		const struct kill_case *kase = make_case(*state, row);
		const struct {
			const char *label, *verdict;
		} labels[] = {
			{ "oom-caused-exit", row->caused },
			{ "stale-oom-flag", row->stale },
			{ "not-oom-docker-kill", row->docker },
			{ "not-oom-stop-timeout", row->stop },
			{ "not-oom-host-kill", row->host },
		};

		for (size_t l = 0; l < OW_ARRAY_SIZE(labels); l++) {
			const char *expected = labels[l].verdict ? labels[l].verdict : "not asked";
			const char *found = kill_verdict(*state, &kase->c, labels[l].label);

			if (strcmp(found, expected) != 0)
				fail_msg("%s: %s is %s, not %s", row->what, labels[l].label, found,
					 expected);
		}
	}
}

/* No verdict gets stronger when events are taken away. */
static void fewer_events_prove_no_more(void **state)
{
	static const char *const labels[] = { "oom-caused-exit", "stale-oom-flag",
					      "not-oom-docker-kill", "not-oom-stop-timeout",
					      "not-oom-host-kill" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct kill_case *kase = make_case(*state, &rows[i]);

		/* An engine forgets the oldest first. */
		while (kase->c.n_events) {
			kase->c.events++;
			kase->c.n_events--;
			for (size_t l = 0; l < OW_ARRAY_SIZE(labels); l++) {
				const char *now = kill_verdict(*state, &kase->c, labels[l]);
				const struct kill_case *all = make_case(*state, &rows[i]);
				const char *before = kill_verdict(*state, &all->c, labels[l]);

				if (strcmp(now, YES) == 0 && strcmp(before, YES) != 0)
					fail_msg("%s: %s is confirmed without event %zu",
						 rows[i].what, labels[l], kase->c.n_events);
			}
		}
	}
}

/* A container that ended by its engine's hand is no unexplained death. */
static void a_known_killer_leaves_nothing_to_explain(void **state)
{
	struct row row = { .what = "docker kill",
			   ENDS(0, 137),
			   .told = { START, KILL9(0), DIE(0, 137) },
			   .log = true };
	struct kill_case *kase = make_case(*state, &row);

	assert_verdict(*state, kase, "no-oom", "confirmed");
	kase->c.n_events = 0;
	assert_verdict(*state, kase, "no-oom", "not-tested");
}

/* Of a container that is removed there is nothing but events. */
static void a_removed_container_has_an_end(void **state)
{
	struct row row = { .what = "removed",
			   .killed = true,
			   ENDS(0, 137),
			   .told = { START, OOM, DIE(6, 137), { OW_EVENT_DESTROY, 6, 0 } } };
	struct kill_case *kase = make_case(*state, &row);

	kase->c.n_containers = 0;
	assert_verdict(*state, kase, "oom-caused-exit", "supported");
	kase->c.n_kills = 0;
	assert_verdict(*state, kase, "oom-caused-exit", "supported");
}

/* The first process lived on when its child was killed: its end says so, or what it got later. */
static void a_child_is_told_by_how_the_container_ended(void **state)
{
	static const struct row cases[] = {
		{ .what = "killed later",
		  .killed = true,
		  ENDS(1, 137),
		  .told = { START, OOM, KILL9(1), DIE(1, 137) } },
		{ .what = "status 1",
		  .killed = true,
		  ENDS(1, 1),
		  .told = { START, OOM, DIE(1, 1) } },
		{ .what = "much later",
		  .killed = true,
		  ENDS(60, 137),
		  .told = { START, OOM, DIE(60, 137) } },
		{ .what = "at once",
		  .killed = true,
		  ENDS(0, 137),
		  .told = { START, OOM, DIE(0, 137) } },
	};
	static const char *const verdicts[] = { "confirmed", "confirmed", "supported",
						"not-tested" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct kill_case *kase = make_case(*state, &cases[i]);

		assert_verdict(*state, kase, "child-killed", verdicts[i]);
		kase->c.n_containers = 0; /* it is removed, and its events are left */
		assert_verdict(*state, kase, "child-killed", verdicts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_truth_table_holds),
		UNIT(fewer_events_prove_no_more),
		UNIT(a_known_killer_leaves_nothing_to_explain),
		UNIT(a_removed_container_has_an_end),
		UNIT(a_child_is_told_by_how_the_container_ended),
	};

	return cmocka_run_group_tests_name("analyze/kill-exit", tests, NULL, NULL);
}
