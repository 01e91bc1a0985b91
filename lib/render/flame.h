/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_FLAME_H
#define OW_RENDER_FLAME_H

#include <stdio.h>

#include "base/err.h"
#include "render/pprof.h"

/*
 * The tree of stacks as one SVG file without anything from outside: callers above their callees,
 * the widest first, red where something grew and blue where it shrank if it is a difference. Each
 * box has its name and numbers as its title; a script in it zooms and searches. Whatever the names
 * are, it is well-formed XML, and they are no part of the script. Takes stacks and flame. -ENOENT:
 * it is empty; -ENOMEM.
 */
int ow_flame_svg(struct ow_pprof *pprof, FILE *out, struct ow_err *err);

/* The narrowest box that is drawn, as a share of the picture, and what it may have at most. */
#define OW_FLAME_LEAST     (0.1 / 1180)
#define OW_FLAME_NODES_MAX 20000
#define OW_FLAME_DEPTH_MAX 1024

#endif
