/* SPDX-License-Identifier: Apache-2.0 */
/* Memory was free, but not where or not as it was asked for: of one node, of one block size, of one
 * zone. */
#include <inttypes.h>

#include "analyze/kill.h"
#include "analyze/limit.h"
#include "analyze/words.h"

#define OTHER_FREE  0.20 /* of what the other nodes or zones manage */
#define NOT_PRINTED " (the machine's counters less the zones that were printed)"
#define ORDER_MAX   3 /* larger requests fail instead of killing */

bool ow_limit_is_cgroups(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->oom->kind != OW_OOM_MEMCG)
		return false;
	ow_reason_against(f, OW_OBSERVED, ow_kill_witness(s->oom),
			  "the record names a cgroup's limit, not the machine");
	ow_finding_settle(f, OW_FAILED, NULL, "the record names a cgroup's limit, not the machine");
	return true;
}

static struct ow_cite cite_free(const struct ow_scene *s, const struct ow_zone_row *row,
				const char *note)
{
	return ow_cite_mark(s->oom, row->zone->line, "free:", note);
}

/* The zone's line, and where they decided, its reserve and its free blocks. */
static void also_cite(const struct ow_scene *s, struct ow_finding *f, const struct ow_zone_row *row)
{
	if (row->serves == OW_SERVES_RESERVED)
		ow_reason_also(f, ow_cite_line(s->oom, row->zone->reserve_line));
	if (row->serves == OW_SERVES_BLOCKS)
		ow_reason_also(f, ow_cite_line(s->oom, row->zone->blocks_line));
}

/* The zone that had most pages to spare, in whatever blocks; NULL when none had. */
static const struct ow_zone_row *most_spare(const struct ow_zones *zones)
{
	const struct ow_zone_row *most = NULL;

	for (size_t i = 0; i < zones->n; i++)
		if (zones->row[i].spare_bytes > (most ? most->spare_bytes : 0))
			most = &zones->row[i];
	return most;
}

/* A zone with pages enough, whose blocks are too small; NULL when there is none. */
static const struct ow_zone_row *fragmented(const struct ow_zones *zones)
{
	const struct ow_zone_row *most = NULL;

	for (size_t i = 0; i < zones->n; i++)
		if (zones->row[i].serves == OW_SERVES_BLOCKS &&
		    (!most || zones->row[i].spare_bytes > most->spare_bytes))
			most = &zones->row[i];
	return most;
}

bool ow_limit_was_free(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_zones *zones = &s->zones;
	const struct ow_zone_row *row = fragmented(zones);
	const struct ow_stat *free = ow_stat_find(&s->oom->meminfo, "free");
	const uint64_t machine = s->balance.limit.have ? s->balance.limit.bytes : 0;

	if (zones->eligible && zones->count[OW_SERVES_OPEN] == 0 && !zones->short_of)
		row = most_spare(zones);
	if (row && row->spare_bytes) {
		const char *zone = ow_zone_words(f->arena, row->zone);

		ow_reason_against(f, OW_DERIVED, cite_free(s, row, "enough"),
				  "%s had %s free, %s above its high mark and reserve", zone,
				  ow_words_bytes(f->arena, row->zone->free_bytes),
				  ow_words_bytes(f->arena, row->spare_bytes));
		ow_finding_settle(f, OW_FAILED, NULL, "memory was not short in %s", zone);
		return true;
	}
	if (!free || machine == 0 || ow_share(free->value, machine) < OW_MACHINE_FREE)
		return false;
	ow_reason_against(f, OW_OBSERVED, ow_cite_mark(s->oom, free->line, "free:", "pages"),
			  "%s of the machine was free",
			  ow_words_share(f->arena, ow_share(free->value, machine)));
	ow_finding_settle(f, OW_FAILED, NULL, "the machine was not full: %s was free",
			  ow_words_bytes(f->arena, free->value));
	return true;
}

/* Free and managed memory that the request may not use, and where it is read. */
struct others {
	uint64_t free_bytes, bytes;
	size_t line;
	bool hidden; /* part of it was not printed */
};

