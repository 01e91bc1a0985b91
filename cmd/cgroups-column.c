/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups-column.h"

#include <inttypes.h>
#include <string.h>

#include "analyze/words.h"
#include "render/table.h"

#define SHORT_ID  12 /* digits of an id of 64, as Docker shows it */
#define SHORT_UID 8  /* of a pod's uid of 36: up to the first dash */

static const char *const kind_names[] = {
	[OW_OWNER_CGROUP] = "cgroup",
	[OW_OWNER_ROOT] = "root",
	[OW_OWNER_CONTAINER] = "container",
	[OW_OWNER_POD] = "pod",
	[OW_OWNER_QOS] = "qos",
	[OW_OWNER_UNIT] = "unit",
	[OW_OWNER_SLICE] = "slice",
	[OW_OWNER_SESSION] = "session",
	[OW_OWNER_JOB] = "job",
	[OW_OWNER_VM] = "vm",
};

bool ow_cgroups_is_somebody(const struct ow_owner *owner)
{
	return owner->kind != OW_OWNER_CGROUP && owner->kind != OW_OWNER_ROOT &&
	       owner->kind != OW_OWNER_QOS;
}

static const char *mark_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	static const char *const marks[] = {
		[OW_NEAR_NOT] = "",
		[OW_NEAR_CACHE] = "~",
		[OW_NEAR_FULL] = "!",
	};

	(void)arena;
	return marks[facts->near];
}

static const char *short_id(const char *id, struct ow_arena *arena)
{
	const size_t n = strlen(id);

	if (n == 64 && strspn(id, "0123456789abcdef") == n)
		return ow_printf(arena, "%.*s", SHORT_ID, id);
	if (n == 36 && strspn(id, "0123456789abcdef-") == n)
		return ow_printf(arena, "%.*s", SHORT_UID, id);
	return id;
}

/* "shop/web-7d/app": what is known of namespace, pod and container. */
static const char *container_name(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const struct ow_name *name = &facts->group->container;
	const char *pod = name->pod ? short_id(name->pod, arena) : NULL;
	const char *last = facts->owner.kind == OW_OWNER_POD ? NULL
			   : name->name                      ? name->name
							     : short_id(facts->owner.id, arena);

	if (!pod)
		return last ? last : facts->owner.id;
	return ow_printf(arena, "%s%s%s%s%s", name->namespace ? name->namespace : "",
			 name->namespace ? "/" : "", pod, last ? "/" : "", last ? last : "");
}

/* The name of the owner, and the rest of the path where the group is inside of what it owns. */
static const char *name_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const struct ow_owner *owner = &facts->owner;
	const char *rest, *name = owner->id;

	if (!ow_cgroups_is_somebody(owner))
		return facts->group->path;
	if (owner->kind == OW_OWNER_CONTAINER || owner->kind == OW_OWNER_POD)
		name = container_name(facts, arena);
	rest = facts->group->path + strlen(owner->path);
	return *rest && name ? ow_printf(arena, "%s%s", name, rest) : name;
}

static const char *branch_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const struct ow_name *name = &facts->group->container;
	const char *path = facts->group->path, *slash = strrchr(path, '/');

	if (strcmp(facts->owner.path, path) == 0) {
		if (facts->owner.kind == OW_OWNER_CONTAINER && name->name)
			return name->name;
		if (facts->owner.kind == OW_OWNER_POD && name->pod)
			return container_name(facts, arena);
	}
	return slash && slash[1] ? slash + 1 : path;
}

static const char *kind_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const struct ow_name *name = &facts->group->container;

	(void)arena;
	if (facts->owner.kind == OW_OWNER_CONTAINER && name->runtime)
		return name->runtime;
	return kind_names[facts->owner.kind];
}

static const char *path_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	(void)arena;
	return facts->group->path;
}

/* "512.0M /kubepods/pod1" for another group's limit. */
static const char *bound_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const struct ow_cgroup_binding *binding = &facts->group->binding_limit;
	const char *size;

	if (!(facts->group->have & OW_CGROUP_BINDING_LIMIT))
		return NULL;
	if (binding->limit_bytes == UINT64_MAX)
		return "none";
	if (strcmp(binding->path, facts->group->path) == 0)
		return "own";
	size = ow_bytes_text(arena, binding->limit_bytes);
	return size ? ow_printf(arena, "%s %s", size, binding->path) : NULL;
}

