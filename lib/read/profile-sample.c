/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/profile-proto.h"

/* What is known of the sample that is read. */
struct sample {
	size_t n_stack, n_values, n_labels;
	int64_t value[OW_TALLY_VALUES_MAX];
};

/* Room for the mark of a location, however large its number is. */
static int widen_used(struct proto *proto, uint32_t ref)
{
	size_t n = proto->n_used ? proto->n_used : PROFILE_REF_DIRECT;
	uint8_t *used;

	while (n <= ref)
		n *= 2;
	used = calloc(n, 1); /* what is not written takes no memory */
	if (!used)
		return -ENOMEM;
	if (proto->n_used)
		memcpy(used, proto->used, proto->n_used);
	free(proto->used);
	proto->used = used;
	proto->n_used = n;
	return 0;
}

static int take_location(struct proto *proto, struct sample *sample, uint64_t id)
{
	uint32_t ref = 0;

	if (profile_ref(&proto->locations, id, &ref) < 0 ||
	    (ref >= proto->n_used && widen_used(proto, ref) < 0))
		return -ENOMEM;
	if (sample->n_stack >= OW_ARRAY_SIZE(proto->stack))
		return -E2BIG;
	proto->used[ref] = 1;
	proto->stack[sample->n_stack++] = ref;
	return 0;
}

/* A number of up to three bytes, without what is behind it. */
static inline uint32_t short_number(uint64_t bytes)
{
	return (uint32_t)((bytes & 0x7f) | (bytes >> 1 & 0x3f80) | (bytes >> 2 & 0x1fc000));
}

/*
 * The numbers of a stack by two, as long as there are eight bytes and both are short. The last byte
 * of a number is below 0x80, so that their ends are found without a branch on what they are.
 */
static const uint8_t *take_pairs(struct proto *proto, struct sample *sample, struct wire bytes)
{
	const uint64_t tops = UINT64_C(0x8080808080808080);
	const uint8_t *p = bytes.p;
	uint32_t *out = proto->stack + sample->n_stack;
	const uint32_t *const end = proto->stack + OW_ARRAY_SIZE(proto->stack);
	uint8_t *const used = proto->used;

	while (bytes.end - p >= 8 && end - out >= 2) {
		uint64_t word, ends;
		unsigned first, both;
		uint32_t a, b;

		memcpy(&word, p, sizeof(word));
		word = le64toh(word);
		ends = ~word & tops;
		if (!(ends & (ends - 1)))
			break;
		first = (unsigned)__builtin_ctzll(ends) + 1;
		both = (unsigned)__builtin_ctzll(ends & (ends - 1)) + 1;
		if (first > 24 || both - first > 24)
			break;
		a = short_number(word & ((UINT64_C(1) << first) - 1));
		b = short_number((word & ((UINT64_C(2) << (both - 1)) - 1)) >> first);
		used[a] = 1;
		used[b] = 1;
		out[0] = a;
		out[1] = b;
		out += 2;
		p += both / 8;
	}
	sample->n_stack = (size_t)(out - proto->stack);
	return p;
}

/*
 * The numbers of a stack, one behind the other: most of what there is in a profile. They have one
 * to three bytes, so four are looked at at once, as long as there are four.
 */
static const uint8_t *take_short(struct proto *proto, struct sample *sample, struct wire bytes)
{
	const uint8_t *p = bytes.p;
	uint32_t *out = proto->stack + sample->n_stack;
	const uint32_t *const end = proto->stack + OW_ARRAY_SIZE(proto->stack);
	uint8_t *const used = proto->used;

	while (bytes.end - p >= 4 && out < end) {
		uint32_t word, id;

		memcpy(&word, p, sizeof(word));
		word = le32toh(word);
		if ((word & 0x808080) == 0x8080) {
			id = (word & 0x7f) | (word >> 1 & 0x3f80) | (word >> 2 & 0x1fc000);
			p += 3;
		} else if ((word & 0x8080) == 0x80) {
			id = (word & 0x7f) | (word >> 1 & 0x3f80);
			p += 2;
		} else if (!(word & 0x80)) {
			id = word & 0x7f;
			p += 1;
		} else {
			break;
		}
		used[id] = 1;
		*out++ = id;
	}
	sample->n_stack = (size_t)(out - proto->stack);
	return p;
}

_Static_assert(PROFILE_REF_DIRECT == 1U << 21, "what has three bytes is its own number");

static int take_locations(struct proto *proto, struct sample *sample, struct wire bytes)
{
	uint64_t id;
	int r = proto->n_used ? 0 : widen_used(proto, 0);

	while (bytes.p < bytes.end && r == 0) {
		bytes.p = take_pairs(proto, sample, bytes);
		bytes.p = take_short(proto, sample, bytes);
		if (bytes.p < bytes.end)
			r = wire_number(&bytes, &id) ? take_location(proto, sample, id) : -EBADMSG;
	}
	return r;
}

