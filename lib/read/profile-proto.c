/* SPDX-License-Identifier: Apache-2.0 */
#include "read/profile-proto.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Puts one item behind the others of a table. */
#define PUSH(reader, table, one) \
	push((reader)->scratch, (void **)&(table)->item, &(table)->n, &(one), sizeof(one))

static int push(struct ow_arena *arena, void **items, size_t *n, const void *item, size_t size)
{
	char *more = ow_grow(arena, *items, *n, size);

	if (!more)
		return -ENOMEM;
	memcpy(more + *n * size, item, size);
	*items = more;
	(*n)++;
	return 0;
}

int proto_full(const struct ow_profile_reader *reader, struct ow_err *err)
{
	return ow_fail(
		err, ENOMEM,
		"cannot read '%s': it needs more than the %zu MiB of memory that it may take",
		reader->name, ow_arena_limit(reader->arena) / OW_MIB(1));
}

int proto_bad(const struct ow_profile_reader *reader, struct ow_err *err, const char *format, ...)
{
	/* As the parts of a profile are called, by their numbers. */
	static const char *const parts[] = {
		"part",        "sample type", "sample",       "mapping",
		"location",    "function",    "text",         "drop_frames",
		"keep_frames", "time",        "duration",     "period type",
		"period",      "comment",     "default type", "address of documentation",
	};
	const struct proto *proto = reader->state;
	const char *part = proto->field < OW_ARRAY_SIZE(parts) ? parts[proto->field] : parts[0];
	char what[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	return ow_fail(err, EBADMSG, "'%s' is damaged or no profile: %s at byte %" PRIu64 ": %s",
		       reader->name, part, proto->offset, what);
}

/* Fields that are numbers, by their number; others are passed over. */
static bool numbers(struct wire bytes, uint64_t *v, size_t n)
{
	struct wire_field f;

	while (bytes.p < bytes.end) {
		if (!wire_next(&bytes, &f))
			return false;
		if (f.field == 0 || f.field >= n)
			continue;
		if (f.type != WIRE_NUMBER)
			return false;
		v[f.field] = f.number;
	}
	return true;
}

static int malformed(const struct ow_profile_reader *reader, struct ow_err *err)
{
	return proto_bad(reader, err, "it does not follow the format");
}

static int take_type(struct ow_profile_reader *reader, const struct wire_field *f,
		     struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct proto_type type;
	uint64_t v[3] = { 0 };

	if (!numbers(f->bytes, v, OW_ARRAY_SIZE(v)))
		return malformed(reader, err);
	type = (struct proto_type){ v[1], v[2] };
	if (f->field == 11)
		proto->period_type = type;
	else if (proto->type.n >= OW_TALLY_VALUES_MAX)
		return proto_bad(reader, err, "there are more than %d", OW_TALLY_VALUES_MAX);
	else if (PUSH(reader, &proto->type, type) < 0)
		return proto_full(reader, err);
	return 0;
}

static int take_sample(struct ow_profile_reader *reader, const struct wire_field *f,
		       struct ow_err *err)
{
	return proto_sample(reader, f->bytes, err);
}

static int take_mapping(struct ow_profile_reader *reader, const struct wire_field *f,
			struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct proto_mapping mapping;
	uint64_t v[11] = { 0 };

	if (!numbers(f->bytes, v, OW_ARRAY_SIZE(v)))
		return malformed(reader, err);
	mapping = (struct proto_mapping){
		.id = v[1],
		.start = v[2],
		.limit = v[3],
		.offset = v[4],
		.file = v[5],
		.build_id = v[6],
	};
	for (unsigned i = 0; i < 4;
	     i++) /* fields 7 to 10 are the bits of enum ow_profile_mapping_has */
		mapping.has |= v[7 + i] ? 1U << i : 0;
	return PUSH(reader, &proto->mapping, mapping) < 0 ? proto_full(reader, err) : 0;
}

static int take_line(struct ow_profile_reader *reader, struct wire bytes, struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct proto_line line;
	uint64_t v[4] = { 0 };

	if (!numbers(bytes, v, OW_ARRAY_SIZE(v)))
		return malformed(reader, err);
	line = (struct proto_line){ v[1], v[2], v[3] };
	return PUSH(reader, &proto->line, line) < 0 ? proto_full(reader, err) : 0;
}

static int take_location(struct ow_profile_reader *reader, const struct wire_field *field,
			 struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct proto_location location = { .line = proto->line.n };
	struct wire bytes = field->bytes;
	struct wire_field f;
	uint64_t v[6] = { 0 };
	int r = 0;

	while (bytes.p < bytes.end && r == 0) {
		if (!wire_next(&bytes, &f))
			return malformed(reader, err);
		if (f.field == 4 && f.type == WIRE_BYTES)
			r = take_line(reader, f.bytes, err);
		else if (f.field < OW_ARRAY_SIZE(v) && f.type != WIRE_NUMBER)
			r = malformed(reader, err);
		else if (f.field < OW_ARRAY_SIZE(v))
			v[f.field] = f.number;
	}
	if (r < 0)
		return r;
	location.id = v[1];
	location.mapping = v[2];
	location.address = v[3];
	location.folded = v[5] != 0;
	location.n_lines = proto->line.n - location.line;
	return PUSH(reader, &proto->location, location) < 0 ? proto_full(reader, err) : 0;
}

static int take_function(struct ow_profile_reader *reader, const struct wire_field *f,
			 struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct proto_function function;
	uint64_t v[6] = { 0 };

	if (!numbers(f->bytes, v, OW_ARRAY_SIZE(v)))
		return malformed(reader, err);
	function = (struct proto_function){
		.id = v[1],
		.name = v[2],
		.system_name = v[3],
		.file = v[4],
		.start_line = v[5],
	};
	return PUSH(reader, &proto->function, function) < 0 ? proto_full(reader, err) : 0;
}

static int take_text(struct ow_profile_reader *reader, const struct wire_field *f,
		     struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct ow_str text = { (const char *)f->bytes.p, (size_t)(f->bytes.end - f->bytes.p) };

	if (proto->text.n == 0 && text.n)
		return proto_bad(reader, err, "the first text must be empty");
	text.p = text.n ? ow_str_keep(reader->arena, text) : "";
	if (!text.p || PUSH(reader, &proto->text, text) < 0)
		return proto_full(reader, err);
	return 0;
}

static int take_comment(struct ow_profile_reader *reader, const struct wire_field *f,
			struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct wire bytes = f->bytes;
	uint64_t one = f->number;

	if (f->type == WIRE_NUMBER)
		return PUSH(reader, &proto->comment, one) < 0 ? proto_full(reader, err) : 0;
	if (f->type != WIRE_BYTES)
		return malformed(reader, err);
	while (bytes.p < bytes.end) {
		if (!wire_number(&bytes, &one))
			return malformed(reader, err);
		if (PUSH(reader, &proto->comment, one) < 0)
			return proto_full(reader, err);
	}
	return 0;
}

/* A time is written once. A second one is that of a second profile behind the first. */
static int take_time(struct ow_profile_reader *reader, const struct wire_field *f,
		     struct ow_err *err)
{
	struct proto *proto = reader->state;

	if (proto->time_nanos)
		return proto_bad(reader, err,
				 "two profiles one behind the other are not one; "
				 "give them as two files");
	proto->time_nanos = f->number;
	return 0;
}

/* Those that are one number. */
static int take_number(struct ow_profile_reader *reader, const struct wire_field *f,
		       struct ow_err *err)
{
	struct proto *proto = reader->state;
	uint64_t *const at[] = {
		[7] = &proto->drop_frames,     [8] = &proto->keep_frames,
		[10] = &proto->duration_nanos, [12] = &proto->period,
		[14] = &proto->default_type,   [15] = &proto->doc_url,
	};

	(void)err;
	*at[f->field] = f->number;
	return 0;
}

#define ANY_TYPE 8

static const struct {
	unsigned type; /* enum wire_type, or ANY_TYPE */
	int (*take)(struct ow_profile_reader *reader, const struct wire_field *f,
		    struct ow_err *err);
} parts[] = {
	[1] = { WIRE_BYTES, take_type },     [2] = { WIRE_BYTES, take_sample },
	[3] = { WIRE_BYTES, take_mapping },  [4] = { WIRE_BYTES, take_location },
	[5] = { WIRE_BYTES, take_function }, [6] = { WIRE_BYTES, take_text },
	[7] = { WIRE_NUMBER, take_number },  [8] = { WIRE_NUMBER, take_number },
	[9] = { WIRE_NUMBER, take_time },    [10] = { WIRE_NUMBER, take_number },
	[11] = { WIRE_BYTES, take_type },    [12] = { WIRE_NUMBER, take_number },
	[13] = { ANY_TYPE, take_comment },   [14] = { WIRE_NUMBER, take_number },
	[15] = { WIRE_NUMBER, take_number },
};

static int take(struct ow_profile_reader *reader, struct wire bytes, struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct wire_field f;

	proto->field = 0;
	if (!wire_next(&bytes, &f))
		return malformed(reader, err);
	if (f.field == 0 || f.field >= OW_ARRAY_SIZE(parts))
		return 0; /* of a later version of the format */
	proto->field = f.field;
	if (parts[f.field].type != ANY_TYPE && f.type != parts[f.field].type)
		return malformed(reader, err);
	return parts[f.field].take(reader, &f, err);
}

static bool begins(struct ow_str head)
{
	(void)head;
	return true;
}

static void *start(struct ow_profile_reader *reader)
{
	struct proto *proto = ow_alloc(reader->scratch, 1, sizeof(*proto));
	uint32_t empty;

	if (!proto)
		return NULL;
	ow_intern_init(&proto->locations.large, reader->scratch);
	ow_intern_init(&proto->functions.large, reader->scratch);
	ow_intern_init(&proto->mappings.large, reader->scratch);
	ow_intern_init(&proto->labels, reader->scratch);
	return ow_intern(&proto->labels, "", 0, &empty) < 0 ? NULL : proto;
}

static void stop(struct ow_profile_reader *reader)
{
	struct proto *proto = reader->state;

	(void)ow_tally_seal(proto->tally);
	free(proto->rest.bytes);
	free(proto->used);
}

/* The number of the field that begins here; 0 when it cannot be told. */
static uint32_t field_of(const uint8_t *p, const uint8_t *end)
{
	struct wire wire = { p, end };
	uint64_t key;

	return wire_number(&wire, &key) && key >> 3 <= UINT32_MAX ? (uint32_t)(key >> 3) : 0;
}

/* Takes the fields that are whole; *took is what they were. need: as wire_length() has it. */
static int take_whole(struct ow_profile_reader *reader, const char *bytes, size_t n, size_t *took,
		      struct ow_err *err)
{
	const uint8_t *p = (const uint8_t *)bytes, *const end = p + n;
	struct proto *proto = reader->state;
	int64_t length;
	int r;

	for (;;) {
		length = p < end ? wire_length(p, (size_t)(end - p), &proto->need) : 0;
		if (length <= 0)
			break;
		r = take(reader, (struct wire){ p, p + length }, err);
		if (r < 0)
			return r;
		p += length;
		proto->offset += (uint64_t)length;
	}
	proto->field = p < end ? field_of(p, end) : 0;
	if (length < 0)
		return malformed(reader, err);
	if (p < end && proto->need > PROFILE_FIELD_MAX)
		return proto_bad(reader, err, "it says it has %" PRIu64 " bytes", proto->need);
	*took = (size_t)(p - (const uint8_t *)bytes);
	return 0;
}

static int feed(struct ow_profile_reader *reader, const char *bytes, size_t n, struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct profile_rest *rest = &proto->rest;
	size_t took;
	int r;

	while (rest->n && n) { /* first what makes the rest whole, and no more */
		const size_t lacks = proto->need > rest->n ? (size_t)proto->need - rest->n : 1;
		const size_t some = lacks < n ? lacks : n;

		if (profile_rest_add(rest, bytes, some) < 0)
			return proto_full(reader, err);
		bytes += some;
		n -= some;
		r = take_whole(reader, rest->bytes, rest->n, &took, err);
		if (r < 0)
			return r;
		if (took)
			rest->n = 0;
	}
	if (n == 0)
		return 0;
	r = take_whole(reader, bytes, n, &took, err);
	if (r < 0)
		return r;
	return profile_rest_add(rest, bytes + took, n - took) < 0 ? proto_full(reader, err) : 0;
}

static int end(struct ow_profile_reader *reader, struct ow_profile **ret, struct ow_err *err)
{
	struct proto *proto = reader->state;

	proto->field = 0;
	if (proto->rest.n)
		return proto_bad(reader, err, "it is cut off");
	return proto_resolve(reader, ret, err);
}

const struct profile_format profile_proto = {
	.begins = begins,
	.start = start,
	.feed = feed,
	.end = end,
	.stop = stop,
};
