/* SPDX-License-Identifier: Apache-2.0 */
/* What Mem-Info says of each node and zone. */
#include "read/oom-build.h"

#define BLOCKS_MAX  32   /* sizes of free blocks; the kernel has 11, some builds a few more */
#define TYPES_MAX   8    /* letters; the kernel has 6 types */
#define CLASSES_MAX 16   /* kinds of zones; the kernel has 5 */
#define NODES_MAX   1024 /* the kernel's own limit */
#define ZONES_MAX   (NODES_MAX * 5)

/* "free:15036kB", "reserved_highatomic:0KB", "shmem_thp: 0kB": one of a zone's or node's. */
static bool scan_amount(struct ow_str *s, struct ow_str *ret_name, uint64_t *ret_bytes)
{
	struct ow_str rest = *s, name;

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_until(&rest, ":", &name) || name.n == 0 || memchr(name.p, ' ', name.n))
		return false;
	(void)ow_scan_blanks(&rest);
	if (!ow_oom_scan_kb(&rest, ret_bytes))
		return false;
	*s = rest;
	*ret_name = name;
	return true;
}

/* "Node 0 " in front of a node's or zone's line; kernels without NUMA leave it out of the latter.
 */
static bool scan_node(struct ow_str *s, int64_t *ret)
{
	struct ow_str rest = *s;

	if (!ow_scan_lit(&rest, "Node ") || !ow_scan_i64(&rest, ret) || !ow_scan_char(&rest, ' '))
		return false;
	*s = rest;
	return true;
}

/* " all_unreclaimable? yes", with " pages_scanned:0" in front from 2.6.31 to 4.11 */
static bool scan_unreclaimable(struct ow_str s, bool *ret)
{
	struct ow_str front, word;

	if (!ow_scan_until_last(&s, " all_unreclaimable? ", &front) || !ow_scan_word(&s, &word))
		return false;
	*ret = ow_str_is(word, "yes");
	return *ret || ow_str_is(word, "no");
}

static void set_zone(struct ow_oom_zone *zone, struct ow_str name, uint64_t bytes)
{
	const struct {
		const char *name;
		unsigned have;
		uint64_t *value;
	} fields[] = {
		{ "free", OW_ZONE_FREE, &zone->free_bytes },
		{ "boost", OW_ZONE_BOOST, &zone->boost_bytes },
		{ "min", OW_ZONE_MIN, &zone->min_bytes },
		{ "low", OW_ZONE_LOW, &zone->low_bytes },
		{ "high", OW_ZONE_HIGH, &zone->high_bytes },
		{ "reserved_highatomic", OW_ZONE_RESERVED_HIGHATOMIC,
		  &zone->reserved_highatomic_bytes },
		{ "free_highatomic", OW_ZONE_FREE_HIGHATOMIC, &zone->free_highatomic_bytes },
		{ "present", OW_ZONE_PRESENT, &zone->present_bytes },
		{ "managed", OW_ZONE_MANAGED, &zone->managed_bytes },
		{ "free_cma", OW_ZONE_FREE_CMA, &zone->free_cma_bytes },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++)
		if (ow_str_is(name, fields[i].name)) {
			*fields[i].value = bytes;
			zone->have |= fields[i].have;
			return;
		}
}

static void add_kernel_stack(struct ow_oom_build *b, struct ow_str name, uint64_t bytes,
			     size_t line)
{
	if (!ow_str_is(name, "kernel_stack"))
		return;
	if (!b->kernel_stack_line)
		b->kernel_stack_line = line;
	b->kernel_stack_bytes += bytes;
}

static struct ow_oom_zone *add_zone(struct ow_oom_build *b, const struct ow_oom_zone *zone,
				    struct ow_str name)
{
	const char *kept = b->oom.zones.n < ZONES_MAX ? ow_oom_keep(b, name) : NULL;
	struct ow_oom_zone *added = kept ? ow_oom_add(b, &b->oom.zones, sizeof(*added)) : NULL;

	if (added) {
		*added = *zone;
		added->name = kept;
	}
	return added;
}

/* "DMA32 free:1696528kB min:44700kB low:55872kB high:67044kB ..." behind the node. */
static bool read_zone(struct ow_oom_build *b, struct ow_str s, const struct ow_oom_zone *place)
{
	struct ow_oom_zone zone = *place;
	struct ow_str name, field;
	uint64_t bytes;

	if (!ow_scan_word(&s, &name) || !ow_scan_lit(&s, " free:"))
		return false;
	s = (struct ow_str){ s.p - 5, s.n + 5 };
	for (; scan_amount(&s, &field, &bytes); add_kernel_stack(b, field, bytes, zone.line))
		set_zone(&zone, field, bytes);
	if (scan_unreclaimable(s, &zone.all_unreclaimable))
		zone.have |= OW_ZONE_UNRECLAIMABLE;
	(void)add_zone(b, &zone, name);
	return true;
}

