/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-match.h"
#include "read/gctrace-wrap.h"
#include "read/gctrace.h"

/* Finds the first whole event in the line; *at is where it begins. */
static bool find(struct ow_str line, bool traces, struct ow_gc_match *match, size_t *at)
{
	for (size_t i = 0; i + 1 < line.n; i++) {
		const struct ow_str text = ow_str_skip(line, i);

		if (!ow_gc_match_may_begin(text.p, text.n))
			continue;
		ow_gc_match(text, traces, match);
		*at = i;
		if (match->fit == OW_GC_FIT_WHOLE)
			return true;
	}
	return false;
}

bool ow_gctrace_read_line(struct ow_str line, struct ow_gc_event *ret)
{
	const struct ow_line_clock clock = { 0 };
	struct ow_gc_match match;
	struct ow_gc_wrap wrap;
	size_t at;

	if (!find(line, false, &match, &at))
		return false;
	ow_gc_match_event(&match, ow_str_skip(line, at), ret);
	ow_gc_unwrap((struct ow_str){ line.p, at }, &clock, &wrap);
	ret->line = 1;
	ret->who = wrap.who;
	ret->have_time = wrap.have_time;
	ret->time_usec = wrap.time_usec;
	return true;
}

bool ow_gctrace_read_whole(struct ow_str line, struct ow_gc_reading *ret)
{
	struct ow_gc_match match;
	size_t at;

	if (!find(line, true, &match, &at))
		return false;
	*ret = (struct ow_gc_reading){ .line = match.line,
				       .text = { line.p + at, match.n },
				       .n_values = match.n_values };
	for (size_t i = 0; i < match.n_values; i++)
		ret->value[i] = match.value[i];
	if (match.line->kind < OW_GC_EVENT_COUNT)
		ow_gc_match_event(&match, ow_str_skip(line, at), &ret->event);
	return true;
}