static struct others others_of(const struct ow_scene *s, enum ow_serves why, bool hidden)
{
	const struct ow_zones *zones = &s->zones;
	struct others o = { 0 };

	for (size_t i = 0; i < zones->n; i++) {
		const struct ow_oom_zone *z = zones->row[i].zone;

		if (zones->row[i].serves != why || !(z->have & OW_ZONE_FREE))
			continue;
		o.free_bytes = ow_add(o.free_bytes, z->free_bytes);
		o.bytes = ow_add(o.bytes,
				 z->have & OW_ZONE_MANAGED ? z->managed_bytes : z->present_bytes);
		o.line = z->line;
	}
	if (hidden && zones->have_hidden) {
		o.free_bytes = ow_add(o.free_bytes, zones->hidden_free_bytes);
		o.bytes = ow_add(o.bytes, zones->hidden_bytes);
		o.line = ow_stat_find(&s->oom->meminfo, "free")->line;
		o.hidden = true;
	}
	return o;
}

static void say_confined(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const struct ow_request *r = &s->zones.request;
	const char *nodes = r->policy ? r->policy : r->cpuset;

	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(oom, oom->lines.constraint ? oom->lines.constraint : oom->line,
				   oom->kind == OW_OOM_CPUSET ? "CONSTRAINT_CPUSET"
							      : "CONSTRAINT_MEMORY_POLICY",
				   "confined to nodes"),
		      "the allocation was confined to node %s", nodes ? nodes : "(not told)");
}

/* What the zones of its own nodes say. */
static const char *say_own(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_zone_row *row = ow_zones_nearest(&s->zones);

	if (row) {
		ow_reason_for(f, OW_OBSERVED, cite_free(s, row, "of its own"),
			      "%s had %s free and keeps %s: %s", ow_zone_words(f->arena, row->zone),
			      ow_words_bytes(f->arena, row->zone->free_bytes),
			      ow_words_bytes(f->arena, row->keep_bytes),
			      ow_serves_words[row->serves]);
		also_cite(s, f, row);
	}
	if (s->zones.n && s->zones.eligible == 0)
		return "the nodes that the task may use have no memory of the kind that was wanted";
	return "the nodes that the task may use were full";
}

static void judge_nodes(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const bool own_free = s->zones.count[OW_SERVES_YES] > 0 && !s->zones.short_of;
	struct others o;
	const char *own;
	bool unsure;

	if (ow_limit_is_cgroups(s, f))
		return;
	if (oom->kind != OW_OOM_CPUSET && oom->kind != OW_OOM_MEMPOLICY) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom),
				  "the allocation was not confined to nodes");
		ow_finding_settle(f, OW_FAILED, NULL, "the allocation was not confined to nodes");
		return;
	}
	o = others_of(s, OW_SERVES_NODE, true);
	say_confined(s, f);
	if (o.bytes == 0) {
		own = say_own(s, f);
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
		ow_finding_settle(f, OW_PARTLY, "other nodes not seen",
				  "%s; the others are not in the record", own);
		return;
	}
	if (ow_share(o.free_bytes, o.bytes) < OTHER_FREE) {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(oom, o.line),
				  "only %s of the other nodes was free",
				  ow_words_share(f->arena, ow_share(o.free_bytes, o.bytes)));
		ow_finding_settle(f, OW_FAILED, NULL, "the other nodes were short as well");
		return;
	}
	own = say_own(s, f);
	ow_reason_for(f, OW_DERIVED, ow_cite_mark(oom, o.line, "free:", "of the machine"),
		      "%s of the other nodes was free%s",
		      ow_words_share(f->arena, ow_share(o.free_bytes, o.bytes)),
		      o.hidden ? NOT_PRINTED : "");
	/* What was not printed can be a zone of the same nodes, if the request may not use all. */
	unsure = o.hidden && s->zones.request.highest < OW_KIND_MOVABLE;
	ow_finding_number(f, OW_DERIVED, "free_elsewhere", "percent",
			  100 * ow_share(o.free_bytes, o.bytes));
	ow_finding_settle(f, own_free || unsure ? OW_PARTLY : OW_HELD,
			  own_free ? "freed meanwhile"
			  : unsure ? "other nodes not seen"
				   : NULL,
			  "%s, while %s was free on others", own,
			  ow_words_bytes(f->arena, o.free_bytes));
}

