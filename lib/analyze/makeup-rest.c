/* SPDX-License-Identifier: Apache-2.0 */
/* What the numbers do not explain. A factor: most of the memory may well be explained. */

#include "analyze/makeup.h"
#include "analyze/words.h"

#define UNEXPLAINED 0.10
#define STOCK_PAGES 64  /* charges that each CPU holds back: usage, but of no kind */
#define CPUS_MANY   256 /* where their number is not known */

/* Charges held back are no more than this. */
static uint64_t stock_bytes(const struct ow_scene *s)
{
	const uint64_t page = s->oom->have & OW_OOM_PAGE ? s->oom->page_bytes : 4096;
	uint64_t cpus = s->c->host.have & OW_HOST_CPUS ? s->c->host.cpus : CPUS_MANY;

	return s->balance.machine || cpus > 65536 ? 0 : STOCK_PAGES * page * cpus;
}

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	double share = ow_share(b->rest.bytes, b->total.bytes);

	if (!b->rest.have || !b->total.have || b->total.bytes == 0) {
		ow_finding_open(s, f, "the record does not print enough to add it up");
		return;
	}
	ow_finding_number(f, OW_DERIVED, "unexplained", "percent", 100 * share);
	if (share <= UNEXPLAINED) {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, b->usage.line),
				  "the parts add up: %s is left over",
				  ow_words_bytes(f->arena, b->rest.bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "the parts add up to all but %s",
				  ow_words_share(f->arena, share));
	} else if (b->machine) {
		ow_finding_open(s, f,
				"%s of the memory is in no counter of the record, which lacks "
				"per-CPU memory, vmalloc and drivers",
				ow_words_share(f->arena, share));
	} else if (!b->complete) {
		ow_finding_open(s, f,
				"%s is in no counter, and this kernel does not print all of "
				"them",
				ow_words_share(f->arena, share));
	} else if (b->rest.bytes <= stock_bytes(s)) {
		ow_finding_open(s, f, "%s is left over; the CPUs may hold so much back",
				ow_words_bytes(f->arena, b->rest.bytes));
	} else {
		ow_reason_for(f, OW_DERIVED,
			      ow_cite_mark(s->oom, b->usage.line, "usage ", "the whole"),
			      "all kinds together leave %s unexplained",
			      ow_words_bytes(f->arena, b->rest.bytes));
		ow_finding_settle(f, OW_HELD, NULL, "%s of %s is in no counter",
				  ow_words_share(f->arena, share), ow_makeup_whole(s, f->arena));
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_MAKEUP,
		.stand = OW_FACTOR,
		.label = "unaccounted",
		.meaning = "more than a tenth is not explained",
		.prediction = "more than 10 % of usage is in none of the kinds, though this kernel "
			      "prints all of them",
		.refuter = "at most 10 % is left over",
		.datum =
			"memory outside the counters: ZFS, zram, GPU and other drivers, huge pages",
		.command = "cat /proc/meminfo; grep -s ^size /proc/spl/kstat/zfs/arcstats; cat "
			   "/sys/block/zram*/mm_stat",
		.remedy = "by what it is: zfs_arc_max, the size of zram, a driver",
		.judge = judge,
	},
};

const struct ow_family ow_family_makeup_rest = OW_FAMILY(hypotheses);
