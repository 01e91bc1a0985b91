/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_JOURNAL_INTERNAL_H
#define OW_COLLECT_JOURNAL_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-journal.h>

#include "collect/journal.h"

/*
 * What the files of the journal collector share. Three rounds go over the journal: the survey
 * learns which part of which boot is in which file, the search finds the stretches of the log that
 * hold reports, and the last one gives them, boot by boot. A stretch is said in the kernel's clock
 * and not in places of a file, so that a report may begin in one file and end in the next: then the
 * two are read together, and libsystemd merges them and drops what both hold.
 */

struct ow_journal_file {
	const char *path;
	bool damaged; /* counted once, however often it fails */
	bool has_kernel;
};

/* The part of one boot that is in one file. */
struct ow_journal_span {
	size_t file;
	sd_id128_t boot;
	size_t rank;                   /* of the boot among all: 0 is the oldest */
	int64_t first_usec, last_usec; /* of all entries, wall clock */
	bool has_kernel;
	/* The kernel's lines, on the kernel's clock; the last is UINT64_MAX when the end of the
	 * file cannot be read. */
	uint64_t kernel_first_usec, kernel_last_usec;
};

struct ow_journal_boot {
	sd_id128_t id;
	int64_t first_usec;
	size_t rank;
};

/*
 * A stretch of the log that is wanted: of the kernel's lines, on the kernel's clock of that boot;
 * or of the lines of those who kill in user space, on journald's own, and then of one file, as
 * system and users have each their own.
 */
struct ow_journal_window {
	bool userspace;
	size_t rank;
	sd_id128_t boot;
	uint64_t from_usec, to_usec;
	size_t hit_file;                            /* where the first hit is, */
	uint64_t hit_kernel_usec, hit_journal_usec; /* and when, on both clocks */
};

/* Export text on its way out. */
struct ow_journal_export {
	ow_collect_fn *take;
	void *arg;
	size_t n;
	char bytes[OW_KIB(32)];
};

struct ow_journal_collector {
	struct ow_arena *arena;
	struct ow_journal_seen *seen;
	bool failures;                /* page allocation failures are wanted */
	struct ow_journal_file *file; /* by path */
	size_t n_files;
	size_t n_denied, n_failed;    /* files that could not be opened, and why */
	struct ow_journal_span *span; /* by boot, then by time, once the survey is done */
	size_t n_spans;
	struct ow_journal_boot *boot; /* by id */
	size_t n_boots;
	struct ow_journal_window *window; /* by boot, then by time, once the search is done */
	size_t n_windows;
	struct ow_journal_export out;
};

/* The programs that kill when memory is short; the last is NULL. */
extern const char *const ow_journal_killers[];

static inline void ow_journal_closep(sd_journal **journal)
{
	sd_journal_close(*journal);
}

/*
 * The journal files that the options mean: those in a folder, and in its sub-folders that bear a
 * machine's id. Of this host's journal only this machine's, as journalctl does it, unless there
 * are none of it. A folder that cannot be read is listed as if it were a file. -ENOENT when
 * there is none.
 */
int ow_journal_list(struct ow_journal_collector *c, const struct ow_journal_options *options,
		    struct ow_err *err);

/*
 * Opens files together. A file that cannot be opened is noted and left out; *ret is NULL when none
 * is left. Below 0 is what would go wrong with any file: no memory, no descriptors.
 */
int ow_journal_open(struct ow_journal_collector *c, const size_t *file, size_t n, sd_journal **ret);

void ow_journal_note_damage(struct ow_journal_collector *c, size_t file, int error);

/* Bytes of the files that are open. libsystemd lets go of a file that it cannot read further, and
 * says no word: then this shrinks. */
uint64_t ow_journal_usage(sd_journal *journal);

int ow_journal_match(sd_journal *journal, const char *field, const char *value);

/* Matches the kernel's lines and nothing else; those of one boot when boot is not NULL. */
int ow_journal_match_kernel(sd_journal *journal, const sd_id128_t *boot);

/* Matches what journald says of itself. */
int ow_journal_match_driver(sd_journal *journal);

/* Matches the lines of those who kill in user space, and what systemd says of kills. */
int ow_journal_match_userspace(sd_journal *journal, const sd_id128_t *boot);

/* The kernel's clock at the line that the journal stands on; journald's own where that is not
 * stored. */
int ow_journal_kernel_usec(sd_journal *journal, uint64_t *ret);

/* The first round, file by file. */
int ow_journal_survey(struct ow_journal_collector *c, size_t file);

/* Puts what the survey found in order: makes the list of boots. */
int ow_journal_boots(struct ow_journal_collector *c);

/* NULL when there is no such boot. */
const struct ow_journal_boot *ow_journal_boot_of(const struct ow_journal_collector *c,
						 sd_id128_t id);

/*
 * The boot that text means: [ID][OFFSET] as journalctl -b takes it. On the host's own journal
 * offsets count from the boot that runs, and -ENOENT says that the journal has nothing of it.
 * -ENXIO: there is no such boot. -EINVAL: text is no boot.
 */
int ow_journal_boot_find(const struct ow_journal_collector *c, const char *text, bool host,
			 sd_id128_t *ret, struct ow_err *err);

/* The second round, file by file. */
int ow_journal_search(struct ow_journal_collector *c, size_t file);

/* Sorts the windows and joins those that touch. */
void ow_journal_join(struct ow_journal_collector *c);

/* The third round. */
int ow_journal_emit(struct ow_journal_collector *c);

/* Writes the entry that the journal stands on, of a program with who that is. Below 0 is what take
 * returned. A field that cannot be read is left out and sets *damage to its negative errno. */
int ow_journal_export_entry(struct ow_journal_export *out, sd_journal *journal, bool userspace,
			    int *damage);

/* Gives what is left. */
int ow_journal_export_flush(struct ow_journal_export *out);

#endif
