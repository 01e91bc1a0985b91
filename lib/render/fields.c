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
	const struct ow_list *list = at(record, field);
	unsigned have;

	if (field->always)
		return true;
	memcpy(&have, record, sizeof(have));
	if (field->have && !(have & field->have))
		return false;
	switch (field->type) {
	case OW_TYPE_TEXT:
		return *(const char *const *)at(record, field) != NULL;
	case OW_TYPE_LIST:
	case OW_TYPE_MAP:
	case OW_TYPE_TEXTS:
	case OW_TYPE_U64S:
	case OW_TYPE_NUMBERS:
		return list->n > 0;
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
		ow_json_object(json, field->name);
	else
		ow_json_list(json, field->name);
	for (size_t i = 0; i < list->n; i++) {
		if (field->type == OW_TYPE_MAP)
			ow_json_u64(json, stat[i].name, stat[i].value);
		else if (field->type == OW_TYPE_TEXTS)
			ow_json_text(json, NULL, text[i]);
		else if (field->type == OW_TYPE_U64S)
			ow_json_u64(json, NULL, count[i]);
		else if (field->type == OW_TYPE_NUMBERS)
			ow_json_i64(json, NULL, number[i]);
		else
			ow_fields_json(json, NULL, field->fields,
				       (const char *)list->item + i * field->fields->size);
	}
	ow_json_end(json);
}

static void write_limit(struct ow_json *json, const char *key, uint64_t limit)
{
	if (limit == UINT64_MAX)
		ow_json_null(json, key);
	else
		ow_json_u64(json, key, limit);
}

static void write_field(struct ow_json *json, const struct ow_field *field, const void *record)
{
	const void *value = at(record, field);
	char time[OW_TIME_MAX];

	switch (field->type) {
	case OW_TYPE_TEXT:
		ow_json_text(json, field->name, *(const char *const *)value);
		break;
	case OW_TYPE_NAME:
		ow_json_text(json, field->name, field->names[*(const unsigned *)value]);
		break;
	case OW_TYPE_U64:
		ow_json_u64(json, field->name, *(const uint64_t *)value);
		break;
	case OW_TYPE_LIMIT:
		write_limit(json, field->name, *(const uint64_t *)value);
		break;
	case OW_TYPE_I64:
		ow_json_i64(json, field->name, *(const int64_t *)value);
		break;
	case OW_TYPE_BOOL:
		ow_json_bool(json, field->name, *(const bool *)value);
		break;
	case OW_TYPE_TIME:
		ow_json_text(json, field->name, ow_time_utc(*(const int64_t *)value, time));
		break;
	case OW_TYPE_OBJECT:
		ow_fields_json(json, field->name, field->fields, value);
		break;
	case OW_TYPE_LIST:
	case OW_TYPE_MAP:
	case OW_TYPE_TEXTS:
	case OW_TYPE_U64S:
	case OW_TYPE_NUMBERS:
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
	for (size_t i = 0; i < fields->n; i++)
		if (ow_field_present(&fields->item[i], record))
			write_field(json, &fields->item[i], record);
	ow_json_end(json);
}
