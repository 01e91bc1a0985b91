/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_KILLS_VIEW_H
#define OW_CMD_KILLS_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/series.h"
#include "record/oom.h"
#include "render/table.h"

/* The list of kills on standard output: a table for people, one JSON object a line, or for each
 * kill a line and what its record allows to conclude. */
struct ow_kills_view {
	bool json, verbose;
	bool utc;
	uint64_t shown;
	struct ow_table *table; /* what of it is not printed yet */
	size_t rows;
};

/* One more kill, of that number in its listing; 0 for what has none. 0 or a negative errno. */
int ow_kills_view_add(struct ow_kills_view *view, const struct ow_oom *oom, uint64_t number);

/* Prints by whose limit the kills of the listing were. 0 or a negative errno. */
int ow_kills_view_series(const struct ow_series *series);

/* Prints what is left. 0 or a negative errno. */
int ow_kills_view_end(struct ow_kills_view *view);

void ow_kills_view_release(struct ow_kills_view *view);

#endif
