/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_REPORT_ANNOTATE_FAMILY_H
#define OW_REPORT_ANNOTATE_FAMILY_H

#include "analyze/scene.h"
#include "report/annotate.h"

/*
 * Private to report/annotate.c: what its files share.
 *
 *   annotate-family.c   the kinds of lines: how each is known, what is marked in it
 *   annotate-say.c      the sentence below a line
 *   annotate-fold.c     runs of lines that are told together
 *   annotate-rows.c     the same for the task table
 *   annotate-missing.c  what the record lacks
 */

/* What a line is about; the parts of the document, in their order. */
enum ow_note_part {
	OW_NOTE_ASKED,
	OW_NOTE_LIMIT,
	OW_NOTE_MADE,
	OW_NOTE_THERE,
	OW_NOTE_CHOSEN,
	OW_NOTE_BESIDE, /* of no record */
	OW_NOTE_COUNT,
};

/* Lines that are told together. */
enum ow_note_fold {
	OW_FOLD_NONE,
	OW_FOLD_TRACE,
	OW_FOLD_STATS,
	OW_FOLD_PAGES,
	OW_FOLD_ROWS,
};

struct ow_notes {
	const struct ow_oom *oom;
	const struct ow_scene *scene; /* of a case that has nothing but the record */
	struct ow_doc *doc;
	struct ow_arena *arena;
	struct ow_str columns; /* the header of the task table; n is 0: there is none */
	unsigned headings;     /* that stand already, a bit each */
	unsigned folds;        /* that were told, a bit each */
};

/* A place to mark. */
struct ow_note_point {
	const char *word;  /* what stands in front of the value, marked with it */
	const char *until; /* what ends the value; NULL: a blank or a comma */
	const char *note;  /* may be NULL */
	bool front;        /* the value stands in front of the word: "eat" invoked oom-killer */
	bool last;         /* the last such word counts: names in front of it may hold any */
	size_t skip;       /* bytes of word that are not marked */
};

enum ow_note_place {
	OW_NOTE_FRONT,  /* the line begins with it */
	OW_NOTE_INSIDE, /* it stands anywhere */
	OW_NOTE_NUMBER, /* a number stands in front of it: "524158 pages RAM" */
};

struct ow_note_family {
	const char *needle;
	enum ow_note_place place;
	enum ow_note_part part;
	enum ow_note_fold fold; /* of this line and of the unknown ones behind it */
	bool shown;             /* the line itself is shown, the fold comes behind it */
	bool once;              /* of lines in a row only the first has the text below it */
	const struct ow_note_point *point;
	size_t n_points;
	size_t n_again; /* how many of the points a line has that comes after one of its kind; 0:
			   all */
	/* The text below the line; may be NULL. */
	void (*say)(struct ow_notes *notes, struct ow_str text, size_t line);
};

/* NULL when the line is of no kind that is known by what it says. */
const struct ow_note_family *ow_note_family(struct ow_str text);

/* The line with its places marked; again: the line before it is of the same kind. */
void ow_note_excerpt(struct ow_notes *notes, const struct ow_note_family *family,
		     const struct ow_oom_text *said, bool again);

/* The run of lines said[0 .. n) that are told together. */
void ow_note_fold(struct ow_notes *notes, enum ow_note_fold fold, const struct ow_oom_text *said,
		  size_t n);

void ow_note_rows(struct ow_notes *notes, const struct ow_oom_text *said, size_t n);

/* The heading of a part, once. */
void ow_note_heading(struct ow_notes *notes, enum ow_note_part part);

/* What the record lacks, and why that may be. */
void ow_note_missing(struct ow_notes *notes);

static inline struct ow_str ow_note_text(const struct ow_oom_text *said)
{
	return (struct ow_str){ said->text, said->length };
}

/* The sentences, by the kind of their line. */
void ow_say_head(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_limit(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_memory(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_memsw(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_swap(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_kmem(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_swap_total(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_table(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_constraint(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_chosen(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_killed(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_group(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_exiting(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_nobody(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_panic(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_reaped(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_suppressed(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_lost(struct ow_notes *notes, struct ow_str text, size_t line);
void ow_say_failure(struct ow_notes *notes, struct ow_str text, size_t line);

#endif
