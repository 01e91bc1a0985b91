/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/process.h"

#include "analyze/makeup.h"
#include "analyze/words.h"

#define TOO_MUCH     1.05
#define SMALL        0.25 /* of all that the processes hold */
#define SMALL_COUNT  10
#define HALF_MAPPED  0.5
#define SWAP_OF_NONE 0.20
#define OWNED        0.50
#define AGREEMENT    0.10

static bool shmem_is_void(const struct ow_scene *s)
{
	const struct ow_amount *shmem = &s->balance.part[OW_PART_SHMEM];

	if (!ow_makeup_dominates(&s->balance, OW_PART_SHMEM))
		return false;
	return !s->holders.shmem_counted ||
	       ow_share(s->holders.mapped_shmem_bytes, shmem->bytes) < HALF_MAPPED;
}

/* Kernel memory that is not page tables: freed by the last descriptor or thread, not by size. */
static bool kernel_is_void(const struct ow_balance *b)
{
	uint64_t all = b->part[OW_PART_KERNEL].have
			       ? b->part[OW_PART_KERNEL].bytes
			       : ow_add(b->part[OW_PART_SLAB].bytes, b->rest.bytes);
	uint64_t other = ow_less(all, b->part[OW_PART_PAGETABLES].bytes);

	return ow_makeup_outcome(b, other) == OW_HELD || ow_makeup_dominates(b, OW_PART_SOCK) ||
	       ow_makeup_dominates(b, OW_PART_SLAB);
}

const struct ow_void *ow_process_void(const struct ow_scene *s)
{
	static const struct ow_void shared = {
		"shared memory is freed with its last user, and the record does not show who that is",
		"who has the shared memory mapped or open, and what is in tmpfs",
		"df -t tmpfs; ipcs -mp; ls -l /proc/[0-9]*/fd 2>/dev/null | grep -e memfd: -e /dev/shm",
	};
	static const struct ow_void of_kernel = {
		"kernel memory is freed with the descriptors or threads that hold it, and the "
		"record does not show whose they are",
		"who has the most descriptors and threads open",
		"for p in /proc/[0-9]*; do echo $(ls $p/fd 2>/dev/null | wc -l) $(ls $p/task | wc -l) "
		"$(cat $p/comm); done | sort -n | tail",
	};
	static const struct ow_void cache = {
		"file cache belongs to no process",
		"who writes the files",
		"grep -H write_bytes /proc/[0-9]*/io 2>/dev/null | sort -k2 -n | tail",
	};
	static const struct ow_void swapped_out = {
		"much of the swap belongs to no process",
		"who wrote to tmpfs",
		"df -t tmpfs; ipcs -mu",
	};
	static const struct ow_void small = { "all processes together hold less than half of it",
					      NULL, NULL };
	const struct ow_balance *b = &s->balance;
	struct ow_amount swapped = ow_balance_swapped_shmem(b);

	if (shmem_is_void(s))
		return &shared;
	if (kernel_is_void(b))
		return &of_kernel;
	if (b->part[OW_PART_SHMEM].have && ow_makeup_dominates(b, OW_PART_CACHE))
		return &cache;
	if (swapped.have && ow_share(swapped.bytes, b->total.bytes) >= SWAP_OF_NONE)
		return &swapped_out;
	if (s->holders.n_processes && b->total.have &&
	    ow_share(s->holders.most_bytes, b->total.bytes) < OWNED)
		return &small;
	return NULL;
}

void ow_process_open(const struct ow_scene *s, struct ow_finding *f, const struct ow_void *why)
{
	if (!why->command) {
		ow_finding_open(s, f, "%s", why->text);
		return;
	}
	ow_finding_settle(f, OW_OPEN, NULL, "%s", why->text);
	ow_finding_need(f, why->datum, why->command);
}

size_t ow_process_storm(const struct ow_scene *s)
{
	const struct ow_case *c = s->c;
	size_t n = 0;

	for (size_t i = 0; s->victim && s->victim->comm && i < c->n_kills; i++) {
		const struct ow_oom_victim *v = ow_oom_victims(c->kills[i]);

		for (size_t k = 0; k < c->kills[i]->victims.n; k++)
			n += v[k].comm && strcmp(v[k].comm, s->victim->comm) == 0;
	}
	return n;
}

bool ow_process_many_small(const struct ow_scene *s)
{
	const struct ow_holders *h = &s->holders;
	const struct ow_balance *b = &s->balance;
	double largest = ow_share(h->largest_bytes, h->most_bytes);
	bool storm = ow_process_storm(s) >= SMALL_COUNT && largest < OW_DOMINATES;

	if (h->n_processes < SMALL_COUNT || !b->total.have || ow_process_void(s))
		return false;
	/* Resident size counts shared pages again and again: then the group's own counter decides.
	 */
	if (!h->exact && !ow_makeup_dominates(b, OW_PART_ANON))
		return false;
	return (largest <= SMALL || storm) &&
	       ow_share(h->most_bytes, b->total.bytes) >= OW_DOMINATES;
}

bool ow_process_too_much(const struct ow_scene *s)
{
	const struct ow_holders *h = &s->holders;

	return h->exact && s->balance.total.have &&
	       ow_share(h->most_bytes, s->balance.total.bytes) > TOO_MUCH;
}

/* What the group's own counters say that processes hold. */
static uint64_t counted_bytes(const struct ow_scene *s)
{
	const struct ow_balance *b = &s->balance;
	uint64_t sum = ow_add(b->part[OW_PART_ANON].bytes, b->swapents.bytes);

	sum = ow_add(sum, b->part[OW_PART_PAGETABLES].bytes);
	return s->holders.shmem_counted ? ow_add(sum, s->holders.mapped_shmem_bytes) : sum;
}

enum ow_trust ow_process_trust(const struct ow_scene *s, uint64_t *bar_bytes)
{
	const struct ow_holders *h = &s->holders;
	const struct ow_host *host = &s->c->host;
	uint64_t sum = h->exact ? h->most_bytes : h->victim ? h->victim->least_bytes : 0;
	uint64_t counted = counted_bytes(s);
	uint64_t apart = sum > counted ? sum - counted : counted - sum;

	*bar_bytes = 0;
	if (ow_rss_error(s->oom, host->have & OW_HOST_CPUS ? host->cpus : 0, bar_bytes))
		return OW_TRUST_BAR;
	if (s->balance.part[OW_PART_ANON].have && s->balance.total.have &&
	    ow_share(apart, s->balance.total.bytes) <= AGREEMENT)
		return OW_TRUST_CHECK;
	return OW_TRUST_NONE;
}

const char *ow_process_program(const struct ow_scene *s, struct ow_finding *f,
			       const struct ow_program *program)
{
	const struct ow_oom_task *t = program->largest;

	if (program->n > 1)
		return ow_finding_text(f, "%s processes of %s",
				       ow_words_count(f->arena, program->n),
				       ow_words_process(f->arena, program->comm, -1));
	if (program->victim)
		return s->victim_name;
	return ow_words_process(f->arena, program->comm, t->have & OW_TASK_PID ? t->pid : -1);
}
