/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/request.h"

#include <string.h>

#include "base/scan.h"

#define GFP_DMA      0x01u
#define GFP_HIGHMEM  0x02u
#define GFP_DMA32    0x04u
#define GFP_MOVABLE  0x08u
#define GFP_HIGH     0x20u
#define GFP_HARDWALL 0x20000u  /* before 4.6, where flags have no names */
#define GFP_WAIT     0x400010u /* the same, from 4.4 another one; without it, it cannot wait */
#define CANNOT_WAIT  (1u << 31)
#define ONE_NODE     (1u << 30)

const char *const ow_zone_kind_names[OW_KIND_COUNT] = {
	[OW_KIND_DMA] = "DMA",         [OW_KIND_DMA32] = "DMA32",     [OW_KIND_NORMAL] = "Normal",
	[OW_KIND_HIGHMEM] = "HighMem", [OW_KIND_MOVABLE] = "Movable", [OW_KIND_DEVICE] = "Device",
};

enum ow_zone_kind ow_zone_kind(const char *name)
{
	enum ow_zone_kind kind = 0;

	while (kind < OW_KIND_COUNT && !(name && strcmp(name, ow_zone_kind_names[kind]) == 0))
		kind++;
	return kind;
}

/* The bits of the names that matter here. */
static const struct {
	const char *name;
	unsigned bits;
} names[] = {
	{ "GFP_USER", GFP_HARDWALL },
	{ "GFP_HIGHUSER", GFP_HARDWALL | GFP_HIGHMEM },
	{ "GFP_HIGHUSER_MOVABLE", GFP_HARDWALL | GFP_HIGHMEM | GFP_MOVABLE },
	{ "GFP_TRANSHUGE", GFP_HARDWALL | GFP_HIGHMEM | GFP_MOVABLE },
	{ "GFP_TRANSHUGE_LIGHT", GFP_HARDWALL | GFP_HIGHMEM | GFP_MOVABLE },
	{ "GFP_ATOMIC", GFP_HIGH | CANNOT_WAIT },
	{ "__GFP_ATOMIC", CANNOT_WAIT },
	{ "GFP_DMA", GFP_DMA },
	{ "GFP_DMA32", GFP_DMA32 },
	{ "__GFP_DMA", GFP_DMA },
	{ "__GFP_DMA32", GFP_DMA32 },
	{ "__GFP_HIGHMEM", GFP_HIGHMEM },
	{ "__GFP_MOVABLE", GFP_MOVABLE },
	{ "__GFP_HIGH", GFP_HIGH },
	{ "__GFP_HARDWALL", GFP_HARDWALL },
	{ "__GFP_THISNODE", ONE_NODE },
};

static unsigned bits_of_names(const char *flags)
{
	struct ow_str rest = ow_str(flags), name;
	unsigned bits = 0;

	while (rest.n) {
		if (!ow_scan_until(&rest, "|", &name)) {
			name = rest;
			rest.n = 0;
		}
		for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++)
			if (ow_str_is(name, names[i].name))
				bits |= names[i].bits;
	}
	return bits;
}

/* False when neither the mask nor its names are there. */
static bool read_bits(const struct ow_oom_trigger *t, unsigned *ret)
{
	struct ow_str mask = ow_str(t->gfp_mask ? t->gfp_mask : "");
	bool named = t->gfp_flags && t->gfp_flags[0];
	uint64_t value;

	if (ow_scan_lit(&mask, "0x") && ow_scan_hex(&mask, &value) && mask.n == 0) {
		*ret = (unsigned)value &
		       (GFP_DMA | GFP_HIGHMEM | GFP_DMA32 | GFP_MOVABLE | GFP_HIGH);
		if (named)
			*ret |= bits_of_names(t->gfp_flags) &
				(GFP_HARDWALL | CANNOT_WAIT | ONE_NODE);
		else if (!t->gfp_flags)
			*ret |= ((unsigned)value & GFP_HARDWALL) |
				(value & GFP_WAIT ? 0 : CANNOT_WAIT);
		return true;
	}
	*ret = named ? bits_of_names(t->gfp_flags) : 0;
	return named;
}

