/* SPDX-License-Identifier: Apache-2.0 */
/* The second round: the stretches of the log that hold reports. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "collect/journal-internal.h"

/*
 * The loud lines of a report (warning and above), so that it is found by any of them when the
 * others were suppressed or lost, and how far from each the rest may be. A report is printed within
 * moments, but a slow serial console stretches that to a minute and more: so the head looks far
 * ahead. "oom_reaper: ..." follows within seconds.
 */
static const struct {
	const char *text;
	unsigned before_sec, after_sec;
} words[] = {
	{ "invoked oom-killer", 2, 120 },
	{ "illed process ", 30, 15 }, /* Killed process 42 (x) total-vm: */
	{ "ill process ", 30, 15 },   /* Kill process 42 (x) score ... or sacrifice child */
	{ "ut of memory", 30, 15 },   /* and no killable processes; panics; [Mm]emory cgroup */
	{ "deadlocked on memory", 30, 15 },  /* Kernel panic - not syncing: System is ... */
	{ "No available memory (", 30, 15 }, /* MPOL_BIND, up to 2.6.35 */
	{ "oom-kill:constraint=", 30, 15 },
	{ "oom_kill_process: ", 15, 15 }, /* 38 callbacks suppressed */
};

static bool is_report(struct ow_str message, uint64_t *ret_before_usec, uint64_t *ret_after_usec)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++) {
		if (!ow_str_has(message, words[i].text))
			continue;
		*ret_before_usec = words[i].before_sec * (uint64_t)OW_USEC_PER_SEC;
		*ret_after_usec = words[i].after_sec * (uint64_t)OW_USEC_PER_SEC;
		return true;
	}
	return false;
}

static int add_window(struct ow_journal_collector *c, size_t file, sd_journal *journal,
		      struct ow_str message)
{
	struct ow_journal_window *last = c->n_windows ? &c->window[c->n_windows - 1] : NULL;
	struct ow_journal_window w = { .hit_file = file }, *more;
	const struct ow_journal_boot *boot;
	uint64_t before_usec, after_usec;

	if (!is_report(message, &before_usec, &after_usec) ||
	    sd_journal_get_monotonic_usec(journal, &w.hit_journal_usec, &w.boot) < 0 ||
	    ow_journal_kernel_usec(journal, &w.hit_kernel_usec) < 0)
		return 0;
	boot = ow_journal_boot_of(c, w.boot);
	if (!boot)
		return 0;
	w.rank = boot->rank;
	w.from_usec = w.hit_kernel_usec > before_usec ? w.hit_kernel_usec - before_usec : 0;
	if (__builtin_add_overflow(w.hit_kernel_usec, after_usec, &w.to_usec))
		w.to_usec = UINT64_MAX;

	/* A storm of kills is one stretch, and takes no more room than one. */
	if (last && last->rank == w.rank && w.from_usec >= last->from_usec &&
	    w.from_usec <= last->to_usec) {
		last->to_usec = w.to_usec > last->to_usec ? w.to_usec : last->to_usec;
		return 0;
	}
	more = ow_grow(c->arena, c->window, c->n_windows, sizeof(*more));
	if (!more)
		return -ENOMEM;
	c->window = more;
	c->window[c->n_windows++] = w;
	return 0;
}

static int search_priority(struct ow_journal_collector *c, size_t file, sd_journal *journal,
			   const char *priority)
{
	int r = ow_journal_match_kernel(journal, NULL);

	if (r >= 0)
		r = ow_journal_match(journal, "PRIORITY", priority);
	if (r >= 0)
		r = sd_journal_seek_head(journal);
	while (r >= 0 && (r = sd_journal_next(journal)) > 0) {
		const void *data;
		size_t n;

		c->seen->entries++;
		r = sd_journal_get_data(journal, "MESSAGE", &data, &n);
		if (r >= 0 && add_window(c, file, journal, (struct ow_str){ data, n }) < 0)
			return -ENOMEM;
		if (r < 0 && r != -ENOENT)
			ow_journal_note_damage(c, file, r);
		r = 0;
	}
	if (r < 0 || ow_journal_usage(journal) == 0)
		ow_journal_note_damage(c, file, r < 0 ? r : -EBADMSG);
	return 0;
}

int ow_journal_search(struct ow_journal_collector *c, size_t file)
{
	static const char *const loud[] = { "0", "1", "2", "3", "4" };
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	int r = 0;

	/* One priority at a time: in a damaged file one may not be found, and the others may. */
	for (size_t i = 0; r >= 0 && c->file[file].has_kernel && i < OW_ARRAY_SIZE(loud); i++) {
		if (!journal || ow_journal_usage(journal) == 0) {
			sd_journal_close(journal);
			r = ow_journal_open(c, &file, 1, &journal);
		}
		if (r >= 0 && journal)
			r = search_priority(c, file, journal, loud[i]);
	}
	return r;
}

static int by_time(const void *a, const void *b)
{
	const struct ow_journal_window *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->from_usec != y->from_usec)
		return x->from_usec < y->from_usec ? -1 : 1;
	return x->to_usec < y->to_usec ? -1 : x->to_usec > y->to_usec;
}

void ow_journal_join(struct ow_journal_collector *c)
{
	struct ow_journal_window *window = c->window;
	size_t kept = 0;

	if (c->n_windows)
		qsort(window, c->n_windows, sizeof(*window), by_time);
	for (size_t i = 0; i < c->n_windows; i++) {
		struct ow_journal_window *last = kept ? &window[kept - 1] : NULL;

		if (!last || last->rank != window[i].rank || window[i].from_usec > last->to_usec)
			window[kept++] = window[i];
		else if (window[i].to_usec > last->to_usec)
			last->to_usec = window[i].to_usec;
	}
	c->n_windows = kept;
}
