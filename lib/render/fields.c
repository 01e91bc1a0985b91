/* SPDX-License-Identifier: Apache-2.0 */
#include "render/fields.h"

#include <string.h>

#include "base/time.h"

static const void *at(const void *record, const struct ow_field *field)
{
	return (const char *)record + field->offset;
}

bool ow_field_present(const struct ow_field *field, const void *record)
{
	unsigned have;

	if (field->always)
		return true;
	memcpy(&have, record, sizeof(have));
	if (field->have && !(have & field->have))
		return false;
	switch (field->type) {
	case OW_TYPE_TEXT:
		return *(const char *const *)at(record, field) != NULL;
	case OW_TYPE_STR:
		return ((const struct ow_str *)at(record, field))->n > 0;
	case OW_TYPE_LIST:
	case OW_TYPE_MAP:
	case OW_TYPE_TEXTS:
	case OW_TYPE_U64S:
	case OW_TYPE_I64S:
		return ((const struct ow_list *)at(record, field))->n > 0;
	case OW_TYPE_NAME:
	case OW_TYPE_U64:
	case OW_TYPE_LIMIT:
	case OW_TYPE_I64:
	case OW_TYPE_BOOL:
	case OW_TYPE_TIME:
	case OW_TYPE_OBJECT:
		break;
	}
	return true;
}

static void write_list(struct ow_json *json, const struct ow_field *field,
		       const struct ow_list *list)
{
	const struct ow_stat *stat = list->item;
	const char *const *text = list->item;
	const uint64_t *count = list->item;
	const int64_t *number = list->item;

	if (field->type == OW_TYPE_MAP)
		ow_json_object(json, NULL);
	else
		ow_json_list(json, NULL);
	for (size_t i = 0; i < list->n; i++) {
		if (field->type == OW_TYPE_MAP)
			ow_json_u64(json, stat[i].name, stat[i].value);
		else if (field->type == OW_TYPE_TEXTS)
			ow_json_text(json, NULL, text[i]);
		else if (field->type == OW_TYPE_U64S)
			ow_json_u64(json, NULL, count[i]);
		else if (field->type == OW_TYPE_I64S)
			ow_json_i64(json, NULL, number[i]);
		else
			ow_fields_json(json, NULL, field->fields,
				       (const char *)list->item + i * field->fields->size);
	}
	ow_json_end(json);
}

static void write_limit(struct ow_json *json, uint64_t limit)
{
	if (limit == UINT64_MAX)
		ow_json_null(json, NULL);
	else
		ow_json_u64(json, NULL, limit);
}

static void write_value(struct ow_json *json, const struct ow_field *field, const void *value)
{
	char time[OW_TIME_MAX];

	switch (field->type) {
	case OW_TYPE_TEXT:
		ow_json_text(json, NULL, *(const char *const *)value);
		break;
	case OW_TYPE_STR:
		ow_json_str(json, NULL, *(const struct ow_str *)value);
		break;
	case OW_TYPE_NAME:
		ow_json_text(json, NULL, field->names[*(const unsigned *)value]);
		break;
	case OW_TYPE_U64:
		ow_json_u64(json, NULL, *(const uint64_t *)value);
		break;
	case OW_TYPE_LIMIT:
		write_limit(json, *(const uint64_t *)value);
		break;
	case OW_TYPE_I64:
		ow_json_i64(json, NULL, *(const int64_t *)value);
		break;
	case OW_TYPE_BOOL:
		ow_json_bool(json, NULL, *(const bool *)value);
		break;
	case OW_TYPE_TIME:
		ow_json_text(json, NULL, ow_time_utc(*(const int64_t *)value, time));
		break;
	case OW_TYPE_OBJECT:
		ow_fields_json(json, NULL, field->fields, value);
		break;
	case OW_TYPE_LIST:
	case OW_TYPE_MAP:
	case OW_TYPE_TEXTS:
	case OW_TYPE_U64S:
	case OW_TYPE_I64S:
		write_list(json, field, value);
		break;
	}
}

void ow_fields_json(struct ow_json *json, const char *key, const struct ow_fields *fields,
		    const void *record)
{
	ow_json_object(json, key);
	if (fields->schema)
		ow_json_text(json, "schema", fields->schema);
	for (size_t i = 0; i < fields->n; i++) {
		const struct ow_field *field = &fields->item[i];

		if (!ow_field_present(field, record))
			continue;
		ow_json_field(json, field);
		write_value(json, field, at(record, field));
	}
	ow_json_end(json);
}
