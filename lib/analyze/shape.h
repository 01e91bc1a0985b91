/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_SHAPE_H
#define OW_ANALYZE_SHAPE_H

#include "analyze/hypothesis.h"

/* What the families of the level shape share. */

/* Is there a log of a Go program's collector? Then f, that nothing can be said of the shape, is
 * settled: refuted where the live heap has one that led to the kill, else open with why not. */
bool ow_shape_by_log(const struct ow_scene *s, struct ow_finding *f);

#endif
