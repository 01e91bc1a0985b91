/* SPDX-License-Identifier: Apache-2.0 */
/* Walks over what was copied of /sys/fs/cgroup on real hosts. */
#include "cgroup-walk.h"
#include "stats.h"

static struct walked walk_fixture(struct ow_arena *arena, const char *name)
{
	return walk(arena, ow_printf(arena, "%s/cgroup/%s/input", getenv("OW_TEST_DATA"), name),
		    OW_CGROUP_ALL);
}

static void trees_of_real_hosts_are_read_whole(void **state)
{
	static const struct {
		const char *name;
		uint64_t version;
		size_t groups;
		unsigned have; /* what all groups but the root have */
	} cases[] = {
		{ "v2-5.10", 2, 17,
		  OW_CGROUP_HIGH | OW_CGROUP_SWAP | OW_CGROUP_PSI | OW_CGROUP_EVENTS_LOCAL |
			  OW_CGROUP_OOM_GROUP | OW_CGROUP_PIDS_LIMIT },
		{ "v2-6.12", 2, 17,
		  OW_CGROUP_HIGH | OW_CGROUP_SWAP | OW_CGROUP_PSI | OW_CGROUP_EVENTS_LOCAL |
			  OW_CGROUP_OOM_GROUP | OW_CGROUP_PIDS_LIMIT | OW_CGROUP_PEAK },
		{ "hybrid-6.18", 1, 13,
		  OW_CGROUP_PEAK | OW_CGROUP_SOFT_LIMIT | OW_CGROUP_MEMSW | OW_CGROUP_KMEM |
			  OW_CGROUP_UNDER_OOM | OW_CGROUP_USE_HIERARCHY },
	};
	const unsigned all = OW_CGROUP_USAGE | OW_CGROUP_LIMIT | OW_CGROUP_STAT |
			     OW_CGROUP_OOM_KILLS | OW_CGROUP_PROCESSES | OW_CGROUP_BINDING_LIMIT;

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const unsigned have = all | cases[i].have;
		const struct walked walked = walk_fixture(*state, cases[i].name);

		assert_int_equal(walked.n, cases[i].groups);
		assert_int_equal(walked.seen.partial + walked.seen.denied + walked.seen.vanished,
				 0);
		for (size_t k = 0; k < walked.n; k++) {
			assert_int_equal(walked.group[k].version, cases[i].version);
			if (k)
				assert_int_equal(walked.group[k].have & have, have);
		}
	}
}

#define POD                                         \
	"/kubepods.slice/kubepods-burstable.slice/" \
	"kubepods-burstable-pod1f8dd0b3_0a4c_4d36_9a51_5a1b6a3f1c11.slice"
#define API                                                                                    \
	POD "/cri-containerd-d171794c5c1f7a50aeb8f7056ab84a4fbcd6fbd594b1999bddaefdd03efc0591" \
	    ".scope"

static void the_pods_limit_binds_its_containers(void **state)
{
	static const char *const names[] = { "v2-5.10", "v2-6.12", "hybrid-6.18" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		const struct walked walked = walk_fixture(*state, names[i]);
		const struct ow_cgroup *api = find(&walked, API);

		assert_int_equal(api->limit_bytes, OW_MIB(64));
		assert_string_equal(api->binding_limit.path, POD);
		assert_int_equal(api->binding_limit.limit_bytes, OW_MIB(48));
		assert_true(api->binding_limit.usage_bytes > api->usage_bytes);
	}
}

static void the_kill_is_where_the_victim_lived(void **state)
{
	const struct walked walked = walk_fixture(*state, "v2-6.12");
	const struct ow_cgroup *slice = find(&walked, "/team.slice");
	const struct ow_cgroup *app = find(&walked, "/team.slice/app.service");

	assert_int_equal(slice->oom_kills, 1);
	assert_int_equal(stat_of(&slice->events_local, "oom"), 1);
	assert_int_equal(stat_of(&slice->events_local, "oom_kill"), 0);
	assert_int_equal(stat_of(&app->events_local, "oom"), 0);
	assert_int_equal(stat_of(&app->events_local, "oom_kill"), 1);
	assert_int_equal(app->processes, 0);
}

static void what_slows_down_is_no_kill(void **state)
{
	const struct walked walked = walk_fixture(*state, "v2-6.12");
	const struct ow_cgroup *throttled = find(&walked, "/system.slice/throttled.service");

	assert_int_equal(throttled->high_bytes, OW_MIB(12));
	assert_true(throttled->usage_bytes > OW_MIB(12));
	assert_int_equal(throttled->oom_kills, 0);
	assert_true(stat_of(&throttled->events, "high") > 0);
	assert_true(throttled->psi.full.total_usec > 1000000);
	assert_int_equal(throttled->pids_limit, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(trees_of_real_hosts_are_read_whole),
		UNIT(the_pods_limit_binds_its_containers),
		UNIT(the_kill_is_where_the_victim_lived),
		UNIT(what_slows_down_is_no_kill),
	};

	return cmocka_run_group_tests_name("collect/cgroup-hosts", tests, NULL, NULL);
}
