/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "analyze/profile-filter.h"
#include "base/measure.h"

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

struct ow_str ow_profile_label_unit(const struct ow_profile *profile, struct ow_str key)
{
	for (size_t i = 0; i < profile->n_labels; i++) {
		const struct ow_profile_labels *set = &profile->labels[i];

		for (size_t k = 0; k < set->n; k++)
			if (!set->label[k].is_text && set->label[k].unit.n &&
			    same(set->label[k].key, key))
				return set->label[k].unit;
	}
	if (ow_str_is(key, "request") || ow_str_is(key, "alignment"))
		return OW_STR("bytes");
	return key;
}

/* Keys as they are given, with commas between; empty ones are none. */
static size_t split_keys(const char *text, struct ow_str *key, size_t most)
{
	struct ow_str rest = ow_str(text ? text : ""), one;
	size_t n = 0;

	while (rest.n && n < most) {
		if (!ow_scan_until(&rest, ",", &one)) {
			one = rest;
			rest.n = 0;
		}
		if (one.n)
			key[n++] = one;
	}
	return n;
}

/* "a,b" of the values that a set has for a key; texts before numbers. NULL at the limit. */
static char *join_values(struct ow_view_state *state, const struct ow_profile_labels *set,
			 struct ow_str key, bool *found)
{
	const char *unit = state->filter->unit;
	char *text = ow_printf(state->arena, "%s", "");
	bool has_unit = false;

	for (size_t i = 0; i < set->n; i++)
		has_unit |= same(set->label[i].key, key) && set->label[i].unit.n;
	for (int numbers = 0; numbers <= 1; numbers++) {
		for (size_t i = 0; text && i < set->n; i++) {
			const struct ow_profile_label *label = &set->label[i];
			const struct ow_str none = { "", 0 };
			char buffer[OW_MEASURE_MAX];

			if (!same(label->key, key) || label->is_text != !numbers)
				continue;
			if (numbers)
				(void)ow_measure_label(label->number, has_unit ? label->unit : none,
						       has_unit && unit ? ow_str(unit) : none,
						       buffer);
			text = ow_printf(state->arena, "%s%s%.*s", text, *text ? "," : "",
					 numbers ? (int)strlen(buffer) : (int)label->text.n,
					 numbers ? buffer : label->text.p);
			*found = true;
		}
	}
	return text;
}

/* The location of a frame that is called text and lies in the "file" key. */
static int frame_of(struct ow_view_state *state, const char *text, struct ow_str key, uint32_t *ret)
{
	struct ow_profile_view *view = state->view;
	const size_t first = state->profile->n_functions;
	struct ow_profile_line *line;
	const size_t made = view->n_functions - first;

	for (size_t i = 0; i < made; i++) {
		if (ow_str_is(state->function[first + i].name, text) &&
		    same(state->function[first + i].file, key)) {
			*ret = (uint32_t)(state->profile->n_locations + i);
			return 0;
		}
	}
	line = ow_alloc(state->arena, 1, sizeof(*line));
	if (!line)
		return -ENOMEM;
	line->function = (uint32_t)view->n_functions;
	state->function[view->n_functions++] = (struct ow_profile_function){
		.name = ow_str(text),
		.system_name = { "", 0 },
		.file = key,
	};
	*ret = (uint32_t)view->n_locations;
	state->location[view->n_locations++] = (struct ow_profile_location){
		.line = line,
		.n_lines = 1,
		.mapping = OW_PROFILE_NONE,
	};
	return 0;
}

/* The frames of each set of labels; the last key is next to the leaf. */
static int make_frames(struct ow_view_state *state, const struct ow_str *key, size_t n, bool root,
		       bool *found)
{
	for (size_t i = 0; i < state->profile->n_labels; i++) {
		uint32_t *frame = ow_alloc(state->arena, n + 1, sizeof(*frame));

		if (!frame)
			return -ENOMEM;
		for (size_t k = 0; k < n; k++) {
			const struct ow_str one = key[n - 1 - k];
			char *text = join_values(state, &state->profile->labels[i], one, found);

			if (!text || frame_of(state, text, one, &frame[k]) < 0)
				return -ENOMEM;
		}
		*(root ? &state->tags[i].root : &state->tags[i].leaf) = frame;
	}
	return 0;
}

#define KEYS_MAX 64

