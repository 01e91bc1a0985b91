/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "render/account.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOMENTS_MAX 12

/* Numbers out of the bytes: small ones, round ones and the largest. */
struct bytes {
	const uint8_t *p;
	size_t n;
};

static uint64_t take(struct bytes *b)
{
	const uint8_t byte = b->n ? *b->p : 0;

	b->p += b->n > 0;
	b->n -= b->n > 0;
	if (byte == 255)
		return UINT64_MAX;
	return byte < 128 ? (uint64_t)byte << 20 : (uint64_t)1 << (byte & 63);
}

static void fill(struct bytes *b, void *record, size_t at, size_t size)
{
	for (; at + sizeof(uint64_t) <= size; at += sizeof(uint64_t)) {
		const uint64_t value = take(b);

		memcpy((char *)record + at, &value, sizeof(value));
	}
}

struct world {
	struct ow_go_moment moment[MOMENTS_MAX];
	struct ow_go_stats stats[MOMENTS_MAX];
	struct ow_process process[MOMENTS_MAX];
	struct ow_cgroup group[MOMENTS_MAX];
};

static void make(struct world *w, size_t i, struct bytes *b)
{
	struct ow_go_stats *stats = &w->stats[i];
	struct ow_process *process = &w->process[i];
	struct ow_cgroup *group = &w->group[i];

	fill(b, &stats->memstats, offsetof(struct ow_memstats, alloc_bytes),
	     sizeof(stats->memstats));
	stats->memstats.have = (unsigned)take(b) * 2654435761U >> (take(b) & 3);
	stats->memstats.last_gc_usec &= INT64_MAX;
	stats->have = (unsigned)(take(b) >> 20);
	stats->goroutines = take(b);
	stats->gogc_percent = take(b);
	stats->memory_limit_bytes = take(b);
	stats->live_bytes = take(b);
	stats->limiter_cycle = take(b);
	stats->source = (struct ow_go_source){ "page", (int64_t)(take(b) >> 2) };
	fill(b, process, offsetof(struct ow_process, total_vm_bytes),
	     offsetof(struct ow_process, oom_score));
	process->have = (unsigned)(take(b) >> 10);
	group->version = 1 + (take(b) & 1);
	group->have = (unsigned)(take(b) >> 18) & (OW_CGROUP_USAGE | OW_CGROUP_LIMIT);
	group->usage_bytes = take(b);
	group->limit_bytes = take(b);
	group->path = "/a";
	w->moment[i] = (struct ow_go_moment){
		.stats = stats,
		.n_stats = take(b) & 1 ? 0 : 1,
		.profile_source = { take(b) == 0 ? NULL : "heap", 0 },
		.profile_bytes = take(b),
		.profile_error_bytes = take(b),
		.process = process,
		.status_source = { "status", 0 },
		.smaps_source = { "smaps_rollup", 0 },
		.cgroup = group,
		.cgroup_source = { "group", 0 },
	};
}

static void add_up(const struct ow_account *a)
{
	int64_t sum = 0;

	for (size_t i = 0; i < a->n_steps; i++) {
		const struct ow_account_step *step = &a->step[i];

		if (!step->title || !step->cause)
			abort();
		sum += step->kind == OW_STEP_TOTAL ? 0 : step->bytes;
		if (step->kind == OW_STEP_TOTAL && i && sum != step->bytes)
			abort();
		if (step->kind == OW_STEP_TOTAL)
			sum = step->bytes;
	}
}

/* What one moment cannot say. */
static void check(const struct ow_account *a)
{
	static const char *const grow[] = { "live-leak", "goroutine-leak", "off-heap", "churn" };

	for (size_t i = 0; i < ow_account_n_classes; i++) {
		const struct ow_finding *f = &a->finding[i];

		if (!f->statement || f->verdict == OW_CONFIRMED)
			abort();
		for (size_t k = 0; a->n == 1 && k < OW_ARRAY_SIZE(grow); k++)
			if (f->verdict == OW_SUPPORTED &&
			    strcmp(ow_account_class_at(i)->name, grow[k]) == 0)
				abort();
	}
	if (a->advice.have && a->advice.memory_limit > a->limit_bytes)
		abort();
}

static void write_json(const struct ow_account *a)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out || ow_account_json(a, out) < 0 || fclose(out) != 0)
		abort();
	if (memmem(text, n, "nan", 3) || memmem(text, n, "(null)", 6))
		abort();
	free(text);
}

/* The first two bytes are the number of moments and the limit; the rest is their numbers. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct bytes b = { data, size };
	static struct world w;
	const size_t n = 1 + (take(&b) >> 20) % MOMENTS_MAX;
	const uint64_t limit = take(&b);
	struct ow_account a;

	if (!arena)
		return 0;
	w = (struct world){ 0 };
	for (size_t i = 0; i < n; i++)
		make(&w, i, &b);
	if (ow_account_make(&(struct ow_go_series){ w.moment, n }, limit ? limit : UINT64_MAX,
			    arena, &a) < 0)
		abort();
	add_up(&a);
	check(&a);
	write_json(&a);
	return 0;
}
