/* SPDX-License-Identifier: Apache-2.0 */
#include "render/pprof-order.h"

#include <errno.h>

static void number(uint32_t *list, size_t *n, uint32_t *id, uint32_t index)
{
	if (id[index] == 0) {
		list[*n] = index;
		id[index] = (uint32_t)++ * n;
	}
}

static void number_location(const struct ow_pprof *pprof, struct pprof_order *order, uint32_t at)
{
	/* The lines of the profile itself: filters may have cut those of the view. */
	const bool is_made = at >= pprof->profile->n_locations;
	const struct ow_profile_location *location =
		is_made ? &pprof->location[at] : &pprof->profile->location[at];

	if (order->location_id[at])
		return;
	if (location->mapping != OW_PROFILE_NONE)
		number(order->mapping, &order->n_mappings, order->mapping_id, location->mapping);
	for (uint32_t i = 0; i < location->n_lines; i++)
		number(order->function, &order->n_functions, order->function_id,
		       location->line[i].function);
	number(order->location, &order->n_locations, order->location_id, at);
}

int pprof_order_make(const struct ow_pprof *pprof, struct pprof_order *ret)
{
	const size_t n_mappings = pprof->profile->n_mappings;
	struct pprof_order order = {
		.location = ow_alloc(pprof->arena, pprof->n_locations + 1, sizeof(uint32_t)),
		.function = ow_alloc(pprof->arena, pprof->n_functions + 1, sizeof(uint32_t)),
		.mapping = ow_alloc(pprof->arena, n_mappings + 1, sizeof(uint32_t)),
		.location_id = ow_alloc(pprof->arena, pprof->n_locations + 1, sizeof(uint32_t)),
		.function_id = ow_alloc(pprof->arena, pprof->n_functions + 1, sizeof(uint32_t)),
		.mapping_id = ow_alloc(pprof->arena, n_mappings + 1, sizeof(uint32_t)),
	};
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;

	if (ow_arena_refused(pprof->arena) ||
	    ow_profile_walk_init(&walk, pprof->profile, pprof->arena) < 0)
		return -ENOMEM;
	if (n_mappings)
		number(order.mapping, &order.n_mappings, order.mapping_id, 0);
	while (ow_profile_walk_next(&walk, &sample))
		for (size_t i = 0; i < sample.n_locations; i++)
			number_location(pprof, &order, sample.location[i]);
	for (size_t i = pprof->profile->n_locations; i < pprof->n_locations; i++)
		number_location(pprof, &order, (uint32_t)i); /* frames of labels */
	*ret = order;
	return 0;
}