int view_tag_frames(struct ow_view_state *state, struct ow_err *err)
{
	struct ow_profile_view *view = state->view;
	struct ow_str root[KEYS_MAX], leaf[KEYS_MAX];
	bool found_root = false, found_leaf = false;
	struct ow_profile_location *location;
	struct ow_profile_function *function;
	uint8_t *mark;
	size_t most;

	(void)err;
	state->n_root = split_keys(state->filter->tag_root, root, KEYS_MAX);
	state->n_leaf = split_keys(state->filter->tag_leaf, leaf, KEYS_MAX);
	most = (state->n_root + state->n_leaf) * state->profile->n_labels;
	if (most == 0)
		return 0;
	location = ow_alloc(state->arena, view->n_locations + most, sizeof(*location));
	function = ow_alloc(state->arena, view->n_functions + most, sizeof(*function));
	mark = ow_alloc(state->arena, view->n_locations + most, sizeof(*mark));
	if (!location || !function || !mark)
		return -ENOMEM;
	memcpy(location, state->location, view->n_locations * sizeof(*location));
	memcpy(function, state->function, view->n_functions * sizeof(*function));
	memcpy(mark, state->mark, view->n_locations * sizeof(*mark));
	state->location = location;
	state->function = function;
	state->mark = mark;
	if (make_frames(state, root, state->n_root, true, &found_root) < 0 ||
	    make_frames(state, leaf, state->n_leaf, false, &found_leaf) < 0)
		return -ENOMEM;
	if (state->n_root && !found_root)
		view_unmatched(state, "tagroot");
	if (state->n_leaf && !found_leaf)
		view_unmatched(state, "tagleaf");
	return 0;
}

/* "32kb", ":64kb", "4mb:", "12kb:64mb": both ends are in it. */
struct range {
	bool has_low, has_high;
	double low, high;
	char unit[OW_MEASURE_MAX];
};

/* A whole number and the letters of its unit. */
static bool scan_amount(struct ow_str *s, int64_t *number, struct ow_str *unit)
{
	struct ow_str rest = *s;
	bool minus = ow_scan_char(&rest, '-');
	size_t n = 0;

	if (!minus)
		(void)ow_scan_char(&rest, '+');
	if (!ow_scan_i64(&rest, number) || *number < 0)
		return false;
	if (minus)
		*number = -*number;
	while (n < rest.n && ((rest.p[n] | 0x20) >= 'a' && (rest.p[n] | 0x20) <= 'z'))
		n++;
	*unit = (struct ow_str){ rest.p, n };
	*s = ow_str_skip(rest, n);
	return true;
}

static bool scan_range(struct ow_str s, struct range *ret)
{
	struct range range = { 0 };
	struct ow_str unit;
	int64_t number;
	char other[OW_MEASURE_MAX];

	if (ow_scan_char(&s, ':')) {
		range.has_high = true;
		if (!scan_amount(&s, &number, &unit) || s.n)
			return false;
		range.high = ow_measure_scale(number, unit, unit, range.unit);
		*ret = range;
		return true;
	}
	if (!scan_amount(&s, &number, &unit))
		return false;
	range.has_low = true;
	range.low = ow_measure_scale(number, unit, unit, range.unit);
	if (s.n == 0) {
		range.has_high = true;
		range.high = range.low;
	} else if (!ow_scan_char(&s, ':')) {
		return false;
	} else if (s.n) {
		if (!scan_amount(&s, &number, &unit) || s.n)
			return false;
		range.has_high = true;
		range.high = ow_measure_scale(number, unit, ow_str(range.unit), other);
		if (strcmp(other, range.unit) != 0)
			return false;
	}
	*ret = range;
	return true;
}

static bool in_range(const struct range *range, int64_t number, struct ow_str unit)
{
	char scaled_unit[OW_MEASURE_MAX];
	const double scaled = ow_measure_scale(number, unit, ow_str(range->unit), scaled_unit);

	return strcmp(scaled_unit, range->unit) == 0 && (!range->has_low || scaled >= range->low) &&
	       (!range->has_high || scaled <= range->high);
}

#define PATTERNS_MAX 32

/* tagfocus or tagignore as it was given. */
struct tag_filter {
	struct ow_str key; /* empty: any */
	bool has_key, is_range;
	struct range range;
	struct ow_pattern *pattern[PATTERNS_MAX];
	size_t n;
};

static void tag_filter_release(struct tag_filter *filter)
{
	for (size_t i = 0; i < filter->n; i++)
		filter->pattern[i] = ow_pattern_free(filter->pattern[i]);
	filter->n = 0;
}

static int tag_filter_init(struct ow_view_state *state, struct tag_filter *filter,
			   const char *option, const char *text, struct ow_err *err)
{
	struct ow_str rest = ow_str(text), one;
	const char *pattern;
	int r;

	if (ow_scan_until(&rest, "=", &filter->key))
		filter->has_key = true;
	filter->is_range = scan_range(rest, &filter->range);
	while (!filter->is_range && rest.n) {
		if (!ow_scan_until(&rest, ",", &one)) {
			one = rest;
			rest.n = 0;
		}
		if (filter->n >= PATTERNS_MAX)
			return ow_fail(err, EINVAL, "%s: it has more than %d patterns", option,
				       PATTERNS_MAX);
		pattern = ow_str_keep(state->arena, one);
		if (!pattern)
			return -ENOMEM;
		r = view_pattern(option, *pattern ? pattern : ".*", &filter->pattern[filter->n],
				 err);
		if (r < 0)
			return r;
		filter->n++;
	}
	return 0;
}

