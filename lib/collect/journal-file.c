/* SPDX-License-Identifier: Apache-2.0 */
/* Opens journal files, and keeps an account of those that fail. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <systemd/sd-messages.h>

#include "collect/journal-internal.h"

/* No line of a kernel is longer; bounds what a packed field may unfold to. */
#define MESSAGE_MAX  OW_KIB(64)

#define KERNEL_CLOCK "_SOURCE_MONOTONIC_TIMESTAMP"

static const char *failure(int error)
{
	switch (error) {
	case -EBADMSG:
		return "it is damaged";
	case -ENODATA:
	case -EIO:
		return "it is cut short or cannot be read";
	case -EPROTONOSUPPORT:
		return "a newer systemd wrote it";
	default:
		return strerror(-error);
	}
}

void ow_journal_note_damage(struct ow_journal_collector *c, size_t file, int error)
{
	struct ow_err why;

	if (c->file[file].damaged)
		return;
	c->file[file].damaged = true;
	if (c->seen->damaged_files++)
		return;
	/* By way of an error, so that no control byte of the name gets through. */
	(void)ow_fail(&why, -error, "'%s': %s", c->file[file].path, failure(error));
	(void)snprintf(c->seen->damaged, sizeof(c->seen->damaged), "%.*s",
		       (int)sizeof(c->seen->damaged) - 1, why.text);
}

static int open_paths(const char **path, sd_journal **ret)
{
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	int r = sd_journal_open_files(&journal, path, 0);

	if (r >= 0)
		r = sd_journal_set_data_threshold(journal, MESSAGE_MAX);
	if (r < 0)
		return r;
	*ret = journal;
	journal = NULL;
	return 0;
}

/* Below 0 is what would go wrong with any file. */
static int open_one(struct ow_journal_collector *c, size_t file, sd_journal **ret)
{
	const char *path[] = { c->file[file].path, NULL };
	int r = open_paths(path, ret);

	if (r >= 0 || r == -ENOMEM || r == -EMFILE || r == -ENFILE)
		return r;
	if (r == -EACCES || r == -EPERM)
		c->n_denied++;
	else
		c->n_failed++;
	ow_journal_note_damage(c, file, r);
	return 0;
}

int ow_journal_open(struct ow_journal_collector *c, const size_t *file, size_t n, sd_journal **ret)
{
	const char **path;
	size_t n_good = 0;
	int r = 0;

	*ret = NULL;
	if (n == 1)
		return open_one(c, *file, ret);
	path = ow_alloc(c->arena, n + 1, sizeof(*path));
	if (!path)
		return -ENOMEM;
	/* One bad file would keep all of them from being opened. */
	for (size_t i = 0; r >= 0 && i < n; i++) {
		ow_scoped(ow_journal_closep) sd_journal *journal = NULL;

		r = open_one(c, file[i], &journal);
		if (journal)
			path[n_good++] = c->file[file[i]].path;
	}
	return r < 0 || n_good == 0 ? r : open_paths(path, ret);
}

uint64_t ow_journal_usage(sd_journal *journal)
{
	uint64_t bytes;

	return sd_journal_get_usage(journal, &bytes) < 0 ? 0 : bytes;
}

int ow_journal_match(sd_journal *journal, const char *field, const char *value)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "%s=%s", field, value);

	return sd_journal_add_match(journal, text, (size_t)n);
}

int ow_journal_match_kernel(sd_journal *journal, const sd_id128_t *boot)
{
	char id[SD_ID128_STRING_MAX];
	int r;

	sd_journal_flush_matches(journal);
	r = ow_journal_match(journal, "_TRANSPORT", "kernel");
	if (r >= 0 && boot)
		r = ow_journal_match(journal, "_BOOT_ID", sd_id128_to_string(*boot, id));
	return r;
}

int ow_journal_match_driver(sd_journal *journal)
{
	sd_journal_flush_matches(journal);
	return ow_journal_match(journal, "_TRANSPORT", "driver");
}

const char *const ow_journal_killers[] = { "systemd-oomd", "oomd", "earlyoom",
					   "nohang",       "lmkd", NULL };

int ow_journal_match_userspace(sd_journal *journal, const sd_id128_t *boot)
{
	static const char *const by[] = { "SYSLOG_IDENTIFIER", "_COMM" };
	char id[SD_ID128_STRING_MAX];
	int r = 0;

	sd_journal_flush_matches(journal);
	for (size_t i = 0; i < OW_ARRAY_SIZE(by) && r >= 0; i++) {
		for (size_t k = 0; ow_journal_killers[k] && r >= 0; k++)
			r = ow_journal_match(journal, by[i], ow_journal_killers[k]);
		if (r >= 0)
			r = sd_journal_add_disjunction(journal);
	}
	if (r >= 0)
		r = ow_journal_match(journal, "MESSAGE_ID",
				     SD_ID128_TO_STRING(SD_MESSAGE_UNIT_OOMD_KILL));
	if (r >= 0)
		r = ow_journal_match(journal, "MESSAGE_ID",
				     SD_ID128_TO_STRING(SD_MESSAGE_UNIT_OUT_OF_MEMORY));
	if (r >= 0 && boot)
		r = sd_journal_add_conjunction(journal);
	if (r >= 0 && boot)
		r = ow_journal_match(journal, "_BOOT_ID", sd_id128_to_string(*boot, id));
	return r;
}

int ow_journal_kernel_usec(sd_journal *journal, uint64_t *ret)
{
	const void *data;
	struct ow_str text;
	sd_id128_t boot;
	size_t n;

	if (sd_journal_get_data(journal, KERNEL_CLOCK, &data, &n) >= 0) {
		text = (struct ow_str){ data, n };
		if (ow_scan_lit(&text, KERNEL_CLOCK "=") && ow_scan_u64(&text, ret))
			return 0;
	}
	return sd_journal_get_monotonic_usec(journal, ret, &boot);
}