/* "lowmem_reserve[]: 0 1893 1893 1893 1893", pages: of the zone whose line is in front of it. */
bool ow_oom_read_reserve(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom_zone *zone = ow_oom_zones(&b->oom);
	struct ow_str s = ow_str_trim(line->text);
	uint64_t pages, *added;

	(void)ow_scan_lit(&s, "lowmem_reserve[]:");
	if (b->oom.zones.n == 0)
		return true;
	zone += b->oom.zones.n - 1;
	if (zone->reserve.n || !(zone->have & OW_ZONE_FREE))
		return true;
	zone->reserve_line = line->number;
	while (ow_scan_blanks(&s) && zone->reserve.n < CLASSES_MAX && ow_scan_u64(&s, &pages)) {
		added = ow_oom_add(b, &zone->reserve, sizeof(*added));
		if (added)
			*added = pages;
	}
	return true;
}

/* "Node 0 active_anon:884kB ... kernel_stack:1856kB pagetables:1648kB all_unreclaimable? no": from
 * 5.9 the kernel's stacks stand here, before they stood with the zones. */
static bool read_node(struct ow_oom_build *b, struct ow_str s, const struct ow_oom_zone *place)
{
	struct ow_oom_node node = { .node = place->node, .line = place->line }, *added;
	struct ow_stat *stat;
	struct ow_str field;
	uint64_t bytes;

	if (!scan_amount(&s, &field, &bytes))
		return false;
	do {
		add_kernel_stack(b, field, bytes, place->line);
		if (ow_oom_is_lru(field))
			b->node_lru_bytes += bytes;
		stat = node.meminfo.n < OW_OOM_STATS_MAX
			       ? ow_oom_add(b, &node.meminfo, sizeof(*stat))
			       : NULL;
		if (stat)
			*stat = (struct ow_stat){ ow_oom_keep(b, field), bytes, place->line };
		if (stat && !stat->name)
			node.meminfo.n--;
	} while (scan_amount(&s, &field, &bytes));
	if (scan_unreclaimable(s, &node.all_unreclaimable))
		node.have |= OW_NODE_UNRECLAIMABLE;
	added = b->oom.nodes.n < NODES_MAX ? ow_oom_add(b, &b->oom.nodes, sizeof(*added)) : NULL;
	if (added)
		*added = node;
	return true;
}

/* "36*16kB (UME)" of a list of free blocks. types is empty where there are none. */
static bool scan_blocks(struct ow_str *s, struct ow_oom_blocks *ret, struct ow_str *ret_types)
{
	struct ow_str rest = *s, types = { 0 };
	struct ow_oom_blocks blocks = { 0 };

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_u64(&rest, &blocks.count) || !ow_scan_char(&rest, '*') ||
	    !ow_oom_scan_kb(&rest, &blocks.block_bytes))
		return false;
	*s = rest;
	if (ow_scan_lit(&rest, " (") && ow_scan_until(&rest, ")", &types) && types.n <= TYPES_MAX &&
	    !memchr(types.p, ' ', types.n))
		*s = rest;
	else
		types.n = 0;
	*ret = blocks;
	*ret_types = types;
	return true;
}

static struct ow_oom_zone *find_zone(struct ow_oom_build *b, const struct ow_oom_zone *place,
				     struct ow_str name)
{
	struct ow_oom_zone *zone = ow_oom_zones(&b->oom);

	for (size_t i = 0; i < b->oom.zones.n; i++)
		if (zone[i].node == place->node && ow_str_is(name, zone[i].name) &&
		    !((zone[i].have ^ place->have) & OW_ZONE_NODE))
			return zone[i].blocks.n ? NULL : &zone[i];
	return add_zone(b, place, name);
}

/* The blocks and their sum; true when the sum is the one that the kernel printed. */
static bool read_blocks(struct ow_oom_build *b, struct ow_str s, struct ow_list *list)
{
	struct ow_oom_blocks blocks, *added;
	uint64_t bytes, sum = 0, printed;
	struct ow_str types;

	while (list->n < BLOCKS_MAX && scan_blocks(&s, &blocks, &types)) {
		/* Each block is twice the one before. */
		if (list->n &&
		    blocks.block_bytes !=
			    ((struct ow_oom_blocks *)list->item)[list->n - 1].block_bytes * 2)
			return false;
		if (__builtin_mul_overflow(blocks.block_bytes, blocks.count, &bytes) ||
		    __builtin_add_overflow(sum, bytes, &sum))
			return false;
		blocks.types = types.n ? ow_oom_keep(b, types) : NULL;
		added = ow_oom_add(b, list, sizeof(*added));
		if (!added)
			return false;
		*added = blocks;
	}
	return ow_scan_lit(&s, " = ") && ow_oom_scan_kb(&s, &printed) && printed == sum;
}

