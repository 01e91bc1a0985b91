/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "read/profile-internal.h"

#define SLOTS_FIRST 64

static size_t slot_of(const struct profile_refs *refs, uint64_t id)
{
	const unsigned __int128 product = (unsigned __int128)id * UINT64_C(0x9e3779b97f4a7c15);
	size_t i = (size_t)((uint64_t)product ^ (uint64_t)(product >> 64)) & (refs->n_slots - 1);

	while (refs->slot[i] && refs->id[refs->slot[i] - 1] != id)
		i = (i + 1) & (refs->n_slots - 1);
	return i;
}

static int widen(struct profile_refs *refs)
{
	const size_t n = refs->n_slots ? 2 * refs->n_slots : SLOTS_FIRST;
	uint32_t *slot = ow_alloc(refs->arena, n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	refs->slot = slot;
	refs->n_slots = n;
	for (size_t i = 0; i < refs->n; i++)
		slot[slot_of(refs, refs->id[i])] = (uint32_t)i + 1;
	return 0;
}

bool profile_ref_find(const struct profile_refs *refs, uint64_t id, uint32_t *ret)
{
	size_t i;

	if (id < PROFILE_REF_DIRECT) {
		*ret = (uint32_t)id;
		return true;
	}
	i = refs->n_slots ? slot_of(refs, id) : 0;
	if (refs->n_slots == 0 || refs->slot[i] == 0)
		return false;
	*ret = PROFILE_REF_DIRECT + refs->slot[i] - 1;
	return true;
}

int profile_ref(struct profile_refs *refs, uint64_t id, uint32_t *ret)
{
	uint64_t *ids;

	if (profile_ref_find(refs, id, ret))
		return 0;
	if (refs->n >= UINT32_MAX / 2)
		return -ENOMEM;
	if (refs->n >= refs->n_slots / 2 && widen(refs) < 0)
		return -ENOMEM;
	ids = ow_grow(refs->arena, refs->id, refs->n, sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	refs->id = ids;
	ids[refs->n] = id;
	refs->slot[slot_of(refs, id)] = (uint32_t)++refs->n;
	*ret = PROFILE_REF_DIRECT + (uint32_t)refs->n - 1;
	return 0;
}
