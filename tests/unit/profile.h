/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_PROFILE_H
#define OW_TESTS_PROFILE_H

#include <string.h>

#include "read/profile.h"
#include "unit.h"

/* Profiles for tests: written field by field, or from stacks as "root;mid;leaf 10". */

struct proto {
	uint8_t byte[OW_KIB(64)];
	size_t n;
};

static inline void proto_varint(struct proto *proto, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		proto->byte[proto->n++] = (uint8_t)(value | 0x80);
	proto->byte[proto->n++] = (uint8_t)value;
	assert_true(proto->n < sizeof(proto->byte) - 16);
}

static inline void proto_number(struct proto *proto, unsigned field, uint64_t value)
{
	proto_varint(proto, field << 3);
	proto_varint(proto, value);
}

static inline void proto_bytes(struct proto *proto, unsigned field, const void *bytes, size_t n)
{
	proto_varint(proto, field << 3 | 2);
	proto_varint(proto, n);
	assert_true(n < sizeof(proto->byte) - proto->n);
	if (n)
		memcpy(proto->byte + proto->n, bytes, n);
	proto->n += n;
}

static inline void proto_text(struct proto *proto, const char *text)
{
	proto_bytes(proto, 6, text, strlen(text));
}

static inline void proto_part(struct proto *proto, unsigned field, const struct proto *part)
{
	proto_bytes(proto, field, part->byte, part->n);
}

/* A message of numbers: field 1, 2, 3 ...; 0 is left out. */
static inline void proto_numbers(struct proto *proto, unsigned field, const uint64_t *value,
				 size_t n)
{
	struct proto part = { .n = 0 };

	for (size_t i = 0; i < n; i++)
		if (value[i])
			proto_number(&part, (unsigned)i + 1, value[i]);
	proto_part(proto, field, &part);
}

#define PROTO_NUMBERS(proto, field, ...)                               \
	proto_numbers(proto, field, (const uint64_t[]){ __VA_ARGS__ }, \
		      sizeof((const uint64_t[]){ __VA_ARGS__ }) / sizeof(uint64_t))

/* Reads bytes in pieces of the given size. */
static inline int profile_feed(const void *bytes, size_t n, size_t piece, struct ow_arena *arena,
			       struct ow_profile **ret, struct ow_err *err)
{
	struct ow_profile_reader *reader = ow_profile_reader_new("test", arena);
	int r = 0;

	assert_non_null(reader);
	for (size_t at = 0; at < n && r == 0; at += piece)
		r = ow_profile_reader_feed(reader, (const char *)bytes + at,
					   n - at < piece ? n - at : piece, err);
	if (r == 0)
		r = ow_profile_reader_end(reader, ret, err);
	ow_profile_reader_free(reader);
	return r;
}

static inline uint64_t text_number(const char *(*texts)[64], size_t *n, const char *text)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*texts)[i], text) == 0)
			return i;
	assert_true(*n < 64);
	(*texts)[*n] = text;
	return (*n)++;
}

/*
 * A profile of "space" in "bytes" from lines "root;mid;leaf 10". A function's name is also its
 * file, with ".go" behind it; function i lies at address 0x1000 + i. Behind the value may stand one
 * label, "10 key=text" or "10 bytes=48". A function that begins with + was inlined into the one
 * before.
 */
static inline struct ow_profile *profile_of_stacks(struct ow_arena *arena, const char *lines)
{
	static struct proto proto;
	const char *texts[64] = { "", "space", "bytes" };
	size_t n_texts = 3, first_function;
	struct ow_str rest = ow_str(lines), line, stack;
	struct ow_profile *profile = NULL;
	struct ow_err err = { "" };
	/* Frames that were inlined share the location of the one that they were inlined into. */
	uint64_t location[64][8] = { { 0 } };
	size_t n_locations = 0;

	proto.n = 0;
	PROTO_NUMBERS(&proto, 1, 1, 2);
	first_function = n_texts;
	while (ow_scan_line(&rest, &line)) {
		struct proto sample = { .n = 0 };
		uint64_t ids[64];
		size_t n = 0;
		int64_t value = 0;
		struct ow_str name, key;

		assert_true(ow_scan_until(&line, " ", &stack));
		assert_true(ow_scan_i64(&line, &value));
		while (stack.n) {
			uint64_t frames[8] = { 0 };
			size_t k = 0;

			do { /* the outermost first */
				(void)ow_scan_char(&stack, '+');
				if (!ow_scan_until(&stack, ";", &name)) {
					name = stack;
					stack.n = 0;
				}
				frames[k++] =
					text_number(&texts, &n_texts, ow_str_keep(arena, name));
			} while (stack.n && stack.p[0] == '+' && k < 8);
			for (k = 0; k < n_locations; k++)
				if (memcmp(location[k], frames, sizeof(frames)) == 0)
					break;
			if (k == n_locations)
				memcpy(location[n_locations++], frames, sizeof(frames));
			ids[n++] = k + 1;
		}
		while (n-- > 0)
			proto_number(&sample, 1, ids[n]);
		proto_number(&sample, 2, (uint64_t)value);
		(void)ow_scan_blanks(&line);
		if (ow_scan_until(&line, "=", &key)) {
			struct proto label = { .n = 0 };
			uint64_t number = 0;
			struct ow_str text = line;

			proto_number(&label, 1,
				     text_number(&texts, &n_texts, ow_str_keep(arena, key)));
			if (ow_scan_u64(&text, &number))
				proto_number(&label, 3, number);
			else
				proto_number(
					&label, 2,
					text_number(&texts, &n_texts, ow_str_keep(arena, line)));
			proto_part(&sample, 3, &label);
		}
		proto_part(&proto, 2, &sample);
	}
	for (size_t i = 0; i < n_locations; i++) {
		struct proto part = { .n = 0 };
		size_t n = 0;

		proto_number(&part, 1, i + 1);
		proto_number(&part, 3, 0x1000 + i);
		while (n < 8 && location[i][n])
			n++;
		while (n-- > 0)
			PROTO_NUMBERS(&part, 4, location[i][n], 10 + n);
		proto_part(&proto, 4, &part);
	}
	for (size_t i = first_function; i < n_texts; i++)
		PROTO_NUMBERS(&proto, 5, i, i, i,
			      0); /* labels become functions, too, which nobody calls */
	for (size_t i = 0; i < n_texts; i++)
		proto_text(&proto, texts[i]);
	if (profile_feed(proto.byte, proto.n, 7, arena, &profile, &err) < 0)
		fail_msg("%s", err.text);
	return profile;
}

#endif
