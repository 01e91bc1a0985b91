/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_GOMOMENT_H
#define OW_READ_GOMOMENT_H

#include "base/arena.h"
#include "base/err.h"
#include "read/gopage.h"
#include "record/profile.h"

struct ow_stream;

/*
 * Reads what is known of a Go process from files, pages and profiles of any of the kinds of
 * enum ow_go_kind; which one it is is seen from its first bytes.
 */

/* What a read of one file gave. */
struct ow_go_file {
	enum ow_go_kind kind;
	struct ow_go_moment part; /* what the file says, and nothing else */
};

/*
 * One whole stream, unpacked. Options say where it is from (read/gopage.h). memory.stat gives a
 * cgroup with stat only. What is read is the arena's, and so are goroutines; of a heap profile only
 * its total and its MemStats are kept.
 *
 * -EBADMSG when it is of no kind, or of one and makes no sense; -ENOTUNIQ; -ENOMEM; or what reading
 * said.
 */
int ow_go_file_read(struct ow_stream *stream, const struct ow_go_page_options *options,
		    struct ow_arena *arena, struct ow_go_file *ret, struct ow_err *err);

/* Adds the parts of one moment together. -EEXIST when moment has that part already; -ENOMEM. */
int ow_go_moment_add(struct ow_go_moment *moment, const struct ow_go_moment *part,
		     struct ow_arena *arena);

/*
 * The total of a heap profile: inuse_space, or what the profile has in its place. error is one
 * standard deviation of the sampling: each object of s bytes was seen with the chance
 * p = 1 - exp(-s / period), so that a row of n objects has the variance n s^2 (1 - p) / p. False
 * when it is no heap profile. scratch is for the walk.
 */
bool ow_go_profile_total(const struct ow_profile *profile, struct ow_arena *scratch,
			 uint64_t *ret_bytes, uint64_t *ret_error);

#endif
