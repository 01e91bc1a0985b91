/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a heap profile of a chosen size, the same bytes for the same size:
 *
 *   make-profile SAMPLES | gzip -1 >FILE
 *
 * Stacks are walks through a random tree of calls, 40 frames deep on average; an eighth of the
 * places has an inlined frame. All samples stand before the tables that say what their numbers
 * mean, as in profiles that pprof has written: the harder order for a reader.
 */
#include <err.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/scan.h"

#define FUNCTIONS 20000
#define PLACES    80000
#define FAN       6

struct message {
	uint8_t byte[4096];
	size_t n;
};

static uint64_t state = 0x9e3779b97f4a7c15;

static uint32_t below(uint32_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)((state >> 32) * n >> 32);
}

static void put_varint(struct message *m, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		m->byte[m->n++] = (uint8_t)(value | 0x80);
	m->byte[m->n++] = (uint8_t)value;
}

static void put_number(struct message *m, unsigned field, uint64_t value)
{
	put_varint(m, field << 3);
	put_varint(m, value);
}

static void put_bytes(struct message *m, unsigned field, const void *bytes, size_t n)
{
	put_varint(m, field << 3 | 2);
	put_varint(m, n);
	memcpy(m->byte + m->n, bytes, n);
	m->n += n;
}

static void put_part(struct message *m, unsigned field, struct message *part)
{
	put_bytes(m, field, part->byte, part->n);
	part->n = 0;
}

static void write_out(struct message *m)
{
	if (fwrite(m->byte, 1, m->n, stdout) != m->n)
		err(EXIT_FAILURE, "cannot write");
	m->n = 0;
}

static void write_text(const char *text)
{
	struct message m = { .n = 0 };

	put_bytes(&m, 6, text, strlen(text));
	write_out(&m);
}

static uint32_t callee[PLACES][FAN];

static void write_sample(void)
{
	struct message m = { .n = 0 }, part = { .n = 0 }, stack = { .n = 0 };
	const uint32_t depth = 30 + below(21);
	uint32_t walk[64], place = below(64);
	const uint64_t size = UINT64_C(16) << below(17), count = 1 + below(100);

	for (uint32_t i = 0; i < depth; i++) {
		walk[i] = place + 1;
		place = callee[place][below(i < depth / 3 ? 2 : FAN)];
	}
	for (uint32_t i = depth; i-- > 0;) /* the leaf first */
		put_varint(&stack, walk[i]);
	put_part(&part, 1, &stack);
	put_varint(&stack, 3 * count);
	put_varint(&stack, 3 * count * size);
	put_varint(&stack, count);
	put_varint(&stack, count * size);
	put_part(&part, 2, &stack);
	put_number(&stack, 1, 7);
	put_number(&stack, 3, size);
	put_part(&part, 3, &stack);
	put_part(&m, 2, &part);
	write_out(&m);
}

static void write_types(void)
{
	struct message m = { .n = 0 }, part = { .n = 0 };

	for (unsigned i = 0; i < 4; i++) {
		put_number(&part, 1, 1 + i);
		put_number(&part, 2, 5 + i % 2);
		put_part(&m, 1, &part);
	}
	write_out(&m);
}

static void write_tables(void)
{
	static const char *const texts[] = {
		"",      "alloc_objects", "alloc_space", "inuse_objects", "inuse_space",
		"count", "bytes",         "bytes",       "/src/server.go"
	};
	struct message m = { .n = 0 }, part = { .n = 0 }, line = { .n = 0 };
	char name[64];

	for (uint32_t i = 0; i < PLACES; i++) {
		put_number(&part, 1, i + 1);
		put_number(&part, 3, 0x400000 + 16 * i);
		for (uint32_t inlined = i % 8 == 0; inlined + 1 > 0; inlined--) {
			put_number(&line, 1, 1 + (i / 4 + 7 * inlined) % FUNCTIONS);
			put_number(&line, 2, 10 + i % 400);
			put_part(&part, 4, &line);
		}
		put_part(&m, 4, &part);
		write_out(&m);
	}
	for (uint32_t i = 0; i < FUNCTIONS; i++) {
		put_number(&part, 1, i + 1);
		put_number(&part, 2, OW_ARRAY_SIZE(texts) + i);
		put_number(&part, 3, OW_ARRAY_SIZE(texts) + i);
		put_number(&part, 4, OW_ARRAY_SIZE(texts) - 1);
		put_part(&m, 5, &part);
		write_out(&m);
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++)
		write_text(texts[i]);
	for (uint32_t i = 0; i < FUNCTIONS; i++) {
		(void)snprintf(name, sizeof(name), "example.com/server/pkg%u.(*Type%u).Method%u",
			       i / 40, i / 4 % 10, i % 4);
		write_text(name);
	}
}

int main(int argc, char *argv[])
{
	struct ow_str s = ow_str(argc == 2 ? argv[1] : "");
	uint64_t samples;

	if (!ow_scan_u64(&s, &samples) || s.n)
		errx(2, "usage: make-profile SAMPLES");
	for (uint32_t i = 0; i < PLACES; i++)
		for (uint32_t k = 0; k < FAN; k++)
			callee[i][k] = below(PLACES);
	write_types();
	for (uint64_t i = 0; i < samples; i++)
		write_sample();
	write_tables();
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