/* "DMA: 1*4kB (U) 1*8kB (U) ... = 15036kB": the first unit is one page. */
static bool read_buddy(struct ow_oom_build *b, struct ow_str s, const struct ow_oom_zone *place)
{
	struct ow_oom_zone empty = { .have = place->have, .node = place->node }, *zone;
	struct ow_oom_blocks first;
	struct ow_str name, look, types;

	if (!ow_scan_until(&s, ": ", &name))
		return false;
	look = s;
	if (!scan_blocks(&look, &first, &types))
		return false;
	if (first.block_bytes >= 1024 && (first.block_bytes & (first.block_bytes - 1)) == 0 &&
	    first.block_bytes <= OW_MIB(1))
		b->buddy_unit_bytes = first.block_bytes;
	zone = find_zone(b, &empty, name);
	if (!zone)
		return true;
	zone->have |= OW_ZONE_BLOCKS;
	zone->blocks_line = place->line;
	zone->blocks_whole = read_blocks(b, s, &zone->blocks);
	return true;
}

/* "hugepages_total=8 hugepages_free=8 hugepages_surp=0 hugepages_size=2048kB" */
static bool read_hugepages(struct ow_oom_build *b, struct ow_str s, size_t line)
{
	struct ow_str front;
	uint64_t total, free, size, bytes, free_bytes;

	if (!ow_scan_lit(&s, "hugepages_total=") || !ow_scan_u64(&s, &total) ||
	    !ow_scan_lit(&s, " hugepages_free=") || !ow_scan_u64(&s, &free) ||
	    !ow_scan_until(&s, " hugepages_size=", &front) || !ow_oom_scan_kb(&s, &size) ||
	    __builtin_mul_overflow(total, size, &bytes) ||
	    __builtin_mul_overflow(free, size, &free_bytes) ||
	    __builtin_add_overflow(bytes, b->hugetlb_bytes, &b->hugetlb_bytes) ||
	    __builtin_add_overflow(free_bytes, b->hugetlb_free_bytes, &b->hugetlb_free_bytes))
		return false;
	if (!b->hugetlb_line)
		b->hugetlb_line = line;
	return true;
}

/* All that stands behind "Node 0", and the same without it. */
bool ow_oom_read_node(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom_zone place = { .line = line->number };
	struct ow_str s = line->text;

	if (scan_node(&s, &place.node))
		place.have = OW_ZONE_NODE;
	return read_hugepages(b, s, line->number) || read_zone(b, s, &place) ||
	       read_buddy(b, s, &place) || (place.have && read_node(b, s, &place));
}

/* Of a list of free blocks: the sizes, their types, and the sum. */
static unsigned blocks_fields(struct ow_str s)
{
	struct ow_oom_blocks blocks;
	struct ow_str types;
	uint64_t bytes;
	unsigned n = 0;

	while (scan_blocks(&s, &blocks, &types))
		n += 1 + (types.n > 0);
	return n + (ow_scan_lit(&s, " = ") && ow_oom_scan_kb(&s, &bytes));
}

static unsigned hugepages_fields(struct ow_str s)
{
	struct ow_str word, name;
	unsigned n = 0;

	while (ow_scan_lit(&s, "hugepages_") && ow_scan_word(&s, &word) && ow_scan_blanks(&s))
		n += ow_scan_until(&word, "=", &name) && word.n > 0;
	return n;
}

unsigned ow_oom_node_fields(struct ow_str text)
{
	struct ow_str s = text, name;
	uint64_t bytes;
	int64_t node;
	unsigned n = 1;
	bool all;

	(void)scan_node(&s, &node);
	name = s;
	if (ow_scan_word(&s, &name) && name.p[name.n - 1] == ':')
		return n + blocks_fields(s);
	if (name.n && !ow_scan_lit(&s, " free:"))
		s = (struct ow_str){ name.p, name.n + s.n };
	else if (name.n)
		s = (struct ow_str){ s.p - 5, s.n + 5 };
	while (scan_amount(&s, &name, &bytes))
		n++;
	return n + hugepages_fields(s) + scan_unreclaimable(s, &all);
}
