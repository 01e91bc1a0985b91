/* SPDX-License-Identifier: Apache-2.0 */
#include "kill.h"
#include "report/report.h"

static struct kill kill_of_kind(size_t i)
{
	struct kill k = kill_leak();

	switch (i) {
	case 0:
		break;
	case 1: /* a sibling holds it */
		k.task[0] = (struct kill_task){ "innocent", 6144, 800, 0, 60, 0, 900 };
		k.task[1] = (struct kill_task){ "grower", 58500, 900, 0, 160, 0, -950 };
		break;
	case 2: /* a pod's limit */
		k.limit_memcg = "/kubepods/pod1";
		k.limit_kind = OW_OWNER_POD;
		k.limit_id = "1";
		k.task_memcg = "/kubepods/pod1/c";
		k.task_kind = OW_OWNER_CONTAINER;
		k.task_id = "c";
		break;
	case 3: /* shared memory that four map */
		k.stat[0].value = 9000;
		k.stat[1].value = k.stat[6].value = 55000;
		for (size_t n = 0; n < 4; n++)
			k.task[n] = (struct kill_task){ "mapper", 500, 100, 54000, 120, 0, 0 };
		break;
	case 4: /* swap is used up */
		k.swap = k.swap_limit = 40000;
		k.task[0].swap = 39000;
		break;
	case 5: /* page tables */
		k.stat[0].value = 300;
		k.stat[2].value = k.stat[4].value = 65000;
		k.task[0] = (struct kill_task){ "pt", 100, 100, 0, 65000, 0, 0 };
		break;
	case 6: /* cgroup v1, unix sockets */
		k.version = 1;
		k.kmem = 64000;
		k.swap = 65536;
		k.swap_limit = 131072;
		memset(k.stat, 0, sizeof(k.stat));
		k.stat[0].name = "total_rss";
		k.stat[0].value = 800;
		k.stat[1].name = "total_cache";
		k.stat[2].name = "total_shmem";
		k.trace[0] = "sock_alloc_send_pskb";
		k.task[0] = (struct kill_task){ "talker", 800, 100, 0, 60, 0, 0 };
		break;
	case 7: /* many small ones */
		for (size_t n = 0; n < 61; n++)
			k.task[n] = (struct kill_task){ "worker", 1040, 100, 0, 20, 0, 0 };
		break;
	default: /* the machine */
		k.kind = OW_OOM_GLOBAL;
		memset(k.stat, 0, sizeof(k.stat));
		k.stat[0].name = "free";
		k.stat[0].value = 2000;
		k.stat[1].name = "active_anon";
		k.stat[1].value = 180000;
		k.stat[2].name = "shmem";
		k.stat[3].name = "active_file";
		k.task[0].anon = 170000;
		break;
	}
	return k;
}

#define KINDS 9

static struct kill_case *case_of_kind(struct ow_arena *arena, size_t i)
{
	const struct kill k = kill_of_kind(i);
	struct kill_case *kase = kill_case(arena, &k);

	if (k.kind == OW_OOM_GLOBAL) {
		kase->oom.have |= OW_OOM_RAM | OW_OOM_SWAP_TOTAL | OW_OOM_SWAP_FREE;
		kase->oom.ram_bytes = 200000 * 1024;
	}
	return kase;
}

static void what_stands_cites_lines_of_the_record(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct kill_case *kase = case_of_kind(*state, i);
		struct ow_chain chain;

		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		for (size_t k = 0; k < chain.n; k++) {
			const struct ow_finding *f = &chain.finding[k];
			size_t cites = 0;

			assert_non_null(f->word);
			assert_true(f->statement[0] != '\0');
			for (size_t r = 0; r < f->n_reasons; r++)
				cites += f->reason[r].against ? 0 : f->reason[r].n_cites;
			if (f->verdict == OW_CONFIRMED || f->verdict == OW_SUPPORTED)
				assert_true(cites > 0);
			if (f->verdict == OW_NOT_TESTED)
				assert_true(f->n_needs > 0);
		}
	}
}

static void a_confirmed_one_has_no_rival_left(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct kill_case *kase = case_of_kind(*state, i);
		struct ow_chain chain;

		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		for (size_t k = 0; k < chain.n; k++) {
			const struct ow_finding *f = &chain.finding[k];

			if (f->verdict != OW_CONFIRMED || f->hypothesis->stand != OW_RIVAL)
				continue;
			for (size_t j = 0; j < chain.n; j++)
				if (j != k && chain.finding[j].hypothesis->stand == OW_RIVAL &&
				    chain.finding[j].hypothesis->level == f->hypothesis->level)
					assert_int_equal(chain.finding[j].verdict, OW_REFUTED);
		}
	}
}