/* Is the order one that fragmentation can kill for? If not, f is settled. */
static bool order_can_fail(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const char *why = oom->trigger.order > 0   ? "so large a request fails and kills nothing"
			  : oom->trigger.order < 0 ? "nobody asked for memory"
						   : "a single page was wanted";

	if (!(oom->trigger.have & OW_TRIGGER_ORDER)) {
		ow_finding_open(s, f, "the source does not say how many pages were wanted at once");
		return false;
	}
	if (oom->trigger.order > 0 && (oom->trigger.order <= ORDER_MAX || !s->zones.request.kills))
		return true;
	ow_reason_against(f, OW_OBSERVED,
			  ow_cite_mark(oom, oom->lines.head, "order=", "size of the request"),
			  "order=%" PRId64 ": %s", oom->trigger.order, why);
	ow_finding_settle(f, OW_FAILED, NULL, "%s", why);
	return false;
}

/* "34*8kB", as the list of free blocks has it; NULL where the request may use none. */
static const char *largest_mark(struct ow_finding *f, const struct ow_zone_row *row)
{
	const struct ow_oom_blocks *b = row->zone->blocks.item;

	for (size_t i = 0; row->largest_bytes && i < row->zone->blocks.n; i++)
		if (b[i].block_bytes == row->largest_bytes)
			return ow_finding_text(f, "%" PRIu64 "*%" PRIu64 "kB", b[i].count,
					       b[i].block_bytes / 1024);
	return NULL;
}

/* A zone that had pages enough: had it a block? */
static void say_blocks(const struct ow_scene *s, struct ow_finding *f,
		       const struct ow_zone_row *row)
{
	const char *zone = ow_zone_words(f->arena, row->zone);
	const uint64_t above = ow_less(row->zone->free_bytes, row->keep_bytes);

	ow_reason_for(f, OW_DERIVED, cite_free(s, row, row->spare_bytes ? "enough" : "just enough"),
		      "%s had %s free, %s more than must stay free", zone,
		      ow_words_bytes(f->arena, row->zone->free_bytes),
		      ow_words_bytes(f->arena, above));
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(s->oom, row->zone->blocks_line, largest_mark(f, row),
				   "the largest that it may use"),
		      "its largest free block of a type that may be used is %s",
		      row->largest_bytes ? ow_words_bytes(f->arena, row->largest_bytes) : "none");
	ow_finding_number(f, OW_DERIVED, "free_to_spare", "bytes", (double)above);
	ow_finding_number(f, OW_OBSERVED, "largest_block", "bytes", (double)row->largest_bytes);
}

