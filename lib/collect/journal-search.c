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
static const struct word {
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
	{ "oomd kill: ", 1, 1 },          /* a program's, by way of /dev/kmsg */
};

static const struct word failure = { ": page allocation failure", 1, 30 };

/* What those who kill in user space say when they do, of any priority. */
static const struct word user_words[] = {
	{ "illed ", 15, 15 }, /* systemd-oomd: Killed /a due to; systemd: systemd-oomd killed */
	{ "for killing due", 15, 15 },
	{ "sending SIG", 5, 30 }, /* earlyoom */
	{ "Killing process ", 5, 15 },
	{ "Sending SIG", 15, 30 }, /* nohang */
	{ "Kill '", 1, 1 },        /* lmkd */
	{ "oomd kill: ", 1, 1 },
};

/* The word that the message has; NULL when it has none. */
static const struct word *find(const struct word *word, size_t n, struct ow_str message)
{
	for (size_t i = 0; i < n; i++)
		if (ow_str_has(message, word[i].text))
			return &word[i];
	return NULL;
}

/* A storm of kills is one stretch, and takes no more room than one. */
static bool is_more(const struct ow_journal_window *last, const struct ow_journal_window *w)
{
	return last->rank == w->rank && last->userspace == w->userspace &&
	       (!w->userspace || last->hit_file == w->hit_file) &&
	       w->from_usec >= last->from_usec && w->from_usec <= last->to_usec;
}

