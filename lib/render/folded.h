/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_FOLDED_H
#define OW_RENDER_FOLDED_H

#include <stdio.h>

#include "base/err.h"
#include "render/pprof.h"

/*
 * Stacks one a line, "main;work;grow 1048576": the root first, the sum of the value behind the last
 * blank, below 0 where it shrank. Names are made printable; a semicolon in one is \x3b, a byte that
 * would break the line \xNN, a backslash \\. Takes stacks. Returns 0 or -ENOMEM.
 */
int ow_folded(struct ow_pprof *pprof, FILE *out, struct ow_err *err);

#endif
