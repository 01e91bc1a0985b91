/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_PPROF_ORDER_H
#define OW_RENDER_PPROF_ORDER_H

#include <stdint.h>

#include "render/pprof.h"

/* The numbers that pprof gives to the parts of a profile: from 1 on in the order in which the
 * samples use them, the leaf first; the program is the first mapping. 0 is a part that none uses.
 */
struct pprof_order {
	uint32_t *location, *function, *mapping; /* index of number - 1 */
	size_t n_locations, n_functions, n_mappings;
	uint32_t *location_id, *function_id, *mapping_id; /* number of an index */
};

/* Of the whole profile, whatever the filters leave of it. -ENOMEM. */
int pprof_order_make(const struct ow_pprof *pprof, struct pprof_order *ret);

#endif
