/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/zones.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyze/words.h"

#define HIDDEN_LEAST 0.02 /* of the machine: counters of two moments differ by less */

const char *const ow_serves_names[OW_SERVES_COUNT] = {
	[OW_SERVES_OPEN] = "not known",    [OW_SERVES_HIGHER] = "other zone",
	[OW_SERVES_NODE] = "other node",   [OW_SERVES_SHORT] = "below min",
	[OW_SERVES_RESERVED] = "reserved", [OW_SERVES_ATOMIC] = "highatomic",
	[OW_SERVES_CMA] = "CMA",           [OW_SERVES_BLOCKS] = "fragments",
	[OW_SERVES_NARROW] = "below high", [OW_SERVES_YES] = "enough",
};

const char *const ow_serves_words[OW_SERVES_COUNT] = {
	[OW_SERVES_OPEN] = "if it could have served it is not known",
	[OW_SERVES_HIGHER] = "the request may not use that zone",
	[OW_SERVES_NODE] = "the request may not use that node",
	[OW_SERVES_SHORT] = "that is below its minimum",
	[OW_SERVES_RESERVED] = "what is left is kept for requests that can use no higher zone "
			       "(lowmem_reserve)",
	[OW_SERVES_ATOMIC] = "what is left is kept for requests that cannot wait (highatomic)",
	[OW_SERVES_CMA] = "what is left is kept for devices (CMA) and movable pages",
	[OW_SERVES_BLOCKS] = "enough, but not in blocks of that size",
	[OW_SERVES_NARROW] = "that is above its minimum, but not above the high mark that the "
			     "last try before a kill must leave",
	[OW_SERVES_YES] = "that was enough when it was printed",
};

/* The zones that a kernel may be built with, and where each stands in lowmem_reserve[]. */
struct layout {
	unsigned n;
	unsigned at[OW_KIND_COUNT]; /* OW_KIND_COUNT: it has none of that kind */
};

#define LAYOUTS 16

static struct layout layout_of(unsigned number)
{
	const bool has[OW_KIND_COUNT] = {
		[OW_KIND_DMA] = number & 1, [OW_KIND_DMA32] = number & 2,
		[OW_KIND_NORMAL] = true,    [OW_KIND_HIGHMEM] = number & 4,
		[OW_KIND_MOVABLE] = true,   [OW_KIND_DEVICE] = number & 8,
	};
	struct layout l = { 0 };

	for (enum ow_zone_kind k = 0; k < OW_KIND_COUNT; k++)
		l.at[k] = has[k] ? l.n++ : OW_KIND_COUNT;
	return l;
}

static unsigned first_reserve(const struct ow_oom_zone *zone)
{
	const uint64_t *reserve = zone->reserve.item;
	unsigned i = 0;

	while (i < zone->reserve.n && reserve[i] == 0)
		i++;
	return i;
}

/* Where the next zone of its node stands, which is printed behind it; OW_KIND_COUNT when none is.
 */
static unsigned place_of_next(const struct ow_oom *oom, size_t i, const struct layout *l)
{
	const struct ow_oom_zone *z = ow_oom_zones(oom);
	enum ow_zone_kind kind = OW_KIND_COUNT;

	if (i + 1 < oom->zones.n && z[i + 1].node == z[i].node)
		kind = ow_zone_kind(z[i + 1].name);
	return kind < OW_KIND_COUNT && kind > ow_zone_kind(z[i].name) ? l->at[kind] : OW_KIND_COUNT;
}

/* Is this how the kernel was built? Memory of a zone is reserved from the next one that has memory
 * on: the first number that is not 0 is at that one's place. */
static bool fits(const struct ow_oom *oom, const struct layout *l)
{
	const struct ow_oom_zone *z = ow_oom_zones(oom);

	for (size_t i = 0; i < oom->zones.n; i++) {
		const enum ow_zone_kind kind = ow_zone_kind(z[i].name);
		const unsigned first = first_reserve(&z[i]), next = place_of_next(oom, i, l);

		if (kind == OW_KIND_COUNT || l->at[kind] == OW_KIND_COUNT)
			return false;
		if (z[i].reserve.n && z[i].reserve.n != l->n)
			return false;
		if (first < z[i].reserve.n &&
		    (first <= l->at[kind] || (next < OW_KIND_COUNT && first != next)))
			return false;
	}
	return true;
}

struct view {
	const struct ow_oom *oom;
	const struct ow_request *request;
	uint64_t page_bytes;
	unsigned layouts; /* a bit for each way in which the kernel may be built */
	bool old_blocks;  /* counts_blocks() */
};

/* What the zone keeps from the request. False when the record does not tell, or tells it
 * differently for two ways in which the kernel may be built. */