/* Wants what is around the hit, w, whose clocks are known. */
static int add_window(struct ow_journal_collector *c, struct ow_journal_window w,
		      const struct word *word)
{
	struct ow_journal_window *last = c->n_windows ? &c->window[c->n_windows - 1] : NULL, *more;
	const struct ow_journal_boot *boot = ow_journal_boot_of(c, w.boot);
	const uint64_t before_usec = word->before_sec * (uint64_t)OW_USEC_PER_SEC;

	if (!boot)
		return 0;
	w.rank = boot->rank;
	w.from_usec = w.hit_kernel_usec > before_usec ? w.hit_kernel_usec - before_usec : 0;
	if (__builtin_add_overflow(w.hit_kernel_usec, word->after_sec * (uint64_t)OW_USEC_PER_SEC,
				   &w.to_usec))
		w.to_usec = UINT64_MAX;
	if (last && is_more(last, &w)) {
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

/* Is the entry of the boot that was asked for? */
static bool is_counted(const struct ow_journal_collector *c, sd_journal *journal)
{
	char id[SD_ID128_STRING_MAX];
	sd_id128_t boot;
	uint64_t usec;

	return !c->seen->boot_id[0] ||
	       (sd_journal_get_monotonic_usec(journal, &usec, &boot) >= 0 &&
		strcmp(sd_id128_to_string(boot, id), c->seen->boot_id) == 0);
}

static int take_kernel(struct ow_journal_collector *c, size_t file, sd_journal *journal,
		       struct ow_str message)
{
	struct ow_journal_window w = { .hit_file = file };
	const struct word *word = find(words, OW_ARRAY_SIZE(words), message);

	const bool is_failure = !word && ow_str_has(message, failure.text);
	const bool counted = is_counted(c, journal);

	c->seen->entries += counted;
	c->seen->failures += counted && is_failure;
	if (is_failure && c->failures)
		word = &failure;
	if (!word || sd_journal_get_monotonic_usec(journal, &w.hit_journal_usec, &w.boot) < 0 ||
	    ow_journal_kernel_usec(journal, &w.hit_kernel_usec) < 0)
		return 0;
	return add_window(c, w, word);
}

static int take_userspace(struct ow_journal_collector *c, size_t file, sd_journal *journal,
			  struct ow_str message)
{
	struct ow_journal_window w = { .hit_file = file, .userspace = true };
	const struct word *word = find(user_words, OW_ARRAY_SIZE(user_words), message);

	if (ow_str_has(message, "has been killed by the OOM killer")) {
		c->seen->noticed += is_counted(c, journal);
		return 0;
	}
	if (!word || sd_journal_get_monotonic_usec(journal, &w.hit_journal_usec, &w.boot) < 0)
		return 0;
	w.hit_kernel_usec = w.hit_journal_usec;
	return add_window(c, w, word);
}

/* "Missed 12 kernel messages", "Suppressed 12 messages from earlyoom.service" */
static int take_driver(struct ow_journal_collector *c, size_t file, sd_journal *journal,
		       struct ow_str message)
{
	struct ow_str rest;
	bool lost = false;
	uint64_t n;

	(void)file;
	(void)ow_scan_lit(&message, "MESSAGE=");
	rest = message;
	if (ow_scan_lit(&rest, "Missed ") && ow_scan_u64(&rest, &n))
		lost = ow_str_has(rest, " kernel messages");
	rest = message;
	if (!lost && ow_scan_lit(&rest, "Suppressed ") && ow_scan_u64(&rest, &n))
		for (size_t i = 0; ow_journal_killers[i]; i++)
			lost |= ow_str_has(rest, ow_journal_killers[i]);
	if (lost && is_counted(c, journal) &&
	    __builtin_add_overflow(c->seen->lost, n, &c->seen->lost))
		c->seen->lost = UINT64_MAX;
	return 0;
}

/* Goes through all that matches. */
static int search(struct ow_journal_collector *c, size_t file, sd_journal *journal,
		  int (*take)(struct ow_journal_collector *c, size_t file, sd_journal *journal,
			      struct ow_str message))
{
	int r = sd_journal_seek_head(journal);

	while (r >= 0 && (r = sd_journal_next(journal)) > 0) {
		const void *data;
		size_t n;

		r = sd_journal_get_data(journal, "MESSAGE", &data, &n);
		if (take(c, file, journal, (struct ow_str){ data, r >= 0 ? n : 0 }) < 0)
			return -ENOMEM;
		if (r < 0 && r != -ENOENT)
			ow_journal_note_damage(c, file, r);
		r = 0;
	}
	if (r < 0 || ow_journal_usage(journal) == 0)
		ow_journal_note_damage(c, file, r < 0 ? r : -EBADMSG);
	return 0;
}

/* A file that libsystemd has let go of is opened again. */
static int reopen(struct ow_journal_collector *c, size_t file, sd_journal **journal)
{
	if (*journal && ow_journal_usage(*journal))
		return 0;
	sd_journal_close(*journal);
	return ow_journal_open(c, &file, 1, journal);
}

int ow_journal_search(struct ow_journal_collector *c, size_t file)
{
	static const char *const loud[] = { "0", "1", "2", "3", "4" };
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	int r = 0;

	/* One priority at a time: in a damaged file one may not be found, and the others may. */
	for (size_t i = 0; r >= 0 && c->file[file].has_kernel && i < OW_ARRAY_SIZE(loud); i++) {
		r = reopen(c, file, &journal);
		if (r < 0 || !journal)
			continue;
		r = ow_journal_match_kernel(journal, NULL);
		if (r >= 0)
			r = ow_journal_match(journal, "PRIORITY", loud[i]);
		if (r >= 0)
			r = search(c, file, journal, take_kernel);
	}
	if (r >= 0)
		r = reopen(c, file, &journal);
	if (r >= 0 && journal)
		r = ow_journal_match_userspace(journal, NULL);
	if (r >= 0 && journal)
		r = search(c, file, journal, take_userspace);
	if (r >= 0)
		r = reopen(c, file, &journal);
	if (r >= 0 && journal)
		r = ow_journal_match_driver(journal);
	if (r >= 0 && journal)
		r = search(c, file, journal, take_driver);
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

/* The kernel's first, then each file's of programs. */
static int by_source(const void *a, const void *b)
{
	const struct ow_journal_window *x = a, *y = b;

	if (x->userspace != y->userspace)
		return x->userspace ? 1 : -1;
	if (x->userspace && x->hit_file != y->hit_file)
		return x->hit_file < y->hit_file ? -1 : 1;
	return by_time(a, b);
}

void ow_journal_join(struct ow_journal_collector *c)
{
	struct ow_journal_window *window = c->window;
	size_t kept = 0;

	if (c->n_windows)
		qsort(window, c->n_windows, sizeof(*window), by_source);
	for (size_t i = 0; i < c->n_windows; i++) {
		struct ow_journal_window *last = kept ? &window[kept - 1] : NULL;

		if (!last || !is_more(last, &window[i]))
			window[kept++] = window[i];
		else if (window[i].to_usec > last->to_usec)
			last->to_usec = window[i].to_usec;
	}
	if (kept)
		qsort(window, kept, sizeof(*window), by_time);
	c->n_windows = kept;
}
