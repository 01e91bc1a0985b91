/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PROFILE_TEXT_H
#define OW_READ_PROFILE_TEXT_H

#include "read/profile-internal.h"

/* What the readers of text profiles share. */

#define TEXT_LINE_MAX   OW_KIB(64)
#define TEXT_FRAMES_MAX 8192 /* of one stack */

/* A stack as it is read: addresses of the row, and the frames of the "#" lines behind it. */
struct text_frame {
	uint64_t address;
	uint32_t function;
	int64_t line;
};

struct text {
	struct profile_rest rest;
	uint64_t line; /* number of the line that is read */
	int (*row)(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err);
	struct ow_profile *profile;
	struct ow_intern functions, locations;
	size_t n_functions, n_locations, n_labels;
	struct profile_maps maps;
	struct ow_str (*attribute)[2]; /* "$build" and what it stands for, in a memory map */
	size_t n_attributes;
	bool in_maps;  /* the rest is the memory map */
	bool in_stats; /* the rest is MemStats */
	bool is_named; /* some frame had its name in a "#" line */

	/* The row that waits for its "#" lines. */
	bool has_row;
	int64_t value[4];
	int64_t block_bytes; /* size of an object; -1: there is no label */
	uint64_t address[TEXT_FRAMES_MAX];
	size_t n_addresses;
	struct text_frame frame[TEXT_FRAMES_MAX];
	size_t n_frames;

	/* Of "heap profile:" */
	bool has_alloc;   /* rows count what was allocated, too */
	bool is_sampled;  /* counts are to be scaled up by the period */
	bool is_jemalloc; /* the stack stands before its row */
};

void *text_start(struct ow_profile_reader *reader);
int text_feed(struct ow_profile_reader *reader, const char *bytes, size_t n, struct ow_err *err);
int text_end(struct ow_profile_reader *reader, struct ow_profile **ret, struct ow_err *err);
void text_stop(struct ow_profile_reader *reader);

/* "'x' line 7: ..." */
int text_bad(const struct ow_profile_reader *reader, struct ow_err *err, const char *why);
int text_full(const struct ow_profile_reader *reader, struct ow_err *err);

/* The types of a profile; literals. Makes the tally. */
int text_types(struct ow_profile_reader *reader, const struct ow_profile_type *type, size_t n);

/* "0x40fbce 0x411499": the addresses of calls, which are one less. False: a number is too large. */
bool text_addresses(struct text *text, struct ow_str s);

/* The row that waits, with what was read for it, becomes a sample. */
int text_finish_row(struct ow_profile_reader *reader, struct ow_err *err);

/* "#	0x67b36c	main.grow+0x4c		/src/main.go:13". Returns 0 or -ENOMEM. */
int text_frame_line(struct ow_profile_reader *reader, struct ow_str line);

/* "# HeapAlloc = 257962728" */
void text_stats_line(struct ow_memstats *stats, struct ow_str line);

#endif