static void judge_fragmentation(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_zones *zones = &s->zones;
	const struct ow_zone_row *row = ow_zones_nearest(zones);
	const unsigned pages = 1u << zones->request.order;

	if (ow_limit_is_cgroups(s, f) || !order_can_fail(s, f))
		return;
	if (zones->n == 0 || zones->request.why_not) {
		ow_finding_open(s, f, "%s",
				zones->n ? zones->request.why_not
					 : "the zones are not in the record");
		return;
	}
	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(s->oom, s->oom->lines.head, "order=", "size of the request"),
		      "%u pages in one block were wanted", pages);
	if (zones->count[OW_SERVES_YES] + zones->count[OW_SERVES_NARROW]) {
		ow_reason_against(f, OW_OBSERVED, cite_free(s, row, NULL),
				  "%s had such a block, and pages enough",
				  ow_zone_words(f->arena, row->zone));
		ow_reason_also(f, ow_cite_line(s->oom, row->zone->blocks_line));
		ow_finding_settle(f, OW_FAILED, NULL,
				  "there was a free block of %u pages when the record was printed",
				  pages);
	} else if (zones->count[OW_SERVES_OPEN]) {
		ow_finding_open(s, f, "the lists of free blocks are not whole in the record");
	} else if (!fragmented(zones)) {
		if (row)
			ow_reason_against(f, OW_OBSERVED, cite_free(s, row, "short"), "%s: %s",
					  ow_zone_words(f->arena, row->zone),
					  ow_serves_words[row->serves]);
		ow_finding_settle(f, OW_FAILED, NULL, "free memory was short, whatever its blocks");
	} else {
		row = fragmented(zones);
		say_blocks(s, f, row);
		ow_finding_settle(f, row->spare_bytes ? OW_HELD : OW_PARTLY,
				  row->spare_bytes ? NULL : "and nearly full",
				  "%s was free in %s, but no block of %u pages for this request",
				  ow_words_bytes(f->arena, row->zone->free_bytes),
				  ow_zone_words(f->arena, row->zone), pages);
	}
}

static bool has_higher(const struct ow_oom *oom)
{
	const struct ow_stat *high = ow_stat_find(&oom->meminfo, "highmem");
	const struct ow_oom_zone *z = ow_oom_zones(oom);

	for (size_t i = 0; i < oom->zones.n; i++)
		if (ow_zone_kind(z[i].name) == OW_KIND_HIGHMEM ||
		    ow_zone_kind(z[i].name) == OW_KIND_MOVABLE)
			return true;
	return high && high->value;
}

/* Is there a zone that some requests may not use? High memory of 32-bit kernels, and memory that
 * is for movable pages alone; kernels from 6.1 do not print them for those requests. A record
 * without zones leaves it open. */
static bool lowmem_possible(const struct ow_scene *s)
{
	const struct ow_zones *zones = &s->zones;

	if (s->oom->kind == OW_OOM_MEMCG)
		return false;
	return s->oom->zones.n == 0 || has_higher(s->oom) ||
	       (zones->have_hidden && s->oom->kind == OW_OOM_GLOBAL && !zones->request.why_not &&
		zones->request.highest < OW_KIND_MOVABLE);
}

/* Were the zones that the request may use short of pages? f is settled if not. */
static bool low_zones_short(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_zones *zones = &s->zones;
	const struct ow_zone_row *row = fragmented(zones);

	if (zones->count[OW_SERVES_OPEN]) {
		ow_finding_open(s, f, "what the low zones keep is not in the record");
		return false;
	}
	if (!row && (zones->short_of || zones->eligible == 0))
		return true;
	row = row ? row : most_spare(zones);
	ow_reason_against(f, OW_DERIVED, cite_free(s, row, NULL), "%s: %s",
			  ow_zone_words(f->arena, row->zone), ow_serves_words[row->serves]);
	ow_finding_settle(f, OW_FAILED, NULL,
			  "the zones that the request may use were not short of pages");
	return false;
}

static void say_low(const struct ow_scene *s, struct ow_finding *f, const struct others *o)
{
	const struct ow_request *r = &s->zones.request;
	const struct ow_zone_row *row = ow_zones_nearest(&s->zones);
	const char *highest = ow_zone_kind_names[r->highest];

	ow_reason_for(f, OW_OBSERVED,
		      ow_cite_mark(s->oom, s->oom->lines.head, "gfp_mask=", "zones"),
		      "the request may use zone %s%s, and none above", highest,
		      r->highest ? " or a lower one" : "");
	if (row) {
		ow_reason_for(f, OW_OBSERVED, cite_free(s, row, "short"),
			      "%s had %s free, and %s must stay",
			      ow_zone_words(f->arena, row->zone),
			      ow_words_bytes(f->arena, row->zone->free_bytes),
			      ow_words_bytes(f->arena, row->keep_bytes));
		also_cite(s, f, row);
	}
	ow_reason_for(f, OW_DERIVED, ow_cite_mark(s->oom, o->line, "free:", "plenty"),
		      "%s of the zones above was free%s",
		      ow_words_share(f->arena, ow_share(o->free_bytes, o->bytes)),
		      o->hidden ? NOT_PRINTED : "");
	ow_finding_number(f, OW_DERIVED, "free_elsewhere", "percent",
			  100 * ow_share(o->free_bytes, o->bytes));
	ow_finding_settle(f, OW_HELD, NULL,
			  "%s up to %s%s, while %s was free above, which this request may not use",
			  row ? "the zones" : "its nodes have no zone", highest,
			  row ? " were full" : "", ow_words_bytes(f->arena, o->free_bytes));
}

