/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_PATTERN_H
#define OW_BASE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/scan.h"

/*
 * A regular expression in the syntax that Go, RE2 and Perl share. It may come from a file that a
 * stranger wrote: how long it searches is bounded. Where the bound is reached nothing matches.
 */
struct ow_pattern;

/* -EINVAL: it is no regular expression; err says why and where. -ENOMEM. */
int ow_pattern_new(const char *text, struct ow_pattern **ret, struct ow_err *err);

/* Takes NULL, returns NULL. */
struct ow_pattern *ow_pattern_free(struct ow_pattern *pattern);

static inline void ow_pattern_freep(struct ow_pattern **pattern)
{
	*pattern = ow_pattern_free(*pattern);
}

/* Does it match somewhere in s, of any bytes? */
bool ow_pattern_matches(const struct ow_pattern *pattern, struct ow_str s);

/* The name of the i-th named group, in no order that is told; NULL past the last one. */
const char *ow_pattern_name(const struct ow_pattern *pattern, size_t i);

/* As ow_pattern_matches(); gives each named group that took part. */
typedef void ow_pattern_group_fn(void *arg, const char *name, struct ow_str value);
bool ow_pattern_groups(const struct ow_pattern *pattern, struct ow_str s, ow_pattern_group_fn *take,
		       void *arg);

#endif