static bool reserve_of(const struct view *v, const struct ow_oom_zone *zone, uint64_t *ret)
{
	const uint64_t *reserve = zone->reserve.item;
	bool found = false;

	for (unsigned i = 0; zone->reserve.n && i < LAYOUTS; i++) {
		struct layout l = layout_of(i);
		unsigned at = OW_KIND_COUNT;

		if (l.n != zone->reserve.n || !(v->layouts & (1u << i)))
			continue;
		for (enum ow_zone_kind k = 0; k <= v->request->highest; k++)
			at = l.at[k] < OW_KIND_COUNT ? l.at[k] : at;
		if (at >= zone->reserve.n || (found && reserve[at] != *ret))
			return false;
		*ret = reserve[at];
		found = true;
	}
	return found;
}

/* Kernels up to 4.3 counted the blocks of a larger request otherwise. Types came with 3.9, and R
 * went with 4.4. */
static bool counts_blocks(const struct ow_oom *oom)
{
	const struct ow_oom_zone *z = ow_oom_zones(oom);
	uint64_t major, minor;
	bool typed = false;

	if (ow_oom_release(oom, &major, &minor))
		return ow_oom_is_before(oom, 4, 4);
	for (size_t i = 0; i < oom->zones.n; i++) {
		const struct ow_oom_blocks *b = z[i].blocks.item;

		for (size_t k = 0; k < z[i].blocks.n; k++) {
			if (b[k].types && strchr(b[k].types, 'R'))
				return true;
			typed |= b[k].types != NULL;
		}
	}
	return !typed;
}

static bool may_use(const struct ow_oom_blocks *blocks, const struct ow_request *r, bool any_type)
{
	const char *types = blocks->types;

	return blocks->count &&
	       (any_type || !types || strpbrk(types, "UME") || (r->movable && strchr(types, 'C')) ||
		(r->atomic && strchr(types, 'H')));
}

static void find_largest(const struct view *v, struct ow_zone_row *row)
{
	const struct ow_oom_blocks *b = row->zone->blocks.item;

	row->have_largest = (row->zone->have & OW_ZONE_BLOCKS) && row->zone->blocks_whole;
	for (size_t i = 0; i < row->zone->blocks.n; i++)
		if (may_use(&b[i], v->request, v->old_blocks))
			row->largest_bytes = b[i].block_bytes;
}

/* Free memory in blocks of that order and above that the request may use. */
static uint64_t in_blocks(const struct view *v, const struct ow_zone_row *row, unsigned order)
{
	const struct ow_oom_blocks *b = row->zone->blocks.item;
	uint64_t sum = 0;

	for (size_t i = 0; i < row->zone->blocks.n; i++)
		if (b[i].block_bytes >= v->page_bytes << order &&
		    may_use(&b[i], v->request, v->old_blocks))
			sum = ow_add(sum, b[i].block_bytes * b[i].count);
	return sum;
}

/* Is there a block for the request? The zone has pages enough. */
static enum ow_serves judge_blocks(const struct view *v, struct ow_zone_row *row)
{
	const unsigned order = v->request->order;
	bool has = in_blocks(v, row, order) > 0;

	for (unsigned k = 1; v->old_blocks && k <= order; k++)
		has &= in_blocks(v, row, k) > row->zone->min_bytes >> k;
	if (has)
		return OW_SERVES_YES;
	if (row->have_largest)
		return OW_SERVES_BLOCKS;
	row->why_not = "its list of free blocks is not whole";
	return OW_SERVES_OPEN;
}

static uint64_t highatomic_of(const struct ow_oom_zone *z)
{
	return z->have & OW_ZONE_FREE_HIGHATOMIC ? z->free_highatomic_bytes
						 : z->reserved_highatomic_bytes;
}

static uint64_t min_of(const struct ow_oom_zone *z, const struct ow_request *r)
{
	uint64_t min = z->min_bytes;

	min -= r->high ? min / 2 : 0;
	return min - (r->atomic ? min / 4 : 0);
}

/* An eligible zone whose numbers are there. */
static enum ow_serves judge_free(const struct view *v, struct ow_zone_row *row)
{
	const struct ow_oom_zone *z = row->zone;
	const struct ow_request *r = v->request;
	const uint64_t min = min_of(z, r), last = r->kills ? z->high_bytes : min;
	const uint64_t atomic = r->atomic ? 0 : highatomic_of(z);
	const uint64_t cma = r->movable ? 0 : z->free_cma_bytes;
	uint64_t free = ow_less(z->free_bytes, (v->page_bytes << r->order) - v->page_bytes);
	enum ow_serves serves;

