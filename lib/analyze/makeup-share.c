/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of memory that user space asks for: anonymous, shared, file cache, swap, locked. */
#include <inttypes.h>
#include <stdio.h>

#include "analyze/makeup.h"
#include "analyze/words.h"

#define DIRTY_OF_LIMIT 0.20
#define LOCKED         0.20
#define SWAPPED_SHMEM  0.20

enum ow_outcome ow_makeup_outcome(const struct ow_balance *b, uint64_t bytes)
{
	double share = ow_share(bytes, b->total.bytes);

	if (!b->total.have || b->total.bytes == 0)
		return OW_OPEN;
	return share >= OW_DOMINATES ? OW_HELD : share >= OW_MAJOR ? OW_PARTLY : OW_FAILED;
}

bool ow_makeup_dominates(const struct ow_balance *b, enum ow_part part)
{
	return b->part[part].have && ow_makeup_outcome(b, b->part[part].bytes) == OW_HELD;
}

/* The number as the kernel may have printed it: bytes, kB, or pages. */
static struct ow_cite cite_number(const struct ow_oom *oom, size_t line, uint64_t bytes,
				  const char *note)
{
	const uint64_t page = oom->have & OW_OOM_PAGE ? oom->page_bytes : 4096;
	const uint64_t units[] = { 1, 1024, page };
	struct ow_cite cite = ow_cite_line(oom, line);
	char digits[32];

	for (size_t i = 0; i < OW_ARRAY_SIZE(units) && cite.source && !cite.mark.n; i++) {
		(void)snprintf(digits, sizeof(digits), "%" PRIu64, bytes / units[i]);
		if (units[i] && bytes % units[i] == 0 && bytes)
			cite = ow_cite_mark(oom, line, digits, note);
	}
	return cite;
}

struct ow_cite ow_makeup_cite(const struct ow_oom *oom, const struct ow_amount *amount,
			      const char *note)
{
	return cite_number(oom, amount->line, amount->bytes, note);
}

const char *ow_makeup_whole(const struct ow_scene *s, struct ow_arena *arena)
{
	const struct ow_balance *b = &s->balance;
	bool swap = b->swap.have && b->swap.bytes;
	const char *text =
		ow_printf(arena, "%s%s%s", b->machine ? "the memory in use" : "usage",
			  swap ? " and swap, " : ", ", ow_words_bytes(arena, b->total.bytes));

	return text ? text : "";
}

/*
 * The counters are of the whole machine, and only the nodes that the request may use were short.
 * What is in use on other nodes may be all of this kind, or none of it: that leaves a range.
 */
static void settle_confined(const struct ow_scene *s, struct ow_finding *f, const char *what,
			    const struct ow_amount *part, bool bound)
{
	const struct ow_balance *b = &s->balance;
	const uint64_t used = ow_less(s->zones.own_bytes, s->zones.own_free_bytes);
	const uint64_t whole = ow_add(used, b->swap.have ? b->swap.bytes : 0);
	const uint64_t others = ow_less(b->usage.bytes, used);
	const double most = ow_share(part->bytes < whole ? part->bytes : whole, whole);
	const double least = bound ? 0 : ow_share(ow_less(part->bytes, others), whole);
	const char *at_least = ow_words_share(f->arena, least),
		   *at_most = ow_words_share(f->arena, most);
	const bool failed = most < OW_MAJOR, held = least >= OW_DOMINATES;

	ow_finding_number(f, OW_DERIVED, "share_at_least", "percent", 100 * least);
	ow_finding_number(f, OW_DERIVED, "share_at_most", "percent", 100 * most);
	(failed ? ow_reason_against : ow_reason_for)(
		f, OW_DERIVED, ow_makeup_cite(s->oom, part, what),
		"%s: %s on the machine, so %s to %s of what is in use on the nodes that the request "
		"may use",
		what, ow_words_bytes(f->arena, part->bytes), at_least, at_most);
	ow_reason_also(f, ow_cite_line(s->oom, s->zones.own_line));
	if (failed)
		ow_finding_settle(f, OW_FAILED, NULL, "at most %s of the nodes' memory in use",
				  at_most);
	else if (least >= OW_MAJOR)
		ow_finding_settle(f, held ? OW_HELD : OW_PARTLY, held ? NULL : "major part",
				  "%s was at least %s of the nodes' memory in use, %s", what,
				  at_least, ow_words_bytes(f->arena, used));
	else
		ow_finding_open(s, f, "%s was from %s to %s of the nodes' memory in use", what,
				at_least, at_most);
}

