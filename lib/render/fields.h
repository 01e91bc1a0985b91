/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_FIELDS_H
#define OW_RENDER_FIELDS_H

#include "record/field.h"
#include "render/json.h"

/* Writes a record as one JSON object, key by key of its table; what the record does not have is
 * left out. A record with a schema begins with it. */
void ow_fields_json(struct ow_json *json, const char *key, const struct ow_fields *fields,
		    const void *record);

/* Does the record have the field? */
bool ow_field_present(const struct ow_field *field, const void *record);

#endif
