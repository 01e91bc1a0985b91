/* SPDX-License-Identifier: Apache-2.0 */
#include "read/profile-text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int text_bad(const struct ow_profile_reader *reader, struct ow_err *err, const char *why)
{
	const struct text *text = reader->state;

	return ow_fail(err, EBADMSG, "'%s' line %" PRIu64 ": %s", reader->name, text->line, why);
}

int text_full(const struct ow_profile_reader *reader, struct ow_err *err)
{
	return ow_fail(
		err, ENOMEM,
		"cannot read '%s': it needs more than the %zu MiB of memory that it may take",
		reader->name, ow_arena_limit(reader->arena) / OW_MIB(1));
}

void *text_start(struct ow_profile_reader *reader)
{
	struct text *text = ow_alloc(reader->scratch, 1, sizeof(*text));
	struct ow_profile *profile = ow_alloc(reader->arena, 1, sizeof(*profile));

	if (!text || !profile)
		return NULL;
	profile->name = ow_str(reader->name);
	profile->form = OW_PROFILE_TEXT;
	text->profile = profile;
	ow_intern_init(&text->functions, reader->scratch);
	ow_intern_init(&text->locations, reader->scratch);
	text->block_bytes = -1;
	return text;
}

void text_stop(struct ow_profile_reader *reader)
{
	struct text *text = reader->state;

	(void)ow_tally_seal(text->profile->samples);
	free(text->rest.bytes);
}

int text_types(struct ow_profile_reader *reader, const struct ow_profile_type *type, size_t n)
{
	struct text *text = reader->state;
	struct ow_profile *profile = text->profile;

	profile->type = ow_alloc(reader->arena, n, sizeof(*profile->type));
	profile->labels = ow_grow(reader->arena, NULL, 0, sizeof(*profile->labels));
	profile->samples = ow_tally_new(reader->arena, n);
	if (!profile->type || !profile->labels || !profile->samples)
		return -ENOMEM;
	memcpy(profile->type, type, n * sizeof(*type));
	profile->n_types = n;
	profile->labels[0] = (struct ow_profile_labels){ 0 }; /* the empty set */
	profile->n_labels = 1;
	return 0;
}

bool text_addresses(struct text *text, struct ow_str s)
{
	uint64_t address;

	while (s.n) {
		if (!ow_scan_lit(&s, "0x")) {
			s = ow_str_skip(s, 1);
			continue;
		}
		if (!ow_scan_hex(&s, &address) || text->n_addresses >= TEXT_FRAMES_MAX)
			return false;
		text->address[text->n_addresses++] = address - 1; /* the call lies before it */
	}
	return true;
}

static bool is_maps_head(struct ow_str line)
{
	return ow_str_has(line, "--- Memory map: ---") || ow_str_has(line, "MAPPED_LIBRARIES:");
}

/* "build=/usr/bin" gives $build in the lines behind it. */
static int keep_attribute(struct ow_profile_reader *reader, struct ow_str line)
{
	struct text *text = reader->state;
	struct ow_str name, (*more)[2];

	if (!ow_scan_until(&line, "=", &name) || text->n_attributes >= 16)
		return 0;
	more = ow_grow(reader->scratch, text->attribute, text->n_attributes, sizeof(*more));
	if (!more)
		return -ENOMEM;
	text->attribute = more;
	name = ow_str_trim(name);
	line = ow_str_trim(line);
	more[text->n_attributes][0].p = ow_str_keep(reader->scratch, name);
	more[text->n_attributes][0].n = name.n;
	more[text->n_attributes][1].p = ow_str_keep(reader->scratch, line);
	more[text->n_attributes][1].n = line.n;
	if (!more[text->n_attributes][0].p || !more[text->n_attributes][1].p)
		return -ENOMEM;
	text->n_attributes++;
	return 0;
}

