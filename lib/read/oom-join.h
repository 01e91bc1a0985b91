/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_JOIN_H
#define OW_READ_OOM_JOIN_H

#include "read/oom-assemble.h"

/*
 * Private to the reader of OOM reports: joins lines that a mail program or a terminal has broken,
 * and parts those that a logger has folded.
 *
 *   [  332.383394] ioctl_sg01 invoked oom-killer:
 *   gfp_mask=0x100cca(GFP_HIGHUSER_MOVABLE), order=0, oom_score_adj=0
 *
 *   active_anon:33632 isolated_anon:0#012 active_file:43 inactive_file:127
 *
 * A line without a wrapper may continue the one before. It does so if the two together say more
 * than the first alone; the families count what a text says. A broken place was a blank or, in the
 * middle of a word, nothing. Where lines of one length were broken in a word, it was a terminal
 * that cut them there, and what it cut is put together as it was.
 */
#define OW_JOIN_LINES 16
#define OW_JOIN_MAX   OW_KIB(8)

struct ow_oom_join {
	bool holds;
	struct ow_line line; /* the first one; its slices point into bytes */
	struct ow_oom_raw raw[OW_JOIN_LINES];
	size_t n_raw;
	bool knows_family;
	const struct ow_oom_family *family; /* of the first one */
	char bytes[OW_JOIN_MAX];            /* the lines as they were read */
	size_t n_bytes;
	char text[OW_JOIN_MAX]; /* all of them in one */
	size_t n_text;
	/* The front of the text that says most: so many bytes, lines, and fields. */
	size_t best, n_best;
	unsigned fields, full;
	size_t width; /* of lines that were cut in a word; 0: none was yet */
	char unescaped[OW_OOM_LINE_MAX];
};

/* Hands on what is held, unless the line continues it; then holds the line. Returns 0, or a
 * negative errno of ow_oom_assemble(). */
int ow_oom_join(struct ow_oom_join *join, struct ow_oom_assembly *a, const struct ow_line *line);

/*
 * Is it a printk of several lines, with feed ("\n", "#012") between them, that an OOM report has?
 * Any other is one line, whatever stands in it: it may hold a name or a path that somebody chose,
 * and that must not become a line of the kernel:
 *
 *   overlayfs: failed to resolve '/x\nOut of memory: Killed process 1 (init) ...': -2
 */
bool ow_oom_is_folded(struct ow_str text, const char *feed);

/* Is a line held whose rest may follow? */
bool ow_oom_join_expects(struct ow_oom_join *join, const struct ow_oom_assembly *a);

/* Is the line as long as those that a terminal cuts, whatever stands there? */
bool ow_oom_join_is_cut(const struct ow_oom_join *join, struct ow_str raw);

/* Hands on what is held. */
int ow_oom_join_flush(struct ow_oom_join *join, struct ow_oom_assembly *a);

#endif
