/* SPDX-License-Identifier: Apache-2.0 */
/* One entry of a journal as export text (https://systemd.io/JOURNAL_EXPORT_FORMATS). */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"
#include "collect/journal-internal.h"

#define NUMBER_MAX 64

/* Only programs have those in front. */
static const char *const fields[] = {
	"SYSLOG_IDENTIFIER", "_COMM",           "_EXE",
	"_SYSTEMD_UNIT",     "_HOSTNAME",       "_TRANSPORT",
	"PRIORITY",          "SYSLOG_FACILITY", "_SOURCE_MONOTONIC_TIMESTAMP",
	"MESSAGE",
};

#define PROGRAM_FIELDS 4

int ow_journal_export_flush(struct ow_journal_export *out)
{
	size_t n = out->n;

	out->n = 0;
	return n ? out->take(out->arg, out->bytes, n) : 0;
}

static int put(struct ow_journal_export *out, struct ow_str bytes)
{
	int r = 0;

	while (r == 0 && bytes.n) {
		size_t room = sizeof(out->bytes) - out->n;
		size_t n = bytes.n < room ? bytes.n : room;

		memcpy(out->bytes + out->n, bytes.p, n);
		out->n += n;
		bytes = ow_str_skip(bytes, n);
		if (out->n == sizeof(out->bytes))
			r = ow_journal_export_flush(out);
	}
	return r;
}

/* May the value stand behind "NAME=" on one line? */
static bool is_plain(struct ow_str value)
{
	for (size_t n; value.n; value = ow_str_skip(value, n)) {
		n = ow_utf8_length(value);
		if (n == 0 || (n == 1 && (unsigned char)*value.p < 0x20 && *value.p != '\t') ||
		    *value.p == 0x7f)
			return false;
	}
	return true;
}

static int put_field(struct ow_journal_export *out, struct ow_str field)
{
	uint64_t length;
	struct ow_str name, value = field;
	int r;

	if (is_plain(field)) {
		r = put(out, field);
		return r < 0 ? r : put(out, OW_STR("\n"));
	}
	if (!ow_scan_until(&value, "=", &name))
		return 0;
	length = htole64(value.n);
	r = put(out, name);
	if (r == 0)
		r = put(out, OW_STR("\n"));
	if (r == 0)
		r = put(out, (struct ow_str){ (const char *)&length, sizeof(length) });
	if (r == 0)
		r = put(out, value);
	return r < 0 ? r : put(out, OW_STR("\n"));
}

static int put_number(struct ow_journal_export *out, const char *name, uint64_t value)
{
	char line[NUMBER_MAX];

	(void)snprintf(line, sizeof(line), "%s=%" PRIu64 "\n", name, value);
	return put(out, ow_str(line));
}

static void freep(char **text)
{
	free(*text);
}

/* What stands in the entry's own head. */
static int put_head(struct ow_journal_export *out, sd_journal *journal, int *damage)
{
	ow_scoped(freep) char *cursor = NULL;
	char boot_text[SD_ID128_STRING_MAX];
	uint64_t realtime, monotonic;
	sd_id128_t boot;
	int r;

	r = sd_journal_get_cursor(journal, &cursor);
	if (r >= 0)
		r = sd_journal_get_realtime_usec(journal, &realtime);
	if (r >= 0)
		r = sd_journal_get_monotonic_usec(journal, &monotonic, &boot);
	if (r < 0) {
		*damage = r;
		return 0;
	}
	r = put(out, OW_STR("__CURSOR="));
	if (r == 0)
		r = put(out, ow_str(cursor));
	if (r == 0)
		r = put(out, OW_STR("\n"));
	if (r == 0)
		r = put_number(out, "__REALTIME_TIMESTAMP", realtime);
	if (r == 0)
		r = put_number(out, "__MONOTONIC_TIMESTAMP", monotonic);
	if (r == 0)
		r = put(out, OW_STR("_BOOT_ID="));
	if (r == 0)
		r = put(out, ow_str(sd_id128_to_string(boot, boot_text)));
	return r < 0 ? r : put(out, OW_STR("\n"));
}

int ow_journal_export_entry(struct ow_journal_export *out, sd_journal *journal, bool userspace,
			    int *damage)
{
	int failed = 0;
	int r = put_head(out, journal, &failed);

	if (r < 0 || failed < 0) {
		*damage = failed < 0 ? failed : *damage;
		return r;
	}
	for (size_t i = userspace ? 0 : PROGRAM_FIELDS; r == 0 && i < OW_ARRAY_SIZE(fields); i++) {
		const void *data;
		size_t n;
		int got = sd_journal_get_data(journal, fields[i], &data, &n);

		if (got >= 0)
			r = put_field(out, (struct ow_str){ data, n });
		else if (got != -ENOENT)
			*damage = got;
	}
	return r < 0 ? r : put(out, OW_STR("\n"));
}