/* The file's name in the arena, "$build/prog" with what $build is. NULL at the limit. */
static const char *file_name(struct ow_profile_reader *reader, struct ow_str file)
{
	const struct text *text = reader->state;
	struct ow_str rest = file;

	for (size_t i = 0; i < text->n_attributes && ow_scan_char(&rest, '$'); i++, rest = file) {
		const struct ow_str *attribute = text->attribute[i];

		if (rest.n >= attribute[0].n && memcmp(rest.p, attribute[0].p, attribute[0].n) == 0)
			return ow_printf(reader->arena, "%.*s%.*s", (int)attribute[1].n,
					 attribute[1].p, (int)(rest.n - attribute[0].n),
					 rest.p + attribute[0].n);
	}
	return ow_str_keep(reader->arena, file);
}

static int maps_line(struct ow_profile_reader *reader, struct ow_str line)
{
	struct text *text = reader->state;
	struct ow_profile_mapping one, *more;

	if (!profile_maps_line(line, &one))
		return keep_attribute(reader, line);
	one.file.p = file_name(reader, one.file);
	one.build_id.p = ow_str_keep(reader->arena, one.build_id);
	more = ow_grow(reader->arena, text->maps.mapping, text->maps.n, sizeof(*more));
	if (!one.file.p || !one.build_id.p || !more)
		return -ENOMEM;
	one.file.n = strlen(one.file.p);
	text->maps.mapping = more;
	more[text->maps.n++] = one;
	return 0;
}

static int take_line(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;
	struct ow_str rest = line;

	text->line++;
	if (rest.n && rest.p[rest.n - 1] == '\r')
		rest.n--;
	if (text->in_maps)
		return maps_line(reader, rest) < 0 ? text_full(reader, err) : 0;
	if (is_maps_head(rest)) {
		text->in_maps = true;
		return text_finish_row(reader, err);
	}
	line = rest = ow_str_trim(rest);
	if (rest.n == 0)
		return 0;
	if (!ow_scan_char(&rest, '#'))
		return text->row(reader, line, err);
	if (ow_str_is(ow_str_trim(rest), "runtime.MemStats"))
		text->in_stats = true;
	else if (text->in_stats)
		text_stats_line(&text->profile->memstats, rest);
	else if (text->has_row && text_frame_line(reader, rest) < 0)
		return text_full(reader, err);
	return 0;
}

int text_feed(struct ow_profile_reader *reader, const char *bytes, size_t n, struct ow_err *err)
{
	struct text *text = reader->state;
	int r = 0;

	while (n && r == 0) {
		const char *end = memchr(bytes, '\n', n);
		const size_t some = end ? (size_t)(end - bytes) : n;
		struct ow_str line = { bytes, some };

		if (text->rest.n || !end) {
			if (text->rest.n + some > TEXT_LINE_MAX)
				return text_bad(reader, err, "it is longer than 64 KiB");
			if (profile_rest_add(&text->rest, bytes, some) < 0)
				return text_full(reader, err);
			line = (struct ow_str){ text->rest.bytes, text->rest.n };
		}
		if (!end)
			return 0;
		r = take_line(reader, line, err);
		text->rest.n = 0;
		bytes = end + 1;
		n -= some + 1;
	}
	return r;
}

int text_end(struct ow_profile_reader *reader, struct ow_profile **ret, struct ow_err *err)
{
	struct text *text = reader->state;
	struct ow_profile *profile = text->profile;
	int r = 0;

	if (text->rest.n)
		r = take_line(reader, (struct ow_str){ text->rest.bytes, text->rest.n }, err);
	if (r == 0)
		r = text_finish_row(reader, err);
	if (r < 0)
		return r;
	if (!profile->samples)
		return text_bad(reader, err, "it ends where a profile should begin");
	profile->n_functions = text->n_functions;
	profile->n_locations = text->n_locations;
	if (profile_maps_end(reader->arena, &text->maps, profile->location, profile->n_locations) <
	    0)
		return text_full(reader, err);
	profile->mapping = text->maps.mapping;
	profile->n_mappings = text->maps.n;
	if (text->is_named) /* they came without the frames that the allocator has */
		profile->drop_frames = profile->keep_frames = (struct ow_str){ "", 0 };
	if (ow_tally_seal(profile->samples) < 0)
		return text_full(reader, err);
	*ret = profile;
	return 0;
}
