/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_LIMIT_H
#define OW_ANALYZE_LIMIT_H

#include "analyze/hypothesis.h"

/* What the families of the level limit share. */

/* Settles f as refuted when the record names a cgroup's limit: then the machine's memory is not
 * what ran out. False when the record is of the machine, or does not say. */
bool ow_limit_is_cgroups(const struct ow_scene *s, struct ow_finding *f);

/*
 * Settles f as refuted when the machine was not full: a zone that the request may use had pages
 * enough, and only no block of the order that was wanted; or the zones that it may use had spare
 * ones (OW_SPARE); or OW_MACHINE_FREE of the machine was free, in whatever zone or node.
 */
#define OW_MACHINE_FREE 0.20
bool ow_limit_was_free(const struct ow_scene *s, struct ow_finding *f);

#endif
