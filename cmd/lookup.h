/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_LOOKUP_H
#define OW_CMD_LOOKUP_H

#include "base/arena.h"
#include "read/case.h"

/*
 * What is looked up on the live host once the kernel's record has said what is worth it: the
 * machine, the containers and the cgroups of the incident. A look-up that fails is a source of the
 * case that could not be read, never an error of the whole.
 */

/*
 * The id of the container of that name, where an engine knows it, else the name itself: then it
 * may be an id, a unit, a pod or a cgroup. What the engine said is kept in *ret_inspect for the
 * case (its path is NULL where there is nothing). In the arena; NULL when there is no memory.
 */
const char *ow_lookup_name(const char *name, struct ow_arena *arena,
			   struct ow_evidence *ret_inspect);

/* Adds the machine and what the incident that the reader has chosen leads to. known is the inspect
 * of a container that need not be asked for again; its path may be NULL. 0 or -ENOMEM. */
int ow_lookup_incident(struct ow_case_reader *reader, const struct ow_evidence *known,
		       struct ow_arena *arena);

#endif
