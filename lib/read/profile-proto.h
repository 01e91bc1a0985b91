/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_PROFILE_PROTO_H
#define OW_READ_PROFILE_PROTO_H

#include "read/profile-internal.h"
#include "read/profile-wire.h"

/* What the two halves of the reader of profile.proto share: the parts as they were written, with
 * ids and indexes of texts in place of what they mean. The texts may come last. */

#define PROTO_LABELS_MAX 1024 /* of one sample */

struct proto_type {
	uint64_t type, unit;
};

struct proto_line {
	uint64_t function, line, column;
};

struct proto_location {
	uint64_t id, mapping, address;
	size_t line, n_lines; /* the first of them in the table */
	bool folded;
};

struct proto_function {
	uint64_t id, name, system_name, file, start_line;
};

struct proto_mapping {
	uint64_t id, start, limit, offset, file, build_id;
	unsigned has;
};

struct proto_label {
	uint64_t key, text, number, unit;
};

/* A table that grows, of items of one kind. */
#define PROTO_TABLE(kind)   \
	struct {            \
		kind *item; \
		size_t n;   \
	}

struct proto {
	struct profile_rest rest;
	uint64_t need;   /* bytes that make the rest a whole field, as far as is known */
	uint64_t offset; /* of the field that is read, in the unpacked input */
	uint32_t field;  /* its number */
	PROTO_TABLE(struct proto_type) type;
	PROTO_TABLE(struct proto_mapping) mapping;
	PROTO_TABLE(struct proto_function) function;
	PROTO_TABLE(struct proto_location) location;
	PROTO_TABLE(struct proto_line) line;
	PROTO_TABLE(uint64_t) comment;
	PROTO_TABLE(struct ow_str) text;
	struct ow_intern labels; /* the distinct sets, as they lie in one; the first is empty */
	struct profile_refs locations, functions, mappings;
	struct proto_type period_type;
	uint64_t drop_frames, keep_frames, time_nanos, duration_nanos, period, default_type;
	uint64_t doc_url;
	struct ow_tally *tally;
	size_t n_values; /* of each sample */
	uint64_t samples;
	uint8_t *used; /* is the location of this number in a stack? */
	size_t n_used;
	uint32_t stack[OW_TALLY_SEQUENCE_MAX];
	struct proto_label one[PROTO_LABELS_MAX]; /* the labels of the sample that is read */
};

/* "'x' is damaged: ...": what is wrong with the field that is read. */
int proto_bad(const struct ow_profile_reader *reader, struct ow_err *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Memory ran out at the limit. */
int proto_full(const struct ow_profile_reader *reader, struct ow_err *err);

/* One field of the profile. */
int proto_sample(struct ow_profile_reader *reader, struct wire bytes, struct ow_err *err);

/* Gives the ids their meaning, when all is read. */
int proto_resolve(struct ow_profile_reader *reader, struct ow_profile **ret, struct ow_err *err);

#endif