static bool take(bool have, uint64_t value, uint64_t *ret)
{
	if (have)
		*ret = value;
	return have;
}

static bool take_part(const struct ow_cgroups_facts *facts, enum ow_part part, uint64_t *ret)
{
	return take(facts->balance.part[part].have, facts->balance.part[part].bytes, ret);
}

static bool usage(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take(facts->group->have & OW_CGROUP_USAGE, facts->group->usage_bytes, ret);
}

static bool limit(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take(facts->group->have & OW_CGROUP_LIMIT, facts->group->limit_bytes, ret);
}

/* Where nobody set it, it is no column. */
static bool high(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	const struct ow_cgroup *group = facts->group;

	return take(group->have & OW_CGROUP_HIGH && group->high_bytes != UINT64_MAX,
		    group->high_bytes, ret);
}

/* Of v1: its tasks wait for memory, or for somebody, as nothing may be killed. */
static const char *state_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const struct ow_cgroup *group = facts->group;
	const bool off = group->have & OW_CGROUP_OOM_KILL_DISABLE && group->oom_kill_disable;

	(void)arena;
	if (group->have & OW_CGROUP_UNDER_OOM && group->under_oom)
		return off ? "under OOM, no kill" : "under OOM";
	return off ? "no OOM kill" : NULL;
}

static bool peak(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take(facts->group->have & OW_CGROUP_PEAK, facts->group->peak_bytes, ret);
}

static bool kills(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take(facts->group->have & OW_CGROUP_OOM_KILLS, facts->group->oom_kills, ret);
}

static bool pressure(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	const struct ow_psi *psi = &facts->group->psi;

	return take(facts->group->have & OW_CGROUP_PSI && psi->have & OW_PSI_SOME,
		    psi->some.avg10_permyriad, ret);
}

static bool headroom(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	const struct ow_cgroup_binding *binding = &facts->group->binding_limit;
	const bool have = facts->group->have & OW_CGROUP_BINDING_LIMIT;

	if (have && binding->limit_bytes == UINT64_MAX)
		return take(true, UINT64_MAX, ret);
	return take(have && binding->have & OW_CGROUP_BINDING_USAGE, binding->headroom_bytes, ret);
}

static bool fill(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	const double most = 1e6; /* of a limit that was set below the usage */

	return take(facts->has_fill, (uint64_t)(10000 * (facts->fill < most ? facts->fill : most)),
		    ret);
}

/* Those that are near come first, then the others; each by how full the limit is. */
static bool nearness(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	if (!fill(facts, ret))
		return false;
	if (facts->near == OW_NEAR_FULL)
		*ret += UINT64_C(1) << 62;
	return true;
}

static bool anon(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take_part(facts, OW_PART_ANON, ret);
}

static bool file(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take_part(facts, OW_PART_CACHE, ret);
}

static bool shmem(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	return take_part(facts, OW_PART_SHMEM, ret);
}

/* The kernel's memory, or the sum of what is named of it. */
static bool kernel(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	uint64_t sum = 0;
	bool have = take_part(facts, OW_PART_KERNEL, ret);

	for (enum ow_part part = OW_PART_SLAB; part <= OW_PART_PERCPU && !have; part++)
		sum = ow_add(sum, facts->balance.part[part].bytes);
	return have || take(facts->balance.part[OW_PART_SLAB].have, sum, ret);
}

/* "1.2M+": kernels before 5.18 do not print all that v2 charges. */
static const char *kernel_text(const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	const bool all = facts->balance.part[OW_PART_KERNEL].have;
	uint64_t bytes;
	const char *text = kernel(facts, &bytes) ? ow_bytes_text(arena, bytes) : NULL;

	return text && !all ? ow_printf(arena, "%s+", text) : text;
}

/* What of it is in swap, beside the usage. */
static bool swap(const struct ow_cgroups_facts *facts, uint64_t *ret)
{
	const struct ow_cgroup *group = facts->group;
	const struct ow_stat *v1 = group->have & OW_CGROUP_STAT && group->version == 1
					   ? ow_stat_find(&group->stat, "total_swap")
					   : NULL;

	if (v1)
		return take(true, v1->value, ret);
	return take(group->have & OW_CGROUP_SWAP && group->swap.have & OW_CGROUP_COUNTER_USAGE,
		    group->swap.usage_bytes, ret);
}

