/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "account.h"
#include "analyze/goroutines.h"
#include "render/account.h"

#define LINES 20 /* stacks that are shown where nobody asks for more */

/* The stacks in use, as the last page that knows them says. */
static uint64_t stacks_in_use(const struct account_inputs *inputs)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < inputs->n; i++) {
		const struct ow_go_moment *part = &inputs->item[i].file.part;

		for (size_t k = 0; k < part->n_stats; k++)
			if (part->stats[k].memstats.have & OW_MEMSTATS_STACK)
				bytes = part->stats[k].memstats.stack_inuse_bytes;
	}
	return bytes;
}

int account_show_goroutines(const struct account_inputs *inputs)
{
	const struct ow_goroutines *first = NULL, *last = NULL;
	struct ow_goroutine_view view;
	int r;

	for (size_t i = 0; i < inputs->n; i++) {
		const struct ow_goroutines *g = inputs->item[i].file.part.goroutines;

		if (!g)
			continue;
		if (last && !first)
			first = last;
		last = g;
	}
	if (!last)
		return ow_command_fail(inputs->command, OW_EXIT_NOTHING,
				       "there is no profile of goroutines in what was given");
	if (first && (first->cut || last->cut)) {
		ow_command_warn(inputs->command,
				"'%s' ends in the midst of a stack: what grew is not known",
				first->cut ? first->source : last->source);
		first = NULL;
	}
	r = ow_goroutines_view(first, last, stacks_in_use(inputs), inputs->arena, &view);
	if (r < 0)
		return ow_command_fail(inputs->command, OW_EXIT_FAILED,
				       "cannot put the goroutines together: %s", strerror(-r));
	if (!arg_account.json && !arg_account.no_pager)
		ow_command_pager();
	if (arg_account.json)
		r = ow_goroutines_json(&view, stdout);
	else
		r = ow_goroutines_text(
			&view, arg_account.lines < 0 ? LINES : (size_t)arg_account.lines, stdout);
	return r < 0 ? ow_command_fail(inputs->command, OW_EXIT_FAILED, "cannot print: %s",
				       strerror(-r))
		     : OW_EXIT_DONE;
}