	row->have_keep = reserve_of(v, z, &row->reserve_bytes);
	row->reserve_bytes = row->have_keep ? row->reserve_bytes : 0;
	row->keep_bytes = ow_add(min, row->reserve_bytes);
	row->aside_bytes = ow_add(atomic, cma);
	if (free <= min)
		return OW_SERVES_SHORT;
	if (!row->have_keep) {
		row->why_not = "what it keeps for others is not in the record";
		return OW_SERVES_OPEN;
	}
	if (free <= row->keep_bytes)
		return OW_SERVES_RESERVED;
	if (ow_less(free, row->aside_bytes) <= row->keep_bytes)
		return ow_less(free, cma) <= row->keep_bytes ? OW_SERVES_CMA : OW_SERVES_ATOMIC;
	free -= row->aside_bytes;
	if (z->have & OW_ZONE_HIGH)
		row->spare_bytes = ow_less(free, ow_add(last, row->reserve_bytes));
	serves = r->order ? judge_blocks(v, row) : OW_SERVES_YES;
	if (serves == OW_SERVES_YES)
		row->usable_bytes = free - row->keep_bytes;
	return serves == OW_SERVES_YES && !row->spare_bytes ? OW_SERVES_NARROW : serves;
}

static enum ow_serves judge(const struct view *v, struct ow_zone_row *row)
{
	const struct ow_oom_zone *z = row->zone;
	const enum ow_zone_kind kind = ow_zone_kind(z->name);

	row->why_not = v->request->why_not;
	if (row->why_not)
		return OW_SERVES_OPEN;
	if (!ow_request_may_use(v->request, z->node))
		return OW_SERVES_NODE;
	if (kind < OW_KIND_COUNT && kind > v->request->highest)
		return OW_SERVES_HIGHER;
	if (kind == OW_KIND_COUNT)
		row->why_not = "a zone of that name is not known";
	else if (!v->request->have_order)
		row->why_not = "how many pages were wanted is not in the record";
	else if (!(z->have & OW_ZONE_FREE) || !(z->have & OW_ZONE_MIN))
		row->why_not = "its numbers are not in the record";
	return row->why_not ? OW_SERVES_OPEN : judge_free(v, row);
}

/* What the machine's counters have more than the zones that were printed. */
static void find_hidden(const struct ow_oom *oom, struct ow_zones *zones)
{
	const struct ow_stat *free = ow_stat_find(&oom->meminfo, "free");
	const struct ow_oom_zone *z = ow_oom_zones(oom);
	const uint64_t machine = ow_less(oom->ram_bytes, oom->reserved_bytes);
	uint64_t managed = 0;

	if (oom->zones.n == 0 || !free || !(oom->have & OW_OOM_RAM))
		return;
	for (size_t i = 0; i < oom->zones.n; i++) {
		if (!(z[i].have & OW_ZONE_MANAGED) || !(z[i].have & OW_ZONE_FREE))
			return;
		managed = ow_add(managed, z[i].managed_bytes);
	}
	zones->hidden_bytes = ow_less(machine, managed);
	zones->hidden_free_bytes = ow_less(free->value, zones->free_bytes);
	zones->have_hidden = ow_share(zones->hidden_bytes, machine) >= HIDDEN_LEAST &&
			     zones->hidden_free_bytes <= zones->hidden_bytes;
}

/* A cpuset or a policy confines the request: its own nodes, in all their zones. */
static void find_own(const struct ow_oom *oom, struct ow_zones *zones)
{
	if (oom->kind != OW_OOM_CPUSET && oom->kind != OW_OOM_MEMPOLICY)
		return;
	for (size_t i = 0; i < zones->n; i++) {
		const struct ow_oom_zone *z = zones->row[i].zone;

		if (zones->row[i].serves == OW_SERVES_NODE)
			continue;
		if (!(z->have & OW_ZONE_MANAGED) || !(z->have & OW_ZONE_FREE)) {
			zones->own_bytes = 0;
			break;
		}
		zones->own_bytes = ow_add(zones->own_bytes, z->managed_bytes);
		zones->own_free_bytes = ow_add(zones->own_free_bytes, z->free_bytes);
		zones->own_line = z->line;
	}
	zones->confined = zones->own_bytes > 0;
}

