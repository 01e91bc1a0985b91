/* SPDX-License-Identifier: Apache-2.0 */
/* The first round: which part of which boot is in which file. */
#include <errno.h>
#include <string.h>

#include "collect/journal-internal.h"

/* 1 on the first entry that matches (or the last), 0 when there is none. */
static int go_to_end(sd_journal *journal, bool last)
{
	int r = last ? sd_journal_seek_tail(journal) : sd_journal_seek_head(journal);

	if (r < 0)
		return r;
	return last ? sd_journal_previous(journal) : sd_journal_next(journal);
}

static int end_realtime(sd_journal *journal, bool last, int64_t *ret)
{
	uint64_t usec;
	int r = go_to_end(journal, last);

	if (r <= 0)
		return r;
	r = sd_journal_get_realtime_usec(journal, &usec);
	if (r < 0)
		return r;
	*ret = usec > INT64_MAX ? INT64_MAX : (int64_t)usec;
	return 1;
}

/*
 * Where the boot begins and ends. Both beginnings come first: a file that was not closed in order
 * is damaged at its end, and what is before that is still worth reading. 0 when there is nothing
 * of the boot.
 */
static int survey_boot(sd_journal *journal, struct ow_journal_span *span)
{
	char id[SD_ID128_STRING_MAX];
	int r;

	sd_journal_flush_matches(journal);
	r = ow_journal_match(journal, "_BOOT_ID", sd_id128_to_string(span->boot, id));
	if (r >= 0)
		r = end_realtime(journal, false, &span->first_usec);
	if (r <= 0)
		return r;
	span->last_usec = span->first_usec;

	r = ow_journal_match_kernel(journal, &span->boot);
	if (r >= 0)
		r = go_to_end(journal, false);
	if (r > 0)
		span->has_kernel = ow_journal_kernel_usec(journal, &span->kernel_first_usec) >= 0;
	span->kernel_last_usec = UINT64_MAX;
	if (r > 0)
		r = go_to_end(journal, true);
	if (r > 0)
		(void)ow_journal_kernel_usec(journal, &span->kernel_last_usec);

	sd_journal_flush_matches(journal);
	r = ow_journal_match(journal, "_BOOT_ID", id);
	if (r >= 0)
		(void)end_realtime(journal, true, &span->last_usec);
	return 1;
}

/* The boots that the file knows go behind the spans, without their times. */
static int list_boots(struct ow_journal_collector *c, size_t file, sd_journal *journal)
{
	const void *data;
	size_t n;
	int r = sd_journal_query_unique(journal, "_BOOT_ID");

	while (r >= 0 && (r = sd_journal_enumerate_unique(journal, &data, &n)) > 0) {
		struct ow_str text = { data, n };
		char id[SD_ID128_STRING_MAX];
		struct ow_journal_span *span;
		sd_id128_t boot;

		if (!ow_scan_lit(&text, "_BOOT_ID=") || text.n != sizeof(id) - 1)
			continue;
		memcpy(id, text.p, text.n);
		id[text.n] = '\0';
		if (sd_id128_from_string(id, &boot) < 0)
			continue;
		span = ow_grow(c->arena, c->span, c->n_spans, sizeof(*span));
		if (!span)
			return -ENOMEM;
		c->span = span;
		c->span[c->n_spans++] = (struct ow_journal_span){ .file = file, .boot = boot };
	}
	return r;
}

int ow_journal_survey(struct ow_journal_collector *c, size_t file)
{
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	size_t first = c->n_spans, kept = c->n_spans;
	int r = ow_journal_open(c, &file, 1, &journal);

	if (r < 0 || !journal)
		return r;
	r = list_boots(c, file, journal);
	if (r == -ENOMEM)
		return r;
	if (r < 0)
		ow_journal_note_damage(c, file, r);
	for (size_t i = first; i < c->n_spans && journal; i++) {
		r = survey_boot(journal, &c->span[i]);
		if (r > 0)
			c->span[kept++] = c->span[i];
		c->file[file].has_kernel |= r > 0 && c->span[kept - 1].has_kernel;
		if (r >= 0 && ow_journal_usage(journal))
			continue;
		ow_journal_note_damage(c, file, r < 0 ? r : -EBADMSG);
		sd_journal_close(journal);
		r = ow_journal_open(c, &file, 1, &journal);
		if (r < 0)
			return r;
	}
	c->n_spans = kept;
	return 0;
}
