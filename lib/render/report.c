/* SPDX-License-Identifier: Apache-2.0 */
#include "render/report.h"

#include <string.h>

#include "base/arena.h"

const struct ow_report_format ow_report_formats[] = {
	{ "text", ".txt", ow_report_text },
	{ "markdown", ".md", ow_report_markdown },
	{ "json", ".json", ow_report_json },
};

const size_t ow_report_formats_n = OW_ARRAY_SIZE(ow_report_formats);

const struct ow_report_format *ow_report_format_find(const char *name)
{
	for (size_t i = 0; i < ow_report_formats_n; i++)
		if (strcmp(ow_report_formats[i].name, name) == 0)
			return &ow_report_formats[i];
	return NULL;
}

const struct ow_report_format *ow_report_format_for(const char *path)
{
	const size_t n = strlen(path);

	for (size_t i = 0; i < ow_report_formats_n; i++) {
		const char *ending = ow_report_formats[i].ending;
		size_t length = strlen(ending);

		if (n > length && strcmp(path + n - length, ending) == 0)
			return &ow_report_formats[i];
	}
	return NULL;
}
