/* SPDX-License-Identifier: Apache-2.0 */
#include "record/profile-graph.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/path.h"

char *ow_graph_label(struct ow_arena *arena, const struct ow_graph_node *node)
{
	char address[24] = "", line[48] = "";
	const bool has_file = node->line || node->file.n;
	const char *blank = node->name.n && has_file ? " " : "";
	struct ow_str object = ow_path_base(node->object);

	if (node->address)
		(void)snprintf(address, sizeof(address), "%016" PRIx64 " ", node->address);
	if (node->line && node->column)
		(void)snprintf(line, sizeof(line), ":%" PRId64 ":%" PRId64, node->line,
			       node->column);
	else if (node->line)
		(void)snprintf(line, sizeof(line), ":%" PRId64, node->line);
	if (has_file || node->name.n)
		return ow_printf(arena, "%s%.*s%s%.*s%s", address, (int)node->name.n, node->name.p,
				 blank, (int)node->file.n, node->file.p, line);
	if (node->object.n)
		return ow_printf(arena, "%s[%.*s]", address, (int)object.n, object.p);
	return ow_printf(arena, "%s<unknown>", address);
}
