/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_INCIDENT_H
#define OW_READ_INCIDENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "read/case.h"
#include "record/oom.h"

/*
 * Puts the kills together that belong to one incident, and keeps the incident that was asked for.
 * What an incident is, and which one is chosen, stands at struct ow_case_select. Kills come one at
 * a time, in the order of the listing; those that cannot be of the chosen incident any more are
 * dropped on the way.
 */
struct ow_incidents;

/* NULL when there is no memory. select must outlive it. */
struct ow_incidents *ow_incidents_new(const struct ow_case_select *select);
struct ow_incidents *ow_incidents_free(struct ow_incidents *all);

static inline void ow_incidents_freep(struct ow_incidents **all)
{
	*all = ow_incidents_free(*all);
}

/*
 * Takes one kill of the source-th source. When it is kept, its arena is taken and NULL left in its
 * place. Returns 0, 1 when another source had it already, or -ENOMEM.
 */
int ow_incidents_take(struct ow_incidents *all, unsigned source, const struct ow_oom *oom,
		      struct ow_arena **arena);

/* The chosen incident. All 0 when there is none. */
struct ow_incident {
	const struct ow_oom *const *kills; /* in their order; valid until the next take */
	size_t n_kills;
	size_t n_more_kills;  /* of the incident, not kept */
	size_t n_other_kills; /* of other incidents */
	size_t n_homeless;    /* of them: by the kernel, and not known of which cgroup */
};

struct ow_incident ow_incidents_chosen(const struct ow_incidents *all);

#endif
