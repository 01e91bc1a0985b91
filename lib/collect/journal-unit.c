/* SPDX-License-Identifier: Apache-2.0 */
/* What a unit wrote to the journal. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "collect/journal-internal.h"

#define UNIT_MAX    256
#define DAMAGED_MAX 1024 /* entries one after the other that cannot be read */
#define WAIT_USEC   250000

/* "app" is app.service, as systemctl has it. -EINVAL: no unit has that name. */
static int match(sd_journal *journal, const char *unit)
{
	const char *ending = strchr(unit, '.') ? "" : ".service";
	char system[UNIT_MAX + 32], user[UNIT_MAX + 32];
	int r;

	if (!*unit || strlen(unit) > UNIT_MAX || strpbrk(unit, "/\n"))
		return -EINVAL;
	(void)snprintf(system, sizeof(system), "_SYSTEMD_UNIT=%s%s", unit, ending);
	(void)snprintf(user, sizeof(user), "_SYSTEMD_USER_UNIT=%s%s", unit, ending);
	r = sd_journal_add_match(journal, system, 0);
	if (r >= 0)
		r = sd_journal_add_disjunction(journal);
	return r < 0 ? r : sd_journal_add_match(journal, user, 0);
}

static int open_journal(const struct ow_journal_unit *options, sd_journal **ret)
{
	const char *files[] = { options->file, NULL };

	if (options->file)
		return sd_journal_open_files(ret, files, 0);
	if (options->directory)
		return sd_journal_open_directory(ret, options->directory, 0);
	return sd_journal_open(ret, SD_JOURNAL_LOCAL_ONLY);
}

/* 1: it stands on an entry that is wanted; 0: there is none (any more). */
static int next(sd_journal *journal, const struct ow_journal_unit *options, struct ow_err *err)
{
	uint64_t usec;
	int r = sd_journal_next(journal);

	if (r < 0)
		return ow_fail(err, -r, "cannot read the journal: %m");
	if (r == 0 || options->until_usec == INT64_MAX ||
	    sd_journal_get_realtime_usec(journal, &usec) < 0)
		return r;
	return usec > (uint64_t)INT64_MAX || (int64_t)usec <= options->until_usec;
}

static int give(sd_journal *journal, const struct ow_journal_unit *options,
		struct ow_journal_export *out, bool *ret_any, struct ow_err *err)
{
	size_t damaged = 0;
	int r;

	while ((r = next(journal, options, err)) > 0 && damaged < DAMAGED_MAX) {
		int damage = 0;

		*ret_any = true;
		r = ow_journal_export_entry(out, journal, true, &damage);
		if (r < 0)
			return r;
		damaged = damage < 0 ? damaged + 1 : 0;
	}
	if (damaged == DAMAGED_MAX)
		return ow_fail(err, EBADMSG, "cannot read the journal: it is damaged");
	return r < 0 ? r : ow_journal_export_flush(out);
}

int ow_journal_read_unit(const struct ow_journal_unit *options, ow_collect_fn *take, void *arg,
			 struct ow_err *err)
{
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	struct ow_journal_export out = { .take = take, .arg = arg };
	bool any = false;
	int r = open_journal(options, &journal);

	if (r < 0)
		return ow_fail(err, -r, "cannot open the journal: %m");
	r = match(journal, options->unit);
	if (r == -EINVAL)
		return ow_fail(err, EINVAL, "'%s' is no name of a unit", options->unit);
	if (r >= 0)
		r = options->since_usec > 0
			    ? sd_journal_seek_realtime_usec(journal, (uint64_t)options->since_usec)
			    : sd_journal_seek_head(journal);
	if (r < 0)
		return ow_fail(err, -r, "cannot read the journal: %m");
	for (;;) {
		r = give(journal, options, &out, &any, err);
		if (r < 0 || !options->wait)
			break;
		r = options->wait(arg);
		if (r == 0)
			r = sd_journal_wait(journal, WAIT_USEC);
		if (r < 0)
			break;
	}
	if (r < 0)
		return r;
	return any ? 0
		   : ow_fail(err, ENODATA, "the journal has nothing of unit '%s'", options->unit);
}