static void a_supported_one_names_its_rivals_or_its_cap(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct kill_case *kase = case_of_kind(*state, i);
		struct ow_chain chain;

		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		for (size_t k = 0; k < chain.n; k++)
			if (chain.finding[k].verdict == OW_SUPPORTED)
				assert_true(chain.finding[k].n_rivals ||
					    chain.finding[k].outcome == OW_PARTLY);
	}
}

/* Whoever is named where everything is known. */
static const char *const never[KINDS][4] = {
	{ "sibling-holder", "memcg-ancestor-limit", "shmem", "many-small" },
	{ "victim-is-holder", "memcg-ancestor-limit", "shmem", "many-small" },
	{ "sibling-holder", "memcg-own-limit", "shmem", "many-small" },
	{ "victim-is-holder", "memcg-ancestor-limit", "anon", "sibling-holder" },
	{ "sibling-holder", "memcg-ancestor-limit", "shmem", "swapped-shmem" },
	{ "sibling-holder", "memcg-ancestor-limit", "anon", "kernel-slab" },
	{ "sibling-holder", "memcg-ancestor-limit", "anon", "victim-is-holder" },
	{ "sibling-holder", "memcg-ancestor-limit", "shmem", "other-cgroup" },
	{ "sibling-holder", "memcg-own-limit", "shmem", "kernel-memcg-oom" },
};

/* The data that a record can lack, one after the other. False when there are no more. */
static bool take_away(struct kill_case *kase, size_t what)
{
	static const unsigned bits[] = { OW_OOM_TRIGGER, OW_OOM_USAGE, OW_OOM_LIMIT, OW_OOM_SWAP,
					 OW_OOM_MEMSW,   OW_OOM_KMEM,  OW_OOM_PAGE,  OW_OOM_RAM,
					 OW_OOM_TIME,    OW_OOM_BOOT };
	struct ow_oom *oom = &kase->oom;
	struct ow_stat *stat = oom->memory_stat.n ? oom->memory_stat.item : oom->meminfo.item;
	size_t n_stats = oom->memory_stat.n ? oom->memory_stat.n : oom->meminfo.n;
	static const unsigned columns[] = { OW_TASK_RSS_ANON, OW_TASK_RSS_SHMEM, OW_TASK_PGTABLES,
					    OW_TASK_SWAP,     OW_TASK_ADJ,       OW_TASK_RSS };

	if (what < OW_ARRAY_SIZE(bits)) {
		oom->have &= ~bits[what];
		return true;
	}
	what -= OW_ARRAY_SIZE(bits);
	if (what < n_stats) {
		stat[what].name = "lost";
		return true;
	}
	what -= n_stats;
	if (what < OW_ARRAY_SIZE(columns)) {
		for (size_t i = 0; i < oom->tasks.n; i++)
			ow_oom_tasks(oom)[i].have &= ~columns[what];
		return true;
	}
	what -= OW_ARRAY_SIZE(columns);
	switch (what) {
	case 0:
		oom->tasks.n = 0;
		return true;
	case 1:
		oom->victims.n = 0;
		return true;
	case 2:
		oom->memory_stat.n = oom->meminfo.n = 0;
		return true;
	case 3:
		oom->kernel = NULL;
		return true;
	case 4:
		oom->trace.n = 0;
		return true;
	case 5:
		oom->task_memcg = NULL;
		oom->task_owner = (struct ow_owner){ 0 };
		return true;
	case 6:
		oom->limit_memcg = NULL;
		oom->limit_owner = (struct ow_owner){ 0 };
		return true;
	case 7:
		oom->texts.n = 0;
		return true;
	case 8:
		kase->c.host.have = 0;
		return true;
	default:
		return false;
	}
}

/* Stress: judge again with each datum taken away. What was refuted for good reason may become
 * open; it may not become an accusation. */
static void a_datum_that_is_missing_accuses_nobody(void **state)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t what = 0;; what++) {
			struct kill_case *kase = case_of_kind(*state, i);

			if (!take_away(kase, what))
				break;
			for (size_t k = 0; k < 4; k++) {
				const char *verdict = kill_verdict(*state, &kase->c, never[i][k]);

				if (strcmp(verdict, "confirmed") == 0 ||
				    strcmp(verdict, "supported") == 0)
					fail_msg("kind %zu without datum %zu: %s is %s", i, what,
						 never[i][k], verdict);
			}
			ow_arena_clear(*state);
		}
}

/* Two data at once, for the pairs that a cut record really lacks. */
static void two_data_that_are_missing_accuse_nobody_either(void **state)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t first = 0;; first++) {
			struct kill_case *kase = case_of_kind(*state, i);

			if (!take_away(kase, first))
				break;
			for (size_t second = 0;; second++) {
				kase = case_of_kind(*state, i);
				if (!take_away(kase, first) || !take_away(kase, second))
					break;
				for (size_t k = 0; k < 4; k++) {
					const char *verdict =
						kill_verdict(*state, &kase->c, never[i][k]);

					if (strcmp(verdict, "confirmed") == 0)
						fail_msg("kind %zu without data %zu and %zu: %s", i,
							 first, second, never[i][k]);
				}
				ow_arena_clear(*state);
			}
		}
}