static void judge_lowmem(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_request *r = &s->zones.request;
	const struct others o = others_of(
		s, OW_SERVES_HIGHER, s->oom->kind == OW_OOM_GLOBAL && r->highest < OW_KIND_MOVABLE);

	if (s->oom->zones.n == 0 || r->why_not) {
		ow_finding_open(s, f, "%s",
				r->why_not ? r->why_not : "the zones are not in the record");
	} else if (o.bytes == 0) {
		ow_reason_against(f, OW_OBSERVED,
				  ow_cite_mark(s->oom, s->oom->lines.head, "gfp_mask=", "zones"),
				  "the request could use every zone of its nodes");
		ow_finding_settle(f, OW_FAILED, NULL, "the request could use every zone");
	} else if (low_zones_short(s, f)) {
		if (ow_share(o.free_bytes, o.bytes) >= OTHER_FREE) {
			say_low(s, f, &o);
			return;
		}
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, o.line),
				  "only %s of the higher zones was free",
				  ow_words_share(f->arena, ow_share(o.free_bytes, o.bytes)));
		ow_finding_settle(f, OW_FAILED, NULL, "the higher zones were short as well");
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_LIMIT,
		.label = "cpuset-mempolicy",
		.meaning = "one NUMA node was full, others were not",
		.prediction =
			"the record says CONSTRAINT_CPUSET or CONSTRAINT_MEMORY_POLICY, no zone of "
			"the allowed nodes could serve the request, and at least 20 % of the other "
			"nodes is free",
		.refuter = "the other nodes were short as well, or the allocation was not confined",
		.datum = "free memory of the other nodes",
		.command = "numactl -H",
		.remedy = "widen cpuset.mems, or prefer a node (numactl --preferred) instead of "
			  "binding to it",
		.judge = judge_nodes,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "fragmentation",
		.meaning = "enough free memory, no block of the order asked for",
		.prediction =
			"order is 1 to 3, a zone that the request may use has more free than its "
			"minimum and its reserve, and none of these has a free block of that order "
			"of a type that the request may use",
		.refuter = "order 0: any free page would have served; above 3 nothing is killed; a "
			   "free block of that order; or free memory that was short in every zone",
		.datum = "the free blocks by size",
		.command = "cat /proc/buddyinfo",
		.remedy = "see who asks (the call trace); raise vm.min_free_kbytes or "
			  "vm.watermark_scale_factor; it is not a leak",
		.judge = judge_fragmentation,
	},
	{
		.level = OW_LEVEL_LIMIT,
		.label = "lowmem-zone",
		.meaning = "a low zone was full",
		.prediction = "the request may not use the highest zones, no zone that it may use "
			      "could serve it, and at least 20 % of the zones above is free",
		.refuter = "the request could use every zone, a zone for it was not short, or the "
			   "zones above were short as well",
		.datum = "the zones of that moment",
		.command = "grep -A4 zone /proc/zoneinfo",
		.remedy = "on 32 bits use a 64-bit kernel; where memory is for movable pages alone "
			  "(movablecore=, kernelcore=, hot-plugged as online_movable) give the "
			  "kernel more",
		.possible = lowmem_possible,
		.judge = judge_lowmem,
	},
};

const struct ow_family ow_family_limit_zone = OW_FAMILY(hypotheses);
