/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_FIELD_TEXT_H
#define OW_RENDER_FIELD_TEXT_H

#include "base/arena.h"
#include "record/field.h"

/*
 * The value of a field for people, as one cell: "508.0M" for bytes, "95.6%" for hundredths of a
 * percent, "max" for a limit that nobody set, "path=/a limit_bytes=64.0M" for what has fields of
 * its own. Texts are as they were read: the cell is still to be escaped. In the arena; *ret is NULL
 * where the record does not have the field. 0 or -ENOMEM.
 */
int ow_field_text(const struct ow_field *field, const void *record, struct ow_arena *arena,
		  const char **ret);

/* Is it of a kind that stands right-aligned in a column? */
bool ow_field_is_number(const struct ow_field *field);

#endif
