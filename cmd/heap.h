/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_HEAP_H
#define OW_CMD_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/profile-view.h"
#include "base/arena.h"
#include "base/err.h"
#include "command.h"
#include "record/profile.h"
#include "render/pprof.h"

/* What the files of oomwhy-heap share. */

#define HEAP_MEMORY_MAX ((size_t)1 << 30) /* what is put together, or one profile of a series */

/* A report of pprof's. */
struct heap_report {
	const char *name; /* "top" */
	int (*write)(struct ow_pprof *pprof, FILE *out, struct ow_err *err);
	const char *dot_format; /* what Graphviz is to make of it; NULL: it goes out as it is */
	bool graph;             /* it shows the graph, */
	bool edges;             /* with its edges, */
	bool picture;           /* as a drawing */
	bool whole;             /* nothing is trimmed */
	bool objects;           /* functions of different mapped files are different */
	bool stacks;            /* it shows whole stacks */
	bool flame;             /* as a tree */
	bool streams;           /* nothing can fail once it has begun: it need not fit in memory */
	bool binary;            /* not for a terminal */
	bool pattern;           /* it takes one */
	bool all_rows;          /* without a limit on the number of nodes, unless one is given */
	bool settled;           /* its granularity is that below, */
	bool with_inlines;      /* and inlined frames are shown */
	enum ow_granularity granularity;
};

extern const struct heap_report heap_reports[];
extern const size_t heap_n_reports;

/* The options as they were given; a text that was not given is NULL. */
struct heap_options {
	struct ow_profile_filter filter;
	bool report[24]; /* of heap_reports without a pattern, in their order */
	const char *peek, *list, *flame;
	bool granularity[5];
	bool flat, cum;
	const char *nodecount, *nodefraction, *edgefraction, *divide_by;
	bool trim, relative_percentages, compact_labels, drop_negative, normalize, mean;
	bool inuse_space, inuse_objects, alloc_space, alloc_objects;
	bool total_delay, contentions, mean_delay;
	const char *sample_index, *unit, *output, *source_path, *trim_path, *source_root;
	const char *build_id, *comment, *symbolize;
	int64_t seconds, timeout;
	const char *base, *diff_base;

	/* Of the view that pprof lacks. */
	const char *limit;
	int64_t rows;
	bool json;
	bool series;
};

extern struct heap_options arg_heap;
extern const struct ow_option heap_option_table[];
extern const size_t heap_n_options;

/* What was read, before it was put together. */
struct heap_sources {
	const struct ow_profile **part, **base;
	const char **name; /* of each part, as it may be shown */
	size_t n_parts, n_bases;
	bool live; /* one of them is a server's: the next time it says something else */
};

/* The report that is asked for, and its pattern; NULL: none of pprof's, but our own view.
 * OW_EXIT_USAGE, said, when there are two. */
int heap_choose_report(const struct ow_command *command, const struct heap_report **report,
		       const char **pattern);

/* Reads what the operands and -base name, and puts it together. Returns an enum ow_exit; said. */
int heap_load(const struct ow_command *command, int n, char *argv[], struct ow_arena *arena,
	      struct ow_profile **ret, struct heap_sources *sources);

/* Reads what the operands name, each into an arena of its own that goes with it, and gives it to
 * take. Returns 0 or what failed, with err filled. */
int heap_load_each(const struct ow_command *command, int n, char *argv[],
		   int (*take)(void *arg, struct ow_profile *profile, struct ow_arena *arena,
			       struct ow_err *err),
		   void *arg, struct ow_err *err);

/* Follows the profiles that the operands name. Returns an enum ow_exit; said. */
int heap_series(const struct ow_command *command, int n, char *argv[], struct ow_arena *arena);

/* Where the report goes: -output, or standard output, with a pager. write has made sure before that
 * it will not fail half-way. */
int heap_put_out(int (*write)(void *arg, FILE *out, struct ow_err *err), void *arg,
		 struct ow_err *err);

/* Says it when names are missing and somebody might wait for them to be looked up. */
void heap_warn_nameless(const struct ow_command *command, const struct ow_profile *profile);

/* Shows what a profile says beyond pprof's sums. Returns an enum ow_exit; said. */
int heap_view(const struct ow_command *command, struct ow_profile *profile,
	      const struct heap_sources *sources, struct ow_arena *arena);

/* Writes a report of the profile. Returns an enum ow_exit; said. */
int heap_write(const struct ow_command *command, const struct heap_report *report,
	       const char *pattern, struct ow_profile *profile, struct ow_arena *arena);

#endif