static void a_holder_is_only_named_where_all_above_is_supported(void **state)
{
	static const char *const labels[KINDS] = { "victim-is-holder",
						   "sibling-holder",
						   "victim-is-holder",
						   "shared-mappers",
						   "victim-is-holder",
						   "victim-is-holder",
						   NULL,
						   "many-small",
						   NULL };

	for (size_t i = 0; i < KINDS; i++) {
		struct kill_case *kase = case_of_kind(*state, i);
		struct ow_chain chain;

		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		if (labels[i])
			assert_string_equal(chain.holder->hypothesis->label, labels[i]);
		else
			assert_null(chain.holder);
	}
}

/* All the same is said of it, and nothing for certain. */
static void of_a_record_that_may_be_forged_nothing_is_confirmed(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct kill_case *kase = case_of_kind(*state, i);
		struct ow_chain sure, doubted;
		size_t confirmed = 0;

		assert_int_equal(ow_chain_run(&kase->c, *state, &sure), 0);
		kase->oom.have |= OW_OOM_DOUBTED;
		assert_int_equal(ow_chain_run(&kase->c, *state, &doubted), 0);
		assert_int_equal(sure.n, doubted.n);
		for (size_t f = 0; f < sure.n; f++) {
			const enum ow_verdict was = sure.finding[f].verdict;

			confirmed += was == OW_CONFIRMED;
			assert_int_equal(doubted.finding[f].verdict,
					 was == OW_CONFIRMED ? OW_SUPPORTED : was);
		}
		assert_true(confirmed > 0);
	}
}

static void of_an_incident_the_one_that_was_asked_for_is_judged(void **state)
{
	static const struct {
		const char *asked, *victim;
	} cases[] = {
		{ NULL, "first" }, { "second.service", "second" }, { "first.service", "first" },
		{ "", "first" },   { "nobody.service", "first" },
	};
	struct kill k = kill_leak();
	const struct ow_oom *kills[2];
	struct kill_case *kase, *other;

	k.limit_memcg = "/team.slice";
	k.task_kind = OW_OWNER_UNIT;
	k.task_memcg = "/team.slice/first.service";
	k.task_id = "first.service";
	k.task[0].comm = "first";
	kase = kill_case(*state, &k);
	k.task_memcg = "/team.slice/second.service";
	k.task_id = "second.service";
	k.task[0].comm = "second";
	other = kill_case(*state, &k);
	kills[0] = &kase->oom;
	kills[1] = &other->oom;
	kase->c.kills = kills;
	kase->c.n_kills = 2;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_chain chain;

		kase->c.asked_id = cases[i].asked;
		assert_int_equal(ow_chain_run(&kase->c, *state, &chain), 0);
		assert_string_equal(chain.scene.victim->comm, cases[i].victim);
	}
}

static void nobody_is_said_to_have_grown(void **state)
{
	for (size_t i = 0; i < KINDS; i++) {
		struct kill_case *kase = case_of_kind(*state, i);
		const char *tenant = kill_verdict(*state, &kase->c, "tenant-grower");

		assert_verdict(*state, kase, "inconclusive", "not-tested");
		assert_true(strcmp(tenant, "not-tested") == 0 || strcmp(tenant, "not asked") == 0);
	}
}

static void without_memory_it_says_so(void **state)
{
	struct kill_case *kase = case_of_kind(*state, 0);
	bool done = false;

	for (size_t limit = 64; !done; limit += 512 + limit / 32) {
		struct ow_arena *small = ow_arena_new(limit);
		struct ow_report report;
		struct ow_chain chain;
		int r = ow_chain_run(&kase->c, small, &chain);

		if (r == 0)
			r = ow_report_make(&kase->c, &chain, small, &report);
		done = r == 0;
		if (!done)
			assert_int_equal(r, -ENOMEM);
		ow_arena_free(small);
		assert_true(limit < OW_MIB(4));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(what_stands_cites_lines_of_the_record),
		UNIT(a_confirmed_one_has_no_rival_left),
		UNIT(a_supported_one_names_its_rivals_or_its_cap),
		UNIT(a_datum_that_is_missing_accuses_nobody),
		UNIT(two_data_that_are_missing_accuse_nobody_either),
		UNIT(a_holder_is_only_named_where_all_above_is_supported),
		UNIT(of_a_record_that_may_be_forged_nothing_is_confirmed),
		UNIT(of_an_incident_the_one_that_was_asked_for_is_judged),
		UNIT(nobody_is_said_to_have_grown),
		UNIT(without_memory_it_says_so),
	};

	return cmocka_run_group_tests_name("analyze/chain", tests, NULL, NULL);
}