static bool matches_range(const struct ow_view_state *state, const struct tag_filter *filter,
			  const struct ow_profile_labels *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct ow_profile_label *label = &set->label[i];

		if (!label->is_text && (!filter->has_key || same(label->key, filter->key)) &&
		    in_range(&filter->range, label->number,
			     ow_profile_label_unit(state->profile, label->key)))
			return true;
	}
	return false;
}

/* Does the pattern match "key:text", or with a key the text alone? -ENOMEM. */
static int matches_text(struct ow_view_state *state, const struct tag_filter *filter, size_t k,
			const struct ow_profile_labels *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct ow_profile_label *label = &set->label[i];
		struct ow_str text = label->text;

		if (!label->is_text || (filter->has_key && !same(label->key, filter->key)))
			continue;
		if (!filter->has_key) {
			char *both = ow_alloc(state->arena, label->key.n + text.n + 2, 1);

			if (!both)
				return -ENOMEM;
			memcpy(both, label->key.p, label->key.n);
			both[label->key.n] = ':';
			if (text.n)
				memcpy(both + label->key.n + 1, text.p, text.n);
			text = (struct ow_str){ both, label->key.n + text.n + 1 };
		}
		if (ow_pattern_matches(filter->pattern[k], text))
			return 1;
	}
	return 0;
}

/* Without a key all patterns have to match, with one any of them. */
static int matches(struct ow_view_state *state, const struct tag_filter *filter,
		   const struct ow_profile_labels *set)
{
	int r = 0;

	if (filter->is_range)
		return matches_range(state, filter, set);
	for (size_t k = 0; k < filter->n; k++) {
		r = matches_text(state, filter, k, set);
		if (r < 0 || r == filter->has_key)
			return r;
	}
	return r;
}

static int tag_filter_apply(struct ow_view_state *state, const char *option, const char *text,
			    bool focus, struct ow_err *err)
{
	ow_scoped(tag_filter_release) struct tag_filter filter = { 0 };
	bool matched = false;
	int r;

	if (!text || !*text)
		return 0;
	r = tag_filter_init(state, &filter, option, text, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < state->profile->n_labels; i++) {
		r = matches(state, &filter, &state->profile->labels[i]);
		if (r < 0)
			return r;
		matched |= r;
		state->tags[i].is_out |= focus ? !r : r;
	}
	if (!matched)
		view_unmatched(state, option);
	return 0;
}

int view_tag_focus(struct ow_view_state *state, struct ow_err *err)
{
	int r = tag_filter_apply(state, "tagfocus", state->filter->tag_focus, true, err);

	return r < 0 ? r
		     : tag_filter_apply(state, "tagignore", state->filter->tag_ignore, false, err);
}

static int cut_set(struct ow_view_state *state, struct ow_profile_labels *set,
		   const struct ow_pattern *show, const struct ow_pattern *hide, bool *shown,
		   bool *hidden)
{
	struct ow_profile_label *label = ow_alloc(state->arena, set->n + 1, sizeof(*label));
	size_t n = 0;

	if (!label)
		return -ENOMEM;
	for (size_t i = 0; i < set->n; i++) {
		const bool in = !show || ow_pattern_matches(show, set->label[i].key);
		const bool out = hide && ow_pattern_matches(hide, set->label[i].key);

		*shown |= in;
		*hidden |= out;
		if (in && !out)
			label[n++] = set->label[i];
	}
	*set = (struct ow_profile_labels){ label, n };
	return 0;
}

int view_tag_show(struct ow_view_state *state, struct ow_err *err)
{
	ow_scoped(ow_pattern_freep) struct ow_pattern *show = NULL, *hide = NULL;
	const struct ow_profile *profile = state->profile;
	bool shown = false, hidden = false;
	int r = view_pattern("tagshow", state->filter->tag_show, &show, err);

	if (r == 0)
		r = view_pattern("taghide", state->filter->tag_hide, &hide, err);
	if (r < 0 || (!show && !hide))
		return r;
	state->labels = ow_alloc(state->arena, profile->n_labels, sizeof(*state->labels));
	if (!state->labels)
		return -ENOMEM;
	for (size_t i = 0; i < profile->n_labels; i++) {
		state->labels[i] = profile->labels[i];
		if (cut_set(state, &state->labels[i], show, hide, &shown, &hidden) < 0)
			return -ENOMEM;
	}
	if (show && !shown)
		view_unmatched(state, "tagshow");
	if (hide && !hidden)
		view_unmatched(state, "taghide");
	return 0;
}