static int take_value(struct sample *sample, uint64_t value)
{
	if (sample->n_values >= OW_TALLY_VALUES_MAX)
		return -ERANGE;
	sample->value[sample->n_values++] = (int64_t)value;
	return 0;
}

static int take_values(struct sample *sample, struct wire bytes)
{
	uint64_t value;
	int r = 0;

	while (bytes.p < bytes.end && r == 0)
		r = wire_number(&bytes, &value) ? take_value(sample, value) : -EBADMSG;
	return r;
}

/* A label that says nothing, no text, no number and no unit, is none. */
static int take_label(struct proto *proto, struct sample *sample, struct wire bytes)
{
	struct proto_label label = { 0 };
	uint64_t *const at[] = { NULL, &label.key, &label.text, &label.number, &label.unit };
	struct wire_field f;

	while (bytes.p < bytes.end) {
		if (!wire_next(&bytes, &f))
			return -EBADMSG;
		if (f.field == 0 || f.field >= OW_ARRAY_SIZE(at))
			continue;
		if (f.type != WIRE_NUMBER)
			return -EBADMSG;
		*at[f.field] = f.number;
	}
	if (label.text)
		label.number = label.unit = 0;
	else if (!label.number && !label.unit)
		return 0;
	if (sample->n_labels >= PROTO_LABELS_MAX)
		return -EOVERFLOW;
	proto->one[sample->n_labels++] = label;
	return 0;
}

static int take_field(struct proto *proto, struct sample *sample, const struct wire_field *f)
{
	const bool is_bytes = f->type == WIRE_BYTES;

	if (f->field == 0 || f->field > 3)
		return 0;
	if (!is_bytes && (f->type != WIRE_NUMBER || f->field == 3))
		return -EBADMSG;
	switch (f->field) {
	case 1:
		return is_bytes ? take_locations(proto, sample, f->bytes)
				: take_location(proto, sample, f->number);
	case 2:
		return is_bytes ? take_values(sample, f->bytes) : take_value(sample, f->number);
	default:
		return take_label(proto, sample, f->bytes);
	}
}

static int complain(const struct ow_profile_reader *reader, int r, struct ow_err *err)
{
	switch (-r) {
	case E2BIG:
		return proto_bad(reader, err, "its stack has more than %d frames",
				 OW_TALLY_SEQUENCE_MAX);
	case ERANGE:
		return proto_bad(reader, err, "it has more than %d values", OW_TALLY_VALUES_MAX);
	case EOVERFLOW:
		return proto_bad(reader, err, "it has more than %d labels", PROTO_LABELS_MAX);
	case ENOMEM:
		return proto_full(reader, err);
	default:
		return proto_bad(reader, err, "it does not follow the format");
	}
}

/* Samples are all of one width; how many values are wanted is known only when the types are. */
static int first_sample(struct ow_profile_reader *reader, const struct sample *sample)
{
	struct proto *proto = reader->state;

	proto->n_values = sample->n_values;
	proto->tally = ow_tally_new(reader->arena, sample->n_values);
	return proto->tally ? 0 : -ENOMEM;
}

static bool is_zero(const struct sample *sample)
{
	int64_t any = 0;

	for (size_t i = 0; i < sample->n_values; i++)
		any |= sample->value[i];
	return any == 0;
}

/* By key; those of one key stay in their order. */
static void sort_labels(struct proto_label *label, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct proto_label one = label[i];
		size_t k = i;

		for (; k > 0 && label[k - 1].key > one.key; k--)
			label[k] = label[k - 1];
		label[k] = one;
	}
}

int proto_sample(struct ow_profile_reader *reader, struct wire bytes, struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct sample sample;
	struct wire_field f;
	uint32_t tag;
	int r = 0;

	sample.n_stack = sample.n_values = sample.n_labels = 0;
	while (bytes.p < bytes.end && r == 0)
		r = wire_next(&bytes, &f) ? take_field(proto, &sample, &f) : -EBADMSG;
	if (r == 0 && !proto->tally)
		r = first_sample(reader, &sample);
	if (r < 0)
		return complain(reader, r, err);
	if (sample.n_values != proto->n_values)
		return proto_bad(reader, err, "it has %zu values, those before it %zu",
				 sample.n_values, proto->n_values);
	proto->samples++;
	if (is_zero(&sample))
		return 0; /* pprof leaves it out, too */
	sort_labels(proto->one, sample.n_labels);
	if (ow_intern(&proto->labels, proto->one, sample.n_labels * sizeof(*proto->one), &tag) <
		    0 ||
	    ow_tally_add(proto->tally, proto->stack, sample.n_stack, tag, sample.value) < 0)
		return proto_full(reader, err);
	return 0;
}