void ow_makeup_settle(const struct ow_scene *s, struct ow_finding *f, const char *what,
		      const struct ow_amount *part, bool bound)
{
	const struct ow_balance *b = &s->balance;
	enum ow_outcome outcome = ow_makeup_outcome(b, part->bytes);
	const char *share = ow_words_share(f->arena, ow_share(part->bytes, b->total.bytes));
	const char *size = ow_words_bytes(f->arena, part->bytes);
	const char *word = NULL;

	if (outcome == OW_OPEN || (bound && outcome != OW_FAILED)) {
		ow_finding_open(s, f, "the record does not print how much %s there was", what);
		return;
	}
	if (b->machine && s->zones.confined) {
		settle_confined(s, f, what, part, bound);
		return;
	}
	if (outcome == OW_PARTLY)
		word = ow_finding_text(f, "major part (%.0f %%)",
				       100 * ow_share(part->bytes, b->total.bytes));
	ow_finding_number(f, OW_DERIVED, bound ? "share_at_most" : "share", "percent",
			  100 * ow_share(part->bytes, b->total.bytes));
	if (!bound)
		ow_finding_number(f, OW_OBSERVED, "size", "bytes", (double)part->bytes);
	(outcome == OW_FAILED ? ow_reason_against : ow_reason_for)(
		f, bound ? OW_DERIVED : OW_OBSERVED, ow_makeup_cite(s->oom, part, what),
		bound ? "%s: at most %s, %s" : "%s: %s, %s", what, size, share);
	if (part->line2)
		ow_reason_also(f, ow_cite_line(s->oom, part->line2));
	ow_reason_also(f, ow_cite_mark(s->oom, b->usage.line, "usage ", "the whole"));
	if (outcome == OW_FAILED)
		ow_finding_settle(f, outcome, word, bound ? "at most %s of %s" : "%s of %s", share,
				  ow_makeup_whole(s, f->arena));
	else
		ow_finding_settle(f, outcome, word, "%s was %s of %s", what, share,
				  ow_makeup_whole(s, f->arena));
}

/* Settles f by the part, or by what bounds it. */
static void by_part(const struct ow_scene *s, struct ow_finding *f, const char *what,
		    enum ow_part part)
{
	struct ow_amount amount = s->balance.part[part];
	bool bound = !amount.have;

	if (bound) {
		amount.bytes = ow_balance_most(&s->balance, part);
		amount.line = s->balance.usage.line;
	}
	ow_makeup_settle(s, f, what, &amount, bound);
}

/* Without statistics the victim alone may be enough: its own memory is anonymous memory. */
static bool by_victim(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;

	if (b->part[OW_PART_ANON].have || !s->victim || !(s->victim->have & OW_VICTIM_ANON) ||
	    ow_makeup_outcome(b, s->victim->anon_rss_bytes) != OW_HELD)
		return false;
	ow_finding_number(f, OW_DERIVED, "share", "percent",
			  100 * ow_share(s->victim->anon_rss_bytes, b->total.bytes));
	ow_reason_for(f, OW_DERIVED,
		      ow_cite_mark(s->oom, s->victim->line, "anon-rss:", "of the victim alone"),
		      "the victim alone had %s of anonymous memory",
		      ow_words_bytes(f->arena, s->victim->anon_rss_bytes));
	ow_reason_also(f, ow_cite_mark(s->oom, b->usage.line, "usage ", "the whole"));
	ow_finding_settle(
		f, OW_PARTLY, "from the victim alone",
		"anonymous memory of the victim alone was %s of %s",
		ow_words_share(f->arena, ow_share(s->victim->anon_rss_bytes, b->total.bytes)),
		ow_makeup_whole(s, f->arena));
	return true;
}

