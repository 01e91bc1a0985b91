/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "read/profile-text.h"

/*
 * Profiles of Go that only count, with debug=1:
 *
 *	goroutine profile: total 11
 *	4 @ 0x43d6b6 0x44db92 0x46ae18
 *	#	0x46ae17	time.Sleep+0x137	/usr/lib/go-1.19/src/runtime/time.go:195
 */
static int count_row(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;
	int r = text_finish_row(reader, err);
	int64_t count;

	if (r < 0)
		return r;
	if (line.p[0] == '-')
		return 0;
	if (!ow_scan_i64(&line, &count) || !ow_scan_lit(&line, " @ ") ||
	    !text_addresses(text, line))
		return text_bad(reader, err,
				"it is no row of a profile as \"4 @ 0x43d6b6 0x44db92\"");
	text->value[0] = count;
	text->has_row = true;
	return 0;
}

static int count_head(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;
	struct ow_profile *profile = text->profile;
	struct ow_profile_type type = { .unit = OW_STR("count") };

	if (!ow_scan_until(&line, " profile: total ", &type.type))
		return text_bad(reader, err,
				"such a profile begins as \"goroutine profile: total 11\"");
	type.type.p = ow_str_keep(reader->arena, type.type);
	if (!type.type.p || text_types(reader, &type, 1) < 0)
		return text_full(reader, err);
	profile->period_type = type;
	profile->period = 1;
	profile->default_type = profile->doc_url = (struct ow_str){ "", 0 };
	profile->drop_frames = profile->keep_frames = (struct ow_str){ "", 0 };
	text->row = count_row;
	return 0;
}

static bool begins(struct ow_str head)
{
	struct ow_str word;

	return ow_scan_word(&head, &word) && ow_scan_lit(&head, " profile: total ");
}

static void *start(struct ow_profile_reader *reader)
{
	struct text *text = text_start(reader);

	if (text)
		text->row = count_head;
	return text;
}

const struct profile_format profile_count_text = {
	.begins = begins,
	.start = start,
	.feed = text_feed,
	.end = text_end,
	.stop = text_stop,
};
