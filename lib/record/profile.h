/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_PROFILE_H
#define OW_RECORD_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/scan.h"
#include "base/tally.h"
#include "record/memstats.h"

/*
 * A profile as pprof knows it: for each distinct stack how many objects and bytes were allocated
 * there and how many are still in use. All text is as it was read: of any bytes.
 */

#define OW_PROFILE_NONE UINT32_MAX /* no mapping */

/* What a value counts: "inuse_space" in "bytes". */
struct ow_profile_type {
	struct ow_str type, unit;
};

enum ow_profile_mapping_has {
	OW_PROFILE_HAS_FUNCTIONS = 1 << 0,
	OW_PROFILE_HAS_FILENAMES = 1 << 1,
	OW_PROFILE_HAS_LINE_NUMBERS = 1 << 2,
	OW_PROFILE_HAS_INLINE_FRAMES = 1 << 3,
};

/* A file that was mapped into the process. The first one is the program. */
struct ow_profile_mapping {
	uint64_t start, limit, offset;
	struct ow_str file, build_id;
	unsigned has; /* enum ow_profile_mapping_has */
};

struct ow_profile_function {
	struct ow_str name;
	struct ow_str system_name; /* as the linker knows it */
	struct ow_str file;
	int64_t start_line; /* 0: not known */
};

/* A function in which a location lies, and the line there. */
struct ow_profile_line {
	uint32_t function;
	int64_t line, column; /* 0: not known */
};

/* A place in the code. Of its lines the last is the function that the linker knows, those before it
 * were inlined there, the innermost first. No lines: only the address is known. */
struct ow_profile_location {
	uint64_t address;
	const struct ow_profile_line *line;
	uint32_t n_lines;
	uint32_t mapping; /* or OW_PROFILE_NONE */
	bool folded;
};

/* What else is known of a sample: a text, or a number as "bytes" = 48, the size of one object. */
struct ow_profile_label {
	struct ow_str key;
	struct ow_str text; /* when is_text */
	struct ow_str unit; /* of number; empty: not said */
	int64_t number;
	bool is_text;
};

/* Sorted by key; labels of one key in the order of the profile. */
struct ow_profile_labels {
	const struct ow_profile_label *label;
	size_t n;
};

enum ow_profile_form {
	OW_PROFILE_PROTO, /* profile.proto */
	OW_PROFILE_TEXT,  /* "heap profile: ...", as debug=1 gives it */
};

struct ow_profile {
	struct ow_str name; /* of the source, for messages */
	enum ow_profile_form form;
	struct ow_profile_type *type; /* of the values of a sample */
	size_t n_types;
	struct ow_profile_type period_type;
	int64_t period;     /* mean distance of two samples, in period_type's unit */
	int64_t time_nanos; /* wall clock; 0: not said */
	int64_t duration_nanos;
	struct ow_str default_type;             /* the type to show; empty: the last */
	struct ow_str drop_frames, keep_frames; /* patterns of functions that do not interest */
	struct ow_str doc_url;
	struct ow_str *comment;
	size_t n_comments;
	struct ow_profile_mapping *mapping;
	size_t n_mappings;
	struct ow_profile_function *function;
	size_t n_functions;
	struct ow_profile_location *location; /* also some that no sample has */
	size_t n_locations;
	const uint32_t
		*renumber; /* of the numbers in samples; NULL: they are indexes of location */
	struct ow_profile_labels *labels; /* the distinct sets; the first is the empty one */
	size_t n_labels;
	struct ow_tally *samples;    /* stacks of locations, tagged with an index of labels */
	struct ow_memstats memstats; /* of a text profile */
};

/* One distinct stack. */
struct ow_profile_sample {
	const uint32_t *location; /* the leaf first */
	size_t n_locations;
	const int64_t *value; /* as many as there are types */
	uint32_t labels;      /* index of the set of them */
	const struct ow_profile_label *label;
	size_t n_labels;
};

/* A walk over the samples of a profile, those aside whose values are all 0. */
struct ow_profile_walk {
	const struct ow_profile *profile;
	struct ow_tally_place place;
	struct ow_tally_item item;
};

/* Returns 0 or -ENOMEM. The walk's memory is the arena's. */
int ow_profile_walk_init(struct ow_profile_walk *walk, const struct ow_profile *profile,
			 struct ow_arena *arena);

/* The next sample; false at the end. It lasts until the next call. */
bool ow_profile_walk_next(struct ow_profile_walk *walk, struct ow_profile_sample *sample);

/* As above, without its stack: location is NULL. */
bool ow_profile_walk_next_values(struct ow_profile_walk *walk, struct ow_profile_sample *sample);

/*
 * The index of the type that is called so ("inuse_space"; "inuse_space" is also "space"; a number
 * is the index itself; "" is the default of the profile, else the last). False when there is none.
 */
bool ow_profile_type_index(const struct ow_profile *profile, const char *name, size_t *ret);

#endif