static void judge_anon(const struct ow_scene *s, struct ow_finding *f)
{
	struct ow_amount anon = s->balance.part[OW_PART_ANON];
	struct ow_amount swapped = ow_balance_swapped_shmem(&s->balance);

	if (by_victim(s, f))
		return;
	if (anon.have && s->balance.swapents.have)
		anon.bytes = ow_add(anon.bytes, s->balance.swapents.bytes);
	if (swapped.have && ow_share(swapped.bytes, s->balance.total.bytes) >= SWAPPED_SHMEM) {
		ow_reason_against(f, OW_DERIVED,
				  ow_cite_mark(s->oom, s->balance.swap.line, "usage ", "in swap"),
				  "%s of the swap belongs to no process",
				  ow_words_bytes(f->arena, swapped.bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "%s of the swap belongs to no process",
				  ow_words_bytes(f->arena, swapped.bytes));
		return;
	}
	if (anon.have && s->balance.swap.have && s->balance.swap.bytes && !swapped.have &&
	    ow_makeup_outcome(&s->balance, anon.bytes) == OW_FAILED) {
		ow_finding_open(s, f, "whose the swap is, is not in the record");
		return;
	}
	if (!anon.have) {
		anon.bytes = ow_balance_most(&s->balance, OW_PART_ANON);
		anon.line = s->balance.usage.line;
	}
	ow_makeup_settle(s, f, "anonymous memory", &anon, !anon.have);
}

static void judge_shmem(const struct ow_scene *s, struct ow_finding *f)
{
	by_part(s, f, "shared memory (tmpfs, memfd, shared mappings)", OW_PART_SHMEM);
}

static void judge_cache(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_amount *cache = &b->part[OW_PART_CACHE];
	const struct ow_amount *dirty = &b->part[OW_PART_DIRTY];
	enum ow_outcome outcome = ow_makeup_outcome(b, cache->bytes);

	if (!cache->have || outcome == OW_FAILED) {
		by_part(s, f, "file cache", OW_PART_CACHE);
	} else if (!b->part[OW_PART_SHMEM].have) {
		ow_finding_open(s, f,
				"this kernel does not print how much of the cache is shared "
				"memory");
	} else if (!dirty->have || ow_share(dirty->bytes, b->limit.bytes) < DIRTY_OF_LIMIT) {
		ow_reason_for(f, OW_OBSERVED, ow_makeup_cite(s->oom, cache, "file cache"),
			      "file cache had %s", ow_words_bytes(f->arena, cache->bytes));
		ow_finding_open(s, f,
				"clean cache is given back before anybody is killed, and this "
				"was not; why is not in the record");
	} else {
		ow_makeup_settle(s, f, "file cache", cache, false);
		ow_reason_for(f, OW_DERIVED, ow_makeup_cite(s->oom, dirty, "waiting for the disk"),
			      "%s of it was dirty or being written",
			      ow_words_bytes(f->arena, dirty->bytes));
	}
}

static void judge_locked(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_amount *locked = &b->part[OW_PART_UNEVICTABLE];
	double share = ow_share(locked->bytes, b->total.bytes);
	bool held = share >= LOCKED;

	if (!locked->have || !b->total.have || b->total.bytes == 0) {
		ow_finding_open(s, f, "the record does not print unevictable memory");
		return;
	}
	ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
	(held ? ow_reason_for : ow_reason_against)(
		f, OW_OBSERVED, ow_makeup_cite(s->oom, locked, "locked"), "%s was unevictable, %s",
		ow_words_bytes(f->arena, locked->bytes), ow_words_share(f->arena, share));
	ow_finding_settle(f, held ? OW_HELD : OW_FAILED, NULL,
			  held ? "%s of it was locked in memory" : "%s",
			  ow_words_share(f->arena, share));
}

static void judge_swapped_shmem(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	struct ow_amount rest = ow_balance_swapped_shmem(b);
	double share = ow_share(rest.bytes, b->total.bytes);
	bool held = share >= SWAPPED_SHMEM;

	if (!rest.have || !b->total.have) {
		ow_finding_open(s, f, "whose the swap is, is not in the record");
		return;
	}
	ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
	(held ? ow_reason_for : ow_reason_against)(
		f, OW_DERIVED, ow_cite_mark(s->oom, b->swap.line, "usage ", "in swap"),
		"%s is in swap, and the processes own %s of it",
		ow_words_bytes(f->arena, b->swap.bytes),
		ow_words_bytes(f->arena, b->swapents.have ? b->swapents.bytes : 0));
	if (b->swapents.have)
		ow_reason_also(f, ow_cite_mark(s->oom, b->swapents.line, "swapents", "added up"));
	if (held)
		ow_finding_settle(
			f, OW_HELD, NULL,
			"%s of the swap belongs to no process: shared memory or tmpfs that was "
			"swapped out",
			ow_words_bytes(f->arena, rest.bytes));
	else
		ow_finding_settle(f, OW_FAILED, NULL, "%s",
				  rest.bytes ? "little of the swap is without an owner"
					     : "no swap is without an owner");
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "anon",
		.meaning = "anonymous memory",
		.prediction =
			"anon (v1 rss) and what the processes have in swap is at least 60 % of "
			"usage and swap; from 40 % it is a major part",
		.refuter = "less than 40 %, or swap that belongs to no process",
		.datum = "memory.stat of the group",
		.command = "cat CGROUP/memory.stat",
		.remedy = "it is heaps, stacks and private mappings: see which process, and then "
			  "what its runtime says",
		.judge = judge_anon,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "shmem",
		.meaning =
			"shared memory: tmpfs, memfd, shared mappings (of a sandbox or a VM, too)",
		.prediction = "shmem is at least 60 % of usage and swap",
		.refuter = "less than 40 %",
		.datum = "who maps it or has it open",
		.command =
			"find /dev/shm /run /tmp -xdev -type f -size +1M -exec ls -l {} +; ipcs -m",
		.remedy = "delete or bound the files (--shm-size, sizeLimit, mount -o size=); they "
			  "outlive the process that wrote them",
		.judge = judge_shmem,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "page-cache",
		.meaning = "file cache that could not be reclaimed: dirty, writeback, pinned",
		.prediction =
			"file cache without shmem is at least 60 %, and dirty or written back at "
			"least 20 % of the limit",
		.refuter = "less than 40 %: clean cache is given back before anybody is killed",
		.datum = "why the cache could not be given back",
		.command = "grep -E '^(file|file_dirty|file_writeback|shmem|unevictable) ' "
			   "CGROUP/memory.stat; cat CGROUP/memory.min",
		.remedy =
			"write less at once: vm.dirty_bytes, direct I/O, a faster disk; some kernels "
			"before 6.14 with MGLRU did not wake the writers",
		.judge = judge_cache,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.stand = OW_FACTOR,
		.label = "unevictable",
		.meaning = "mlocked memory",
		.prediction = "unevictable is at least 20 % of usage and swap",
		.refuter = "less than that",
		.datum = "VmLck of the processes",
		.command = "grep -H VmLck /proc/[0-9]*/status | grep -v ' 0 kB'",
		.remedy = "lock less: ulimit -l, no MCL_FUTURE",
		.judge = judge_locked,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "swapped-shmem",
		.meaning = "shared memory that was swapped out",
		.prediction = "swap that no process owns is at least 20 % of usage and swap",
		.refuter = "the swap entries of the processes explain the swap",
		.datum = "who wrote to tmpfs",
		.command = "df -t tmpfs; ipcs -mu",
		.remedy = "as for shmem; the oom_score_adj of its users does not help",
		.judge = judge_swapped_shmem,
	},
};

const struct ow_family ow_family_makeup_share = OW_FAMILY(hypotheses);
