/* SPDX-License-Identifier: Apache-2.0 */
/* The third round: gives the lines of the stretches that were found. */
#include <errno.h>
#include <string.h>

#include "collect/journal-internal.h"

/* Puts the journal on an entry from which the first wanted one is at or ahead. */
static int seek(sd_journal *journal, const struct ow_journal_window *w)
{
	/* A line is stored when journald reads it: at once, or much later when journald was not
	 * there. So the way back is as long as it is on the kernel's clock, or longer. */
	uint64_t back = w->hit_kernel_usec - w->from_usec + 1;

	for (;;) {
		uint64_t target = back < w->hit_journal_usec ? w->hit_journal_usec - back : 0;
		uint64_t usec;
		int r = sd_journal_seek_monotonic_usec(journal, w->boot, target);

		if (r >= 0)
			r = sd_journal_next(journal);
		if (r <= 0 || target == 0)
			return r;
		r = ow_journal_kernel_usec(journal, &usec);
		if (r < 0)
			return r;
		if (usec < w->from_usec)
			return 1;
		back = back > UINT64_MAX / 4 ? UINT64_MAX : 4 * back;
	}
}

/* The same of programs, whose lines are stored at once. */
static int emit_userspace(struct ow_journal_collector *c, sd_journal *journal,
			  const struct ow_journal_window *w, int *ret_damage)
{
	sd_id128_t boot;
	uint64_t usec;
	int r = ow_journal_match_userspace(journal, &w->boot);

	if (r >= 0)
		r = sd_journal_seek_monotonic_usec(journal, w->boot, w->from_usec);
	while (r >= 0 && (r = sd_journal_next(journal)) > 0) {
		int damage = sd_journal_get_monotonic_usec(journal, &usec, &boot);

		if (damage >= 0 && usec > w->to_usec)
			return 0;
		if (damage >= 0 && usec >= w->from_usec)
			r = ow_journal_export_entry(&c->out, journal, true, &damage);
		if (damage < 0)
			*ret_damage = damage;
		if (r < 0)
			return r;
	}
	if (r < 0)
		*ret_damage = r;
	return 0;
}

static int emit_window(struct ow_journal_collector *c, sd_journal *journal,
		       const struct ow_journal_window *w, int *ret_damage)
{
	uint64_t usec;
	int r = ow_journal_match_kernel(journal, &w->boot);

	if (r >= 0)
		r = seek(journal, w);
	for (; r > 0; r = sd_journal_next(journal)) {
		int damage = ow_journal_kernel_usec(journal, &usec);

		if (damage >= 0 && usec > w->to_usec)
			return 0;
		if (damage >= 0 && usec >= w->from_usec) {
			r = ow_journal_export_entry(&c->out, journal, false, &damage);
			if (r < 0)
				return r;
		}
		if (damage < 0)
			*ret_damage = damage;
	}
	if (r < 0)
		*ret_damage = r;
	return 0;
}

/*
 * The files that hold lines of the window; first is where its boot begins among the spans. A file
 * may have grown since the survey: the one with the hit is always among them.
 */
static size_t files_of(const struct ow_journal_collector *c, const struct ow_journal_window *w,
		       size_t first, size_t *file)
{
	size_t n = 0;

	if (w->userspace)
		file[n++] = w->hit_file;
	for (size_t i = w->userspace ? c->n_spans : first;
	     i < c->n_spans && c->span[i].rank == w->rank; i++)
		if (c->span[i].file == w->hit_file ||
		    (c->span[i].has_kernel && c->span[i].kernel_first_usec <= w->to_usec &&
		     c->span[i].kernel_last_usec >= w->from_usec))
			file[n++] = c->span[i].file;
	return n;
}

int ow_journal_emit(struct ow_journal_collector *c)
{
	size_t *file = ow_alloc(c->arena, c->n_files, sizeof(*file));
	size_t *wanted = ow_alloc(c->arena, c->n_files, sizeof(*wanted));
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	size_t n = 0, first = 0;
	uint64_t bytes = 0;
	int r = file && wanted ? 0 : -ENOMEM;

	for (size_t i = 0; r >= 0 && i < c->n_windows; i++) {
		const struct ow_journal_window *w = &c->window[i];
		size_t n_wanted;
		int damage = 0;

		while (first < c->n_spans && c->span[first].rank < w->rank)
			first++;
		n_wanted = files_of(c, w, first, wanted);
		if (!journal || n != n_wanted || memcmp(file, wanted, n * sizeof(*file)) != 0) {
			n = n_wanted;
			memcpy(file, wanted, n * sizeof(*file));
			sd_journal_close(journal);
			journal = NULL;
			r = n ? ow_journal_open(c, file, n, &journal) : 0;
			bytes = journal ? ow_journal_usage(journal) : 0;
		}
		if (r < 0 || !journal)
			continue;
		r = (w->userspace ? emit_userspace : emit_window)(c, journal, w, &damage);
		if (damage == 0 && ow_journal_usage(journal) < bytes)
			damage = -EBADMSG;
		for (size_t k = 0; damage && k < n; k++)
			ow_journal_note_damage(c, file[k], damage);
	}
	return r < 0 ? r : ow_journal_export_flush(&c->out);
}
