/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "read/profile-text.h"

static int function_of(struct ow_profile_reader *reader, struct ow_str name, struct ow_str file,
		       uint32_t *ret)
{
	struct text *text = reader->state;
	struct ow_profile *profile = text->profile;
	struct ow_profile_function *function;
	char both[TEXT_LINE_MAX];

	if (name.n + file.n + 1 > sizeof(both))
		return -ENOMEM; /* cannot be: they are parts of one line */
	memcpy(both, name.p, name.n);
	both[name.n] = '\0';
	if (file.n)
		memcpy(both + name.n + 1, file.p, file.n);
	if (ow_intern(&text->functions, both, name.n + 1 + file.n, ret) < 0)
		return -ENOMEM;
	if (*ret < text->n_functions)
		return 0;
	function = ow_grow(reader->arena, profile->function, text->n_functions, sizeof(*function));
	if (!function)
		return -ENOMEM;
	profile->function = function;
	function += text->n_functions;
	*function = (struct ow_profile_function){
		.name = { ow_str_keep(reader->arena, name), name.n },
		.file = { ow_str_keep(reader->arena, file), file.n },
	};
	function->system_name = function->name;
	if (!function->name.p || !function->file.p)
		return -ENOMEM;
	text->n_functions++;
	return 0;
}

/* "main.grow+0x4c" without what is behind the name. */
static struct ow_str without_offset(struct ow_str name)
{
	struct ow_str s = name, front;

	if (ow_scan_until_last(&s, "+0x", &front))
		return front;
	return name;
}

int text_frame_line(struct ow_profile_reader *reader, struct ow_str line)
{
	struct text *text = reader->state;
	struct ow_str s = ow_str_trim(line), name, file = { "", 0 }, front;
	struct text_frame frame = { 0 };
	uint64_t number_of_line;

	if (!ow_scan_lit(&s, "0x") || !ow_scan_hex(&s, &frame.address) ||
	    text->n_frames >= TEXT_FRAMES_MAX)
		return 0;
	s = ow_str_trim(s);
	if (s.n == 0)
		return 0; /* an address without a name */
	name = s;
	if (ow_scan_until(&s, "\t", &front)) {
		name = front;
		file = ow_str_trim(s);
	}
	s = file;
	if (ow_scan_until_last(&s, ":", &front) && ow_scan_u64(&s, &number_of_line) && s.n == 0 &&
	    number_of_line <= INT64_MAX) {
		file = front;
		frame.line = (int64_t)number_of_line;
	}
	if (function_of(reader, without_offset(ow_str_trim(name)), file, &frame.function) < 0)
		return -ENOMEM;
	text->frame[text->n_frames++] = frame;
	text->is_named = true;
	return 0;
}

/* The location of an address; lines are those of the first time. */
static int location_of(struct ow_profile_reader *reader, uint64_t address,
		       const struct text_frame *frame, size_t n, uint32_t *ret)
{
	struct text *text = reader->state;
	struct ow_profile *profile = text->profile;
	struct ow_profile_location *location;
	struct ow_profile_line *line = NULL;

	if (ow_intern(&text->locations, &address, sizeof(address), ret) < 0)
		return -ENOMEM;
	if (*ret < text->n_locations)
		return 0;
	location = ow_grow(reader->arena, profile->location, text->n_locations, sizeof(*location));
	if (n)
		line = ow_alloc(reader->arena, n, sizeof(*line));
	if (!location || (n && !line))
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		line[i] = (struct ow_profile_line){
			.function = frame[i].function,
			.line = frame[i].line,
		};
	profile->location = location;
	location[text->n_locations++] = (struct ow_profile_location){
		.address = address,
		.line = line,
		.n_lines = (uint32_t)n,
		.mapping = OW_PROFILE_NONE,
	};
	return 0;
}

/* The set of labels that holds only the size of an object. */
static int label_of(struct ow_profile_reader *reader, int64_t bytes, uint32_t *ret)
{
	struct ow_profile *profile = ((struct text *)reader->state)->profile;
	struct ow_profile_labels *labels;
	struct ow_profile_label *label;

	for (size_t i = 1; i < profile->n_labels; i++) {
		if (profile->labels[i].label->number == bytes) {
			*ret = (uint32_t)i;
			return 0;
		}
	}
	labels = ow_grow(reader->arena, profile->labels, profile->n_labels, sizeof(*labels));
	label = ow_alloc(reader->arena, 1, sizeof(*label));
	if (!labels || !label)
		return -ENOMEM;
	*label = (struct ow_profile_label){
		.key = OW_STR("bytes"),
		.text = { "", 0 },
		.unit = { "", 0 },
		.number = bytes,
	};
	profile->labels = labels;
	labels[profile->n_labels] = (struct ow_profile_labels){ label, 1 };
	*ret = (uint32_t)profile->n_labels++;
	return 0;
}

/* Frames of one address are one location: all but the last were inlined there. */
static int named_stack(struct ow_profile_reader *reader, uint32_t *stack, size_t *n)
{
	struct text *text = reader->state;
	size_t first = 0;

	for (size_t i = 1; i <= text->n_frames; i++) {
		if (i < text->n_frames && text->frame[i].address == text->frame[first].address)
			continue;
		if (location_of(reader, text->frame[first].address, &text->frame[first], i - first,
				&stack[(*n)++]) < 0)
			return -ENOMEM;
		first = i;
	}
	return 0;
}

static int bare_stack(struct ow_profile_reader *reader, uint32_t *stack, size_t *n)
{
	struct text *text = reader->state;

	for (size_t i = 0; i < text->n_addresses; i++)
		if (location_of(reader, text->address[i], NULL, 0, &stack[(*n)++]) < 0)
			return -ENOMEM;
	return 0;
}

int text_finish_row(struct ow_profile_reader *reader, struct ow_err *err)
{
	struct text *text = reader->state;
	uint32_t stack[TEXT_FRAMES_MAX], label = 0;
	size_t n = 0;
	int r;

	if (!text->has_row)
		return 0;
	text->has_row = false;
	r = text->n_frames ? named_stack(reader, stack, &n) : bare_stack(reader, stack, &n);
	if (r == 0 && text->block_bytes > 0)
		r = label_of(reader, text->block_bytes, &label);
	if (r == 0)
		r = ow_tally_add(text->profile->samples, stack, n, label, text->value);
	text->n_addresses = text->n_frames = 0;
	text->block_bytes = -1;
	return r < 0 ? text_full(reader, err) : 0;
}
