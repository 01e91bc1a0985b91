/* SPDX-License-Identifier: Apache-2.0 */
#include "record/name.h"

#include "base/arena.h"

void ow_name_complete(struct ow_name *name, const struct ow_name *more)
{
	const char **const to[] = { &name->runtime,   &name->name, &name->image, &name->pod,
				    &name->namespace, &name->unit, &name->from };
	const char *const from[] = { more->runtime,   more->name, more->image, more->pod,
				     more->namespace, more->unit, more->from };

	for (size_t i = 0; i < OW_ARRAY_SIZE(to); i++)
		if (!*to[i])
			*to[i] = from[i];
}