#define MAKEUP  (OW_CGROUP_USAGE | OW_CGROUP_STAT)
#define BINDING OW_CGROUP_BINDING_LIMIT

/* clang-format off */
const struct ow_cgroups_column ow_cgroups_columns[] = {
	{ .key = "near", .heading = "", .width = 1, .wants = BINDING | MAKEUP,
	  .value = nearness, .text = mark_text },
	{ .key = "name", .heading = "NAME", .width = 20, .cut = true, .wants = OW_CGROUP_CONTAINER,
	  .text = name_text, .branch = branch_text },
	{ .key = "kind", .heading = "KIND", .width = 10, .rank = 11,
	  .wants = OW_CGROUP_CONTAINER, .text = kind_text },
	{ .key = "usage", .heading = "USAGE", .form = OW_CGROUPS_BYTES, .width = 7,
	  .wants = OW_CGROUP_USAGE, .value = usage },
	{ .key = "limit", .heading = "LIMIT", .form = OW_CGROUPS_BYTES, .width = 7,
	  .wants = OW_CGROUP_LIMIT, .value = limit },
	{ .key = "high", .heading = "HIGH", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 10,
	  .wants = OW_CGROUP_HIGH, .value = high },
	{ .key = "headroom", .heading = "HEADROOM", .form = OW_CGROUPS_BYTES, .width = 8, .rank = 4,
	  .wants = BINDING, .least = true, .value = headroom },
	{ .key = "use", .heading = "USE%", .form = OW_CGROUPS_SHARE, .width = 6, .rank = 1,
	  .wants = BINDING, .value = fill },
	{ .key = "anon", .heading = "ANON", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 2,
	  .wants = MAKEUP, .value = anon },
	{ .key = "file", .heading = "FILE", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 3,
	  .wants = MAKEUP, .value = file },
	{ .key = "shmem", .heading = "SHMEM", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 6,
	  .wants = MAKEUP, .value = shmem },
	{ .key = "kernel", .heading = "KERNEL", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 7,
	  .wants = MAKEUP | OW_CGROUP_KMEM, .value = kernel, .text = kernel_text },
	{ .key = "swap", .heading = "SWAP", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 8,
	  .wants = OW_CGROUP_STAT | OW_CGROUP_SWAP, .value = swap },
	{ .key = "peak", .heading = "PEAK", .form = OW_CGROUPS_BYTES, .width = 7, .rank = 9,
	  .wants = OW_CGROUP_PEAK, .value = peak },
	{ .key = "kills", .heading = "KILLS", .form = OW_CGROUPS_COUNT, .width = 5, .rank = 5,
	  .wants = OW_CGROUP_OOM_KILLS, .value = kills },
	{ .key = "pressure", .heading = "PRESSURE", .form = OW_CGROUPS_SHARE, .width = 8, .rank = 10,
	  .wants = OW_CGROUP_PSI, .value = pressure },
	{ .heading = "STATE", .width = 10, .rank = 1,
	  .wants = OW_CGROUP_UNDER_OOM | OW_CGROUP_OOM_KILL_DISABLE, .text = state_text },
	{ .heading = "BOUND BY", .width = 12, .cut = true, .rank = 2,
	  .wants = BINDING, .text = bound_text },
	{ .key = "path", .heading = "PATH", .hidden = true, .text = path_text },
};
/* clang-format on */
const size_t ow_cgroups_columns_n = OW_ARRAY_SIZE(ow_cgroups_columns);

const struct ow_cgroups_column *ow_cgroups_key(const char *key)
{
	for (size_t i = 0; i < ow_cgroups_columns_n; i++)
		if (ow_cgroups_columns[i].key && strcmp(ow_cgroups_columns[i].key, key) == 0)
			return &ow_cgroups_columns[i];
	return NULL;
}

const char *ow_cgroups_cell(const struct ow_cgroups_column *column,
			    const struct ow_cgroups_facts *facts, struct ow_arena *arena)
{
	uint64_t value;

	if (column->text)
		return column->text(facts, arena);
	if (!column->value(facts, &value))
		return NULL;
	if (column->form == OW_CGROUPS_BYTES)
		return value == UINT64_MAX ? "max" : ow_bytes_text(arena, value);
	if (column->form == OW_CGROUPS_SHARE)
		return ow_printf(arena, "%" PRIu64 ".%" PRIu64 "%%", value / 100, value % 100 / 10);
	return ow_printf(arena, "%" PRIu64, value);
}
