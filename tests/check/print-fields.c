/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the field tables of records as docs/formats has them; check-fields.sh compares. */
#include <stdio.h>
#include <string.h>

#include "record/cgroup.h"
#include "record/heap-series.h"
#include "record/heap.h"
#include "record/oom.h"
#include "record/process.h"

static const char *const type_names[] = {
	[OW_TYPE_TEXT] = "text",
	[OW_TYPE_NAME] = "word",
	[OW_TYPE_U64] = "number",
	[OW_TYPE_I64] = "number",
	[OW_TYPE_BOOL] = "bool",
	[OW_TYPE_TIME] = "time",
	[OW_TYPE_LIST] = "list",
	[OW_TYPE_OBJECT] = "object",
	[OW_TYPE_MAP] = "object",
	[OW_TYPE_TEXTS] = "list",
	[OW_TYPE_LIMIT] = "number or null",
	[OW_TYPE_I64S] = "list",
	[OW_TYPE_U64S] = "list",
	[OW_TYPE_STR] = "text",
};

/* A cell of a Markdown table. */
static void print_cell(const char *text)
{
	for (; *text; text++) {
		if (strchr("|<*", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void print_field(const struct ow_field *field)
{
	printf("| `%s` | %s | ", field->name, type_names[field->type]);
	print_cell(field->help);
	if (field->sample)
		printf(" Kernel: `%s`", field->sample);
	printf(" |\n");
}

/* The tables of path and of what it is made of. One that two fields share is printed once. */
static void print_fields(const char *path, const struct ow_fields *fields)
{
	const struct ow_fields *last = NULL;

	printf("\n### %s\n\n| key | type | what |\n|---|---|---|\n", path);
	for (size_t i = 0; i < fields->n; i++)
		print_field(&fields->item[i]);
	for (size_t i = 0; i < fields->n; i++) {
		const struct ow_field *field = &fields->item[i];
		char name[128];

		if (!field->fields || field->fields == last)
			continue;
		last = field->fields;
		(void)snprintf(name, sizeof(name), "`%s`", field->name);
		for (size_t k = i + 1; k < fields->n; k++) {
			if (fields->item[k].fields != last)
				continue;
			(void)snprintf(name + strlen(name), sizeof(name) - strlen(name), ", `%s`",
				       fields->item[k].name);
		}
		print_fields(name, field->fields);
	}
}

int main(int argc, char *argv[])
{
	const char *document = argc > 1 ? argv[1] : "";

	if (strcmp(document, "kill") == 0)
		print_fields("The record", &ow_oom_fields);
	else if (strcmp(document, "heap") == 0) {
		print_fields("The record", &ow_heap_fields);
		print_fields("With `--series`", &ow_heap_trend_fields);
	} else if (strcmp(document, "cgroup") == 0) {
		print_fields("A group", &ow_cgroup_fields);
		print_fields("A process", &ow_process_fields);
	} else {
		return 2;
	}
	return 0;
}
