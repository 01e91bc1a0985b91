/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_STATS_H
#define OW_TESTS_STATS_H

#include "record/field.h"
#include "unit.h"

/* The value of that name in a list of struct ow_stat. */
static inline uint64_t stat_of(const struct ow_list *stats, const char *name)
{
	const struct ow_stat *stat = stats->item;

	for (size_t i = 0; i < stats->n; i++)
		if (strcmp(stat[i].name, name) == 0)
			return stat[i].value;
	fail_msg("there is no %s", name);
	return 0;
}

#endif
