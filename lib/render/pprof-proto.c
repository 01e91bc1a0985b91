/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/intern.h"
#include "render/pprof-internal.h"
#include "render/pprof-order.h"

/* What is written goes through here, packed by gzip. */
struct sink {
	z_stream z;
	FILE *out;
};

/* A message while it is made: its length stands before it. */
struct message {
	struct ow_arena *arena;
	uint8_t *byte;
	size_t n, room;
	bool failed;
};

struct writer {
	const struct ow_pprof *pprof;
	struct sink sink;
	struct message message, part; /* part: what is in the message */
	struct ow_intern text;
	struct pprof_order order;
};

static void pack(struct sink *sink, const void *bytes, size_t n, int flush)
{
	uint8_t packed[OW_KIB(16)];
	uint8_t copy[OW_KIB(1)];
	const uint8_t *p = bytes;

	do { /* zlib's input is not const: by way of a copy */
		const size_t some = n < sizeof(copy) ? n : sizeof(copy);

		if (some)
			memcpy(copy, p, some);
		p += some;
		n -= some;
		sink->z.next_in = copy;
		sink->z.avail_in = (unsigned)some;
		do {
			sink->z.next_out = packed;
			sink->z.avail_out = sizeof(packed);
			(void)deflate(&sink->z, n ? Z_NO_FLUSH : flush);
			(void)fwrite(packed, 1, sizeof(packed) - sink->z.avail_out, sink->out);
		} while (sink->z.avail_out == 0);
	} while (n);
}

static void put_bytes(struct message *message, const void *bytes, size_t n)
{
	if (message->room - message->n < n) {
		const size_t room = 2 * (message->n + n) + 64;
		uint8_t *byte = ow_alloc(message->arena, room, 1);

		if (!byte) {
			message->failed = true;
			return;
		}
		if (message->n)
			memcpy(byte, message->byte, message->n);
		message->byte = byte;
		message->room = room;
	}
	if (n)
		memcpy(message->byte + message->n, bytes, n);
	message->n += n;
}

static void put_varint(struct message *message, uint64_t value)
{
	uint8_t byte[10];
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		byte[n++] = (uint8_t)(value | 0x80);
	byte[n++] = (uint8_t)value;
	put_bytes(message, byte, n);
}

/* A field that is a number; 0 is left out, as it is what is not there. */
static void put_number(struct message *message, unsigned field, uint64_t value)
{
	if (value == 0)
		return;
	put_varint(message, field << 3);
	put_varint(message, value);
}

static void put_field(struct message *message, unsigned field, const void *bytes, size_t n)
{
	put_varint(message, field << 3 | 2);
	put_varint(message, n);
	put_bytes(message, bytes, n);
}

/* The part is a field of the message, and a new one begins. */
static void put_part(struct writer *w, unsigned field)
{
	put_field(&w->message, field, w->part.byte, w->part.n);
	w->part.n = 0;
}

/* The message is a field of the profile: out with it. */
static void flush_message(struct writer *w, unsigned field)
{
	uint8_t head[16];
	struct message front = { .byte = head, .room = sizeof(head) };

	put_varint(&front, field << 3 | 2);
	put_varint(&front, w->message.n);
	pack(&w->sink, head, front.n, Z_NO_FLUSH);
	pack(&w->sink, w->message.byte, w->message.n, Z_NO_FLUSH);
	w->message.n = 0;
}

static uint64_t text(struct writer *w, struct ow_str s)
{
	uint32_t number = 0;

	if (ow_intern(&w->text, s.p, s.n, &number) < 0)
		w->message.failed = true;
	return number;
}

static void put_type(struct writer *w, unsigned field, const struct ow_profile_type *type)
{
	put_number(&w->message, 1, text(w, type->type));
	put_number(&w->message, 2, text(w, type->unit));
	flush_message(w, field);
}

static void put_labels(struct writer *w, const struct ow_profile_sample *sample, bool texts)
{
	for (size_t i = 0; i < sample->n_labels; i++) {
		const struct ow_profile_label *label = &sample->label[i];

		if (label->is_text != texts)
			continue;
		put_number(&w->part, 1, text(w, label->key));
		if (texts)
			put_number(&w->part, 2, text(w, label->text));
		else
			put_number(&w->part, 3, (uint64_t)label->number);
		if (!texts && label->unit.n)
			put_number(&w->part, 4, text(w, label->unit));
		put_part(w, 3);
	}
}

