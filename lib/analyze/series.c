/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/series.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "base/scan.h"
#include "base/time.h"

#define PAUSE_USEC (10 * OW_USEC_PER_SEC)

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_confined(const struct ow_oom *oom)
{
	return oom->kind == OW_OOM_CPUSET || oom->kind == OW_OOM_MEMPOLICY;
}

/* Another life of a pod's container. */
static bool is_restart(const struct ow_limit_series *s, const struct ow_oom *oom)
{
	const char *pod = oom->limit_owner.pod;

	return pod && s->owner.pod && strcmp(pod, s->owner.pod) == 0 && s->have_limit &&
	       (oom->have & OW_OOM_LIMIT) && s->limit_bytes == oom->limit_bytes;
}

static bool is_of(const struct ow_limit_series *s, const struct ow_oom *oom)
{
	const struct ow_owner *owner = &oom->limit_owner;

	if (s->kind != oom->kind)
		return false;
	if (oom->kind == OW_OOM_MEMCG)
		return (s->owner.kind == owner->kind && same_text(s->owner.id, owner->id)) ||
		       is_restart(s, oom);
	return !is_confined(oom) || same_text(s->mems_allowed, oom->mems_allowed);
}

/* When the kill was, and by which clock; false when no source says. */
static bool moment(const struct ow_oom *oom, bool *wall, int64_t *usec)
{
	*wall = oom->have & OW_OOM_TIME;
	*usec = *wall ? oom->time_usec : (int64_t)oom->boot_usec;
	return (oom->have & (OW_OOM_TIME | OW_OOM_BOOT)) && *usec >= 0;
}

/* Is the series' latest kill so short a time before this one? */
static bool is_near(const struct ow_limit_series *s, const struct ow_oom *oom)
{
	int64_t usec;
	bool wall;

	return s->timed && moment(oom, &wall, &usec) && wall == s->wall && usec >= s->last_usec &&
	       usec - s->last_usec <= PAUSE_USEC;
}

/* The one cgroup whose limit was hit just before; NULL when there was none, or several. */
static struct ow_limit_series *only_near(const struct ow_series *series, const struct ow_oom *oom)
{
	struct ow_limit_series *near = NULL;

	for (size_t i = 0; i < series->n; i++) {
		struct ow_limit_series *s = &series->item[i];

		if (s->kind != OW_OOM_MEMCG || !s->owner.id || !is_near(s, oom))
			continue;
		if (near)
			return NULL;
		near = s;
	}
	return near;
}

static struct ow_limit_series *find(const struct ow_series *series, const struct ow_oom *oom)
{
	struct ow_limit_series *near = NULL;

	if (oom->kind == OW_OOM_MEMCG && !oom->limit_memcg)
		near = only_near(series, oom);
	for (size_t i = 0; !near && i < series->n; i++)
		if (is_of(&series->item[i], oom))
			near = &series->item[i];
	return near;
}

/* NULL stays NULL. */
static const char *kept(struct ow_arena *arena, const char *text)
{
	return text ? ow_str_keep(arena, ow_str(text)) : NULL;
}

static struct ow_limit_series *begin(struct ow_series *series, const struct ow_oom *oom)
{
	struct ow_limit_series *more =
		ow_grow(series->arena, series->item, series->n, sizeof(*more));

	if (!more)
		return NULL;
	series->item = more;
	more[series->n] = (struct ow_limit_series){
		.kind = oom->kind,
		.owner = { .kind = oom->limit_owner.kind,
			   .runtime = kept(series->arena, oom->limit_owner.runtime),
			   .id = kept(series->arena, oom->limit_owner.id),
			   .pod = kept(series->arena, oom->limit_owner.pod) },
		.have_limit = oom->have & OW_OOM_LIMIT,
		.limit_bytes = oom->limit_bytes,
		.mems_allowed = is_confined(oom) ? kept(series->arena, oom->mems_allowed) : NULL,
	};
	return &more[series->n++];
}

/* One more interval (Welford's way, which keeps its digits). */
static void add_interval(struct ow_limit_series *s, int64_t usec)
{
	double from = (double)usec - s->mean_usec;

	s->mean_usec += from / (double)++s->intervals;
	s->square_usec2 += from * ((double)usec - s->mean_usec);
	if (s->intervals == 1 || usec < s->least_usec)
		s->least_usec = usec;
	if (usec > s->most_usec)
		s->most_usec = usec;
}

static void add_time(struct ow_limit_series *s, bool wall, int64_t usec, bool other_boot)
{
	bool on = s->timed && s->wall == wall && usec >= s->last_usec && (wall || !other_boot);
	bool pause = on && usec - s->last_usec > PAUSE_USEC;

	s->broken |= s->timed && !on;
	if (!s->timed)
		s->first_usec = usec;
	s->last_usec = usec;
	s->timed = true;
	s->wall = wall;
	if (on && !pause)
		return;
	if (pause)
		add_interval(s, usec - s->start_usec);
	s->incidents++;
	s->start_usec = usec;
}

int ow_series_add(struct ow_series *series, const struct ow_oom *oom)
{
	struct ow_limit_series *s = find(series, oom);
	bool wall, other_boot;
	int64_t usec;

	if (!s && series->n == OW_SERIES_MAX) {
		series->others++;
		return 0;
	}
	if (!s)
		s = begin(series, oom);
	if (!s || ow_arena_refused(series->arena))
		return -ENOMEM;
	s->restarted |= oom->limit_owner.id && !same_text(s->owner.id, oom->limit_owner.id);
	other_boot = s->kills && strcmp(s->boot_id, oom->boot_id ? oom->boot_id : "") != 0;
	(void)snprintf(s->boot_id, sizeof(s->boot_id), "%s", oom->boot_id ? oom->boot_id : "");
	s->kills++;
	s->unnamed += s->owner.id && oom->kind == OW_OOM_MEMCG && !oom->limit_memcg;
	if (moment(oom, &wall, &usec))
		add_time(s, wall, usec, other_boot);
	else if (s->kills == 1)
		s->incidents++;
	return 0;
}

bool ow_series_cv(const struct ow_limit_series *s, double *ret)
{
	if (s->intervals < OW_INTERVALS_LEAST || s->mean_usec < (double)OW_INTERVAL_LEAST)
		return false;
	*ret = sqrt(s->square_usec2 / (double)(s->intervals - 1)) / s->mean_usec;
	return true;
}
