/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_LOOKUP_H
#define OW_CMD_LOOKUP_H

#include "base/arena.h"
#include "read/case.h"

/*
 * What is looked up on the live host once the kernel's record has said what is worth it: the
 * machine, the containers, the cgroups of the incident, and what people call them. A look-up that
 * fails is a source of the case that could not be read, never an error of the whole.
 */
struct ow_lookup;

/* NULL when there is no memory. What is looked up lives in the arena. */
struct ow_lookup *ow_lookup_new(struct ow_arena *arena);
struct ow_lookup *ow_lookup_free(struct ow_lookup *lookup);

static inline void ow_lookup_freep(struct ow_lookup **lookup)
{
	*lookup = ow_lookup_free(*lookup);
}

/*
 * The id of what has that name: a container that an engine knows or remembers, a container or pod
 * that its runtime or kubelet wrote down. Else the name itself: then it may be an id, a unit or a
 * cgroup. What was learnt of it goes to the case with the incident. NULL when there is no memory.
 */
const char *ow_lookup_name(struct ow_lookup *lookup, const char *name);

/* Adds the machine, and what the incident that the reader has chosen leads to. 0 or -ENOMEM. */
int ow_lookup_incident(struct ow_lookup *lookup, struct ow_case_reader *reader);

/* The id that a file of a case gives the name, so that its kernel logs can be searched for it; NULL
 * where it is about somebody else. In the arena. */
const char *ow_lookup_file(const struct ow_evidence *file, const char *name,
			   struct ow_arena *arena);

#endif