static void put_samples(struct writer *w)
{
	const struct ow_pprof *pprof = w->pprof;
	struct ow_profile_sample sample;

	pprof->rewind(pprof->arg);
	while (pprof->next(pprof->arg, &sample)) {
		for (size_t i = 0; i < sample.n_locations; i++)
			put_varint(&w->part, w->order.location_id[sample.location[i]]);
		put_part(w, 1);
		for (size_t i = 0; i < pprof->profile->n_types; i++) {
			int64_t value = sample.value[i];

			if (pprof->ratio > 0 && pprof->ratio != 1)
				value = (int64_t)((double)value * pprof->ratio);
			put_varint(&w->part, (uint64_t)value);
		}
		put_part(w, 2);
		put_labels(w, &sample, true);
		put_labels(w, &sample, false);
		flush_message(w, 2);
	}
}

static void put_mappings(struct writer *w)
{
	for (size_t i = 0; i < w->order.n_mappings; i++) {
		const struct ow_profile_mapping *mapping =
			&w->pprof->profile->mapping[w->order.mapping[i]];
		struct message *m = &w->message;

		put_number(m, 1, i + 1);
		put_number(m, 2, mapping->start);
		put_number(m, 3, mapping->limit);
		put_number(m, 4, mapping->offset);
		put_number(m, 5, text(w, mapping->file));
		put_number(m, 6, text(w, mapping->build_id));
		for (unsigned bit = 0; bit < 4; bit++)
			put_number(m, 7 + bit, mapping->has >> bit & 1);
		flush_message(w, 3);
	}
}

static void put_locations(struct writer *w)
{
	for (size_t i = 0; i < w->order.n_locations; i++) {
		const struct ow_profile_location *location =
			&w->pprof->location[w->order.location[i]];
		struct message *m = &w->message;

		put_number(m, 1, i + 1);
		if (location->mapping != OW_PROFILE_NONE)
			put_number(m, 2, w->order.mapping_id[location->mapping]);
		put_number(m, 3, location->address);
		for (uint32_t k = 0; k < location->n_lines; k++) {
			const struct ow_profile_line *line = &location->line[k];

			put_number(&w->part, 1, w->order.function_id[line->function]);
			put_number(&w->part, 2, (uint64_t)line->line);
			put_number(&w->part, 3, (uint64_t)line->column);
			put_part(w, 4);
		}
		put_number(m, 5, location->folded);
		flush_message(w, 4);
	}
}

static void put_functions(struct writer *w)
{
	for (size_t i = 0; i < w->order.n_functions; i++) {
		const struct ow_profile_function *function =
			&w->pprof->function[w->order.function[i]];

		put_number(&w->message, 1, i + 1);
		put_number(&w->message, 2, text(w, function->name));
		put_number(&w->message, 3, text(w, function->system_name));
		put_number(&w->message, 4, text(w, function->file));
		put_number(&w->message, 5, (uint64_t)function->start_line);
		flush_message(w, 5);
	}
}

/* Single numbers and texts go last: by then all texts are known. */
static void put_rest(struct writer *w)
{
	const struct ow_profile *profile = w->pprof->profile;
	struct message *m = &w->message;

	put_number(m, 7, text(w, profile->drop_frames));
	put_number(m, 8, text(w, profile->keep_frames));
	put_number(m, 9, (uint64_t)profile->time_nanos);
	put_number(m, 10, (uint64_t)profile->duration_nanos);
	put_number(m, 12, (uint64_t)profile->period);
	for (size_t i = 0; i < profile->n_comments; i++) {
		put_varint(m, 13 << 3);
		put_varint(m, text(w, profile->comment[i]));
	}
	put_number(m, 14, text(w, profile->default_type));
	put_number(m, 15, text(w, profile->doc_url));
	pack(&w->sink, m->byte, m->n, Z_NO_FLUSH);
	m->n = 0;
	for (size_t i = 0; i < w->text.n; i++) {
		put_bytes(m, w->text.item[i].p, w->text.item[i].n);
		flush_message(w, 6);
	}
}

int ow_pprof_proto(struct ow_pprof *pprof, FILE *out, struct ow_err *err)
{
	struct writer w = {
		.pprof = pprof,
		.sink = { .out = out },
		.message = { .arena = pprof->arena },
		.part = { .arena = pprof->arena },
	};

	if (pprof_order_make(pprof, &w.order) < 0 ||
	    deflateInit2(&w.sink.z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return pprof_full(err);
	ow_intern_init(&w.text, pprof->arena);
	(void)text(&w, (struct ow_str){ "", 0 }); /* the first one is the empty one */
	for (size_t i = 0; i < pprof->profile->n_types; i++)
		put_type(&w, 1, &pprof->profile->type[i]);
	put_samples(&w);
	put_mappings(&w);
	put_locations(&w);
	put_functions(&w);
	if (pprof->profile->period_type.type.n || pprof->profile->period_type.unit.n)
		put_type(&w, 11, &pprof->profile->period_type);
	put_rest(&w);
	pack(&w.sink, "", 0, Z_FINISH);
	(void)deflateEnd(&w.sink.z);
	return w.message.failed || w.part.failed ? pprof_full(err) : 0;
}