/* As gfp_zone() of the kernel: a movable page may use Movable only where high memory will do. */
static enum ow_zone_kind highest_of(unsigned bits)
{
	if (bits & GFP_DMA)
		return OW_KIND_DMA;
	if (bits & GFP_DMA32)
		return OW_KIND_DMA32;
	if (!(bits & GFP_HIGHMEM))
		return OW_KIND_NORMAL;
	return bits & GFP_MOVABLE ? OW_KIND_MOVABLE : OW_KIND_HIGHMEM;
}

static const char *nodes_of(const char *list)
{
	return list && list[0] && strcmp(list, "(null)") != 0 ? list : NULL;
}

static bool is_zero(const char *mask)
{
	return mask && strncmp(mask, "0x", 2) == 0 && strspn(mask + 2, "0") == strlen(mask + 2);
}

static const char *unknown(const struct ow_oom *oom, unsigned *bits)
{
	const struct ow_oom_trigger *t = &oom->trigger;

	if (oom->kind == OW_OOM_MEMCG || oom->kind == OW_OOM_USERSPACE)
		return "no request for the machine's memory failed";
	if (oom->kind == OW_OOM_SYSRQ)
		return "nobody asked for memory: the kill was asked for by hand";
	if (!read_bits(t, bits))
		return "the record does not say what was asked for";
	if (is_zero(t->gfp_mask))
		return "gfp_mask is 0: a page fault had failed before, and what it asked for is "
		       "not in the record";
	if ((*bits & ONE_NODE) && !nodes_of(oom->nodemask))
		return "it was for one node alone (__GFP_THISNODE), and the record does not say "
		       "which";
	return NULL;
}

static bool has_zone(const struct ow_oom *oom, enum ow_zone_kind kind)
{
	const struct ow_oom_zone *z = ow_oom_zones(oom);

	for (size_t i = 0; i < oom->zones.n; i++)
		if (ow_zone_kind(z[i].name) == kind)
			return true;
	return false;
}

void ow_request_read(const struct ow_oom *oom, struct ow_request *ret)
{
	const struct ow_oom_trigger *t = &oom->trigger;
	struct ow_request r = { 0 };
	unsigned bits = 0;

	r.why_not = unknown(oom, &bits);
	r.nobody = oom->kind == OW_OOM_MEMCG || oom->kind == OW_OOM_USERSPACE ||
		   oom->kind == OW_OOM_SYSRQ;
	r.highest = highest_of(bits);
	/* A kernel that is built without the zone has Normal in its place. */
	if (r.highest <= OW_KIND_HIGHMEM && oom->zones.n && !has_zone(oom, r.highest))
		r.highest = OW_KIND_NORMAL;
	r.movable = bits & GFP_MOVABLE;
	r.high = bits & GFP_HIGH;
	r.kills = oom->kind != OW_OOM_ALLOCATION;
	r.atomic = !r.kills && (bits & CANNOT_WAIT);
	r.have_order = (t->have & OW_TRIGGER_ORDER) && t->order >= 0 && t->order < 32;
	r.order = r.have_order ? (unsigned)t->order : 0;
	r.policy = nodes_of(oom->nodemask);
	/* From 5.0 the record says whether the cpuset was what confined it. Before, a request of
	 * the kernel's own could leave the cpuset, one for a process could not. */
	if (oom->kind == OW_OOM_CPUSET || (!oom->constraint && (bits & GFP_HARDWALL)))
		r.cpuset = nodes_of(oom->mems_allowed);
	*ret = r;
}

/* "1", "0-1,3": is node one of them? A list that cannot be read holds all. */
static bool in_list(const char *list, int64_t node)
{
	struct ow_str s = ow_str(list);
	int64_t from, to;

	do {
		if (!ow_scan_i64(&s, &from))
			return true;
		to = from;
		if (ow_scan_char(&s, '-') && !ow_scan_i64(&s, &to))
			return true;
		if (node >= from && node <= to)
			return true;
	} while (ow_scan_char(&s, ','));
	return s.n > 0;
}

bool ow_request_may_use(const struct ow_request *request, int64_t node)
{
	return (!request->policy || in_list(request->policy, node)) &&
	       (!request->cpuset || in_list(request->cpuset, node));
}
