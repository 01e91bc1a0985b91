/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_FLAME_H
#define OW_RECORD_FLAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

/* Stacks as a tree: what they have in common from the root on is one box, as wide as all that is
 * above it together. A stack that shrank has a width, too: that by which it shrank. */

#define OW_FLAME_OTHERS UINT32_MAX

struct ow_flame_node {
	uint32_t parent;        /* index; of the root 0 */
	uint32_t frame;         /* of the root and of what was folded OW_FLAME_OTHERS */
	uint32_t depth;         /* the root has 0 */
	uint32_t n;             /* of what was folded: how many callees; else 0 */
	uint64_t at;            /* where it begins: the width of all to its left */
	uint64_t grown, shrunk; /* sums of the stacks above it, those below 0 as shrunk */
};

/* How wide it is. */
static inline uint64_t ow_flame_width(const struct ow_flame_node *node)
{
	return node->grown + node->shrunk;
}

struct ow_flame {
	const struct ow_str *frame; /* what is shown of each frame: of any bytes */
	struct ow_flame_node *node; /* the root, then row by row, each from the left */
	size_t n;
	uint32_t depth;     /* of the deepest node */
	uint64_t n_folded;  /* callees that were too narrow or too deep to have a box */
	bool is_difference; /* something shrank */
};

#endif
