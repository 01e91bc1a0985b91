/* SPDX-License-Identifier: Apache-2.0 */
#include "render/field-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"
#include "base/time.h"
#include "render/fields.h"
#include "render/table.h"

static bool ends_with(const char *name, const char *end)
{
	const size_t n = strlen(name), m = strlen(end);

	return n >= m && strcmp(name + n - m, end) == 0;
}

static void put_amount(FILE *out, const char *name, uint64_t value)
{
	char size[OW_BYTES_MAX];

	if (ends_with(name, "_bytes"))
		fputs(ow_bytes_in(value, size), out);
	else if (ends_with(name, "_permyriad"))
		(void)fprintf(out, "%" PRIu64 ".%" PRIu64 "%%", value / 100, value % 100 / 10);
	else if (ends_with(name, "_usec"))
		(void)fprintf(out, "%" PRIu64 ".%" PRIu64 "s", value / 1000000,
			      value % 1000000 / 100000);
	else
		(void)fprintf(out, "%" PRIu64, value);
}

static void put_str(FILE *out, const struct ow_str *s)
{
	(void)fwrite(s->p, 1, s->n, out);
}

static void put_value(FILE *out, const struct ow_field *field, const void *record);

/* "name=value", with a blank between two. */
static void put_object(FILE *out, const struct ow_fields *fields, const void *record)
{
	const char *between = "";

	for (size_t i = 0; i < fields->n; i++) {
		if (!ow_field_present(&fields->item[i], record))
			continue;
		(void)fprintf(out, "%s%s=", between, fields->item[i].name);
		put_value(out, &fields->item[i], record);
		between = " ";
	}
}

static void put_list(FILE *out, const struct ow_field *field, const struct ow_list *list)
{
	const struct ow_stat *stat = list->item;
	const char *const *text = list->item;
	const int64_t *number = list->item;
	const uint64_t *count = list->item;

	for (size_t i = 0; i < list->n; i++) {
		if (i > 0)
			fputc(' ', out);
		if (field->type == OW_TYPE_MAP)
			(void)fprintf(out, "%s=%llu", stat[i].name, stat[i].value);
		else if (field->type == OW_TYPE_TEXTS)
			fputs(text[i], out);
		else if (field->type == OW_TYPE_I64S)
			(void)fprintf(out, "%" PRId64, number[i]);
		else if (field->type == OW_TYPE_U64S)
			(void)fprintf(out, "%" PRIu64, count[i]);
		else
			put_object(out, field->fields,
				   (const char *)list->item + i * field->fields->size);
	}
}

static void put_value(FILE *out, const struct ow_field *field, const void *record)
{
	const void *value = (const char *)record + field->offset;
	char time[OW_TIME_MAX];

	switch (field->type) {
	case OW_TYPE_TEXT:
		fputs(*(const char *const *)value, out);
		break;
	case OW_TYPE_STR:
		put_str(out, value);
		break;
	case OW_TYPE_NAME:
		fputs(field->names[*(const unsigned *)value], out);
		break;
	case OW_TYPE_LIMIT:
	case OW_TYPE_U64:
		if (field->type == OW_TYPE_LIMIT && *(const uint64_t *)value == UINT64_MAX)
			fputs("max", out);
		else
			put_amount(out, field->name, *(const uint64_t *)value);
		break;
	case OW_TYPE_I64:
		(void)fprintf(out, "%" PRId64, *(const int64_t *)value);
		break;
	case OW_TYPE_BOOL:
		fputs(*(const bool *)value ? "yes" : "no", out);
		break;
	case OW_TYPE_TIME:
		fputs(ow_time_utc(*(const int64_t *)value, time), out);
		break;
	case OW_TYPE_OBJECT:
		put_object(out, field->fields, value);
		break;
	case OW_TYPE_LIST:
	case OW_TYPE_MAP:
	case OW_TYPE_TEXTS:
	case OW_TYPE_I64S:
	case OW_TYPE_U64S:
		put_list(out, field, value);
		break;
	}
}

int ow_field_text(const struct ow_field *field, const void *record, struct ow_arena *arena,
		  const char **ret)
{
	char *bytes = NULL, *text = NULL;
	size_t n = 0;
	FILE *out;

	if (!ow_field_present(field, record)) {
		*ret = NULL;
		return 0;
	}
	out = open_memstream(&bytes, &n);
	if (!out)
		return -ENOMEM;
	put_value(out, field, record);
	if (fclose(out) == 0)
		text = ow_str_keep(arena, (struct ow_str){ bytes, n });
	free(bytes);
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}

bool ow_field_is_number(const struct ow_field *field)
{
	return field->type == OW_TYPE_U64 || field->type == OW_TYPE_LIMIT ||
	       field->type == OW_TYPE_I64;
}
