/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_PPROF_DOT_H
#define OW_RENDER_PPROF_DOT_H

#include "render/pprof-internal.h"

/* What the files behind dot share; for nobody else. */

/* The boxes of a node's tags. Returns how many were written, or -ENOMEM. */
int dot_print_tags(const struct ow_pprof *pprof, const struct ow_graph_node *node, FILE *out);

/* A text for a string of dot: quotes and backslashes escaped, lines aligned to the left. NULL at
 * the limit. */
char *dot_escape(const struct ow_pprof *pprof, const char *text);

/* A function's name without its package or namespace. */
struct ow_str dot_short_name(struct ow_str name, struct ow_arena *arena);

#define DOT_COLOUR_MAX 8
/* Green for what shrank (-1), grey for nothing, red for what is all (1); pale for a background. */
char *dot_colour(double score, bool pale, char buffer[DOT_COLOUR_MAX]);

#endif