static void sum_up(struct ow_zones *zones)
{
	uint64_t spare = 0, managed = 0;

	for (size_t i = 0; i < zones->n; i++) {
		const struct ow_zone_row *row = &zones->row[i];
		const struct ow_oom_zone *z = row->zone;

		zones->count[row->serves]++;
		zones->free_bytes = ow_add(zones->free_bytes, z->free_bytes);
		zones->usable_bytes = ow_add(zones->usable_bytes, row->usable_bytes);
		if (row->serves == OW_SERVES_HIGHER || row->serves == OW_SERVES_NODE)
			continue;
		zones->eligible++;
		spare = ow_add(spare, row->spare_bytes);
		managed = ow_add(managed,
				 z->have & OW_ZONE_MANAGED ? z->managed_bytes : z->present_bytes);
	}
	zones->short_of = zones->eligible && zones->count[OW_SERVES_OPEN] == 0 &&
			  ow_share(spare, managed) < OW_SPARE;
}

int ow_zones_make(const struct ow_oom *oom, struct ow_arena *arena, struct ow_zones *ret)
{
	const struct ow_oom_zone *z = ow_oom_zones(oom);
	struct ow_zones zones = { .row = ow_alloc(arena, oom->zones.n + 1, sizeof(*zones.row)) };
	struct view v = { .oom = oom, .request = &zones.request, .page_bytes = oom->page_bytes };

	if (!zones.row)
		return -ENOMEM;
	ow_request_read(oom, &zones.request);
	v.old_blocks = counts_blocks(oom);
	for (unsigned i = 0; i < LAYOUTS; i++) {
		const struct layout l = layout_of(i);

		v.layouts |= fits(oom, &l) ? 1u << i : 0;
	}
	if (!(oom->have & OW_OOM_PAGE))
		v.page_bytes = 4096;
	for (; zones.n < oom->zones.n; zones.n++) {
		zones.row[zones.n].zone = &z[zones.n];
		find_largest(&v, &zones.row[zones.n]);
		zones.row[zones.n].serves = judge(&v, &zones.row[zones.n]);
	}
	sum_up(&zones);
	find_own(oom, &zones);
	find_hidden(oom, &zones);
	*ret = zones;
	return 0;
}

const struct ow_zone_row *ow_zones_nearest(const struct ow_zones *zones)
{
	const struct ow_zone_row *nearest = NULL;

	for (size_t i = 0; i < zones->n; i++) {
		const struct ow_zone_row *row = &zones->row[i];

		if (row->serves == OW_SERVES_HIGHER || row->serves == OW_SERVES_NODE ||
		    row->serves == OW_SERVES_OPEN)
			continue;
		if (!nearest || row->serves > nearest->serves ||
		    (row->serves == nearest->serves &&
		     ow_share(row->zone->free_bytes, row->keep_bytes) >
			     ow_share(nearest->zone->free_bytes, nearest->keep_bytes)))
			nearest = row;
	}
	return nearest;
}

size_t ow_zone_lines(const struct ow_zones *zones, const struct ow_zone_row *row,
		     size_t ret[OW_ZONE_LINES])
{
	const struct ow_oom_zone *z = row->zone;
	const bool blocks = !(z->have & OW_ZONE_FREE) ||
			    (zones->request.order &&
			     (row->serves >= OW_SERVES_BLOCKS || row->serves == OW_SERVES_OPEN));
	size_t n = 0;

	if (z->have & OW_ZONE_FREE)
		ret[n++] = z->line;
	if (row->reserve_bytes && z->reserve_line && row->serves != OW_SERVES_SHORT)
		ret[n++] = z->reserve_line;
	if (blocks && z->blocks_line)
		ret[n++] = z->blocks_line;
	return n;
}

const char *ow_zone_words(struct ow_arena *arena, const struct ow_oom_zone *zone)
{
	const char *words = zone->have & OW_ZONE_NODE ? ow_printf(arena, "node %" PRId64 " %s",
								  zone->node, zone->name)
						      : zone->name;

	return words ? words : "";
}

static const char *node_words(struct ow_arena *arena, const struct ow_request *r)
{
	const char *list = r->policy ? r->policy : r->cpuset, *words;

	if (!list)
		return "";
	words = r->policy && r->cpuset && strcmp(r->policy, r->cpuset) != 0
			? ow_printf(arena, ", on nodes that are in %s and in %s", r->policy,
				    r->cpuset)
			: ow_printf(arena, ", on node%s %s", strpbrk(list, "-,") ? "s" : "", list);
	return words ? words : "";
}

const char *ow_request_words(struct ow_arena *arena, const struct ow_request *r)
{
	const char *pages = "one page", *words;

	if (r->why_not)
		return r->why_not;
	if (r->order)
		pages = ow_printf(arena, "%u pages in one block", 1u << r->order);
	words = ow_printf(arena, "%s from zone %s%s%s", pages ? pages : "",
			  ow_zone_kind_names[r->highest],
			  r->highest == OW_KIND_DMA ? "" : " or a lower one", node_words(arena, r));
	return words ? words : "";
}
