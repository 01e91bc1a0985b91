/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/journal.h"

#include <errno.h>
#include <string.h>

#include "base/time.h"
#include "collect/journal-internal.h"

/* For the lists of files, parts and stretches: some KiB for a common journal, and 50 MB for one
 * with a kill a minute over a year. */
#define LISTS_MAX   OW_MIB(64)

/* The kernel's first line of a boot is printed within its first second. */
#define BOOT_BEGINS ((uint64_t)OW_USEC_PER_SEC)

/* When the kernel's lines of a boot begin in this journal, on its clock; UINT64_MAX for never. */
static uint64_t begin_of(const struct ow_journal_collector *c, size_t rank)
{
	uint64_t first_usec = UINT64_MAX;

	for (size_t i = 0; i < c->n_spans; i++)
		if (c->span[i].rank == rank && c->span[i].has_kernel &&
		    c->span[i].kernel_first_usec < first_usec)
			first_usec = c->span[i].kernel_first_usec;
	return first_usec;
}

/* What the oldest boot lacks is before the time that the journal speaks of; what a later one lacks
 * is in the middle of it. */
static void sum_up_boots(struct ow_journal_collector *c)
{
	char id[SD_ID128_STRING_MAX];
	size_t oldest = SIZE_MAX;

	for (size_t i = 0; i < c->n_boots; i++) {
		const struct ow_journal_boot *boot = &c->boot[i];
		const uint64_t begin_usec = begin_of(c, boot->rank);

		if (c->seen->boot_id[0] &&
		    strcmp(sd_id128_to_string(boot->id, id), c->seen->boot_id) != 0)
			continue;
		c->seen->late_boots += begin_usec > BOOT_BEGINS;
		if (boot->rank < oldest) {
			oldest = boot->rank;
			c->seen->boot_first_usec = begin_usec;
		}
	}
	if (oldest != SIZE_MAX && c->seen->boot_first_usec > BOOT_BEGINS)
		c->seen->late_boots--;
}

/* Is the host's journal still written to, and does it outlast the boot? */
static void sum_up_host(struct ow_journal_collector *c)
{
	sd_id128_t running;

	c->seen->running =
		sd_id128_get_boot(&running) >= 0 && ow_journal_boot_of(c, running) != NULL;
	c->seen->is_volatile = c->n_files > 0;
	for (size_t i = 0; i < c->n_files; i++)
		c->seen->is_volatile &= strncmp(c->file[i].path, "/run/", strlen("/run/")) == 0;
}

/* Only files with lines of the kernel say what time was looked at. */
static void sum_up(struct ow_journal_collector *c, const char *boot_id)
{
	char id[SD_ID128_STRING_MAX];

	for (size_t i = 0; i < c->n_spans; i++) {
		const struct ow_journal_span *span = &c->span[i];

		if (!span->has_kernel ||
		    (*boot_id && strcmp(sd_id128_to_string(span->boot, id), boot_id) != 0))
			continue;
		if (c->seen->first_usec == 0 || span->first_usec < c->seen->first_usec)
			c->seen->first_usec = span->first_usec;
		if (span->last_usec > c->seen->last_usec)
			c->seen->last_usec = span->last_usec;
	}
}

/* Says no where nothing, or not what was named, can be read. */
static int check_access(const struct ow_journal_collector *c,
			const struct ow_journal_options *options, struct ow_err *err)
{
	for (size_t i = 0; i < c->n_files; i++)
		c->seen->has_kernel |= c->file[i].has_kernel;
	if (c->n_denied && (options->n_files || !c->seen->has_kernel))
		return ow_fail(err, EACCES,
			       "cannot read the kernel's lines in the journal: permission denied; "
			       "use sudo, or join the group systemd-journal");
	if (c->n_failed && (options->n_files || c->n_failed == c->n_files))
		return ow_fail(err, EBADMSG, "cannot read the journal: %s", c->seen->damaged);
	return 0;
}

static int collect(struct ow_journal_collector *c, const struct ow_journal_options *options,
		   struct ow_err *err)
{
	const bool host = !options->n_files && !options->directory && !options->root;
	sd_id128_t boot;
	int r = 0;

	for (size_t i = 0; r >= 0 && i < c->n_files; i++)
		r = ow_journal_survey(c, i);
	if (r >= 0)
		r = ow_journal_boots(c);
	if (r < 0)
		return ow_fail(err, -r, "cannot read the journal: %m");
	r = check_access(c, options, err);
	if (r == 0 && options->boot)
		r = ow_journal_boot_find(c, options->boot, host, &boot, err);
	if (r < 0)
		return r;
	if (options->boot)
		(void)sd_id128_to_string(boot, c->seen->boot_id);
	sum_up(c, c->seen->boot_id);
	sum_up_boots(c);
	if (host)
		sum_up_host(c);

	for (size_t i = 0; r >= 0 && i < c->n_files; i++)
		r = ow_journal_search(c, i);
	ow_journal_join(c);
	if (r >= 0)
		r = ow_journal_emit(c);
	return r < 0 ? ow_fail(err, -r, "cannot read the journal: %m") : 0;
}

int ow_journal_collect(const struct ow_journal_options *options, ow_collect_fn *take, void *arg,
		       struct ow_journal_seen *seen, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(LISTS_MAX);
	struct ow_journal_collector *c = arena ? ow_alloc(arena, 1, sizeof(*c)) : NULL;
	int r;

	if (!c)
		return ow_fail(err, ENOMEM, "cannot read the journal: %m");
	*seen = (struct ow_journal_seen){ 0 };
	c->arena = arena;
	c->seen = seen;
	c->failures = options->failures;
	c->out.take = take;
	c->out.arg = arg;
	r = ow_journal_list(c, options, err);
	seen->files = c->n_files;
	return r < 0 ? r : collect(c, options, err);
}
