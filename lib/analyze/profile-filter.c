/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-filter.h"

#include <errno.h>
#include <string.h>

void view_unmatched(struct ow_view_state *state, const char *option)
{
	struct ow_profile_view *view = state->view;

	if (view->n_unmatched < OW_ARRAY_SIZE(view->unmatched))
		view->unmatched[view->n_unmatched++] = option;
}

int view_pattern(const char *option, const char *text, struct ow_pattern **ret, struct ow_err *err)
{
	struct ow_err why;
	int r;

	*ret = NULL;
	if (!text || !*text)
		return 0;
	r = ow_pattern_new(text, ret, &why);
	return r < 0 ? ow_fail(err, -r, "%s: %s", option, why.text) : 0;
}

/* What a pattern matches, found out once for each function and each mapping. */
struct hits {
	bool *function, *mapping;
};

/* By name or file. */
static int find_hits(struct ow_view_state *state, const struct ow_pattern *pattern,
		     struct hits *ret)
{
	const struct ow_profile *profile = state->profile;
	struct hits hits = {
		.function = ow_alloc(state->arena, state->view->n_functions + 1, sizeof(bool)),
		.mapping = ow_alloc(state->arena, profile->n_mappings + 1, sizeof(bool)),
	};

	if (!hits.function || !hits.mapping)
		return -ENOMEM;
	for (size_t i = 0; i < state->view->n_functions; i++)
		hits.function[i] = ow_pattern_matches(pattern, state->function[i].name) ||
				   ow_pattern_matches(pattern, state->function[i].file);
	for (size_t i = 0; i < profile->n_mappings; i++)
		hits.mapping[i] = ow_pattern_matches(pattern, profile->mapping[i].file);
	*ret = hits;
	return 0;
}

static bool hits_mapping(const struct hits *hits, const struct ow_profile_location *location)
{
	return location->mapping != OW_PROFILE_NONE && hits->mapping[location->mapping];
}

static bool hits_any(const struct hits *hits, const struct ow_profile_location *location)
{
	for (uint32_t i = 0; i < location->n_lines; i++)
		if (hits->function[location->line[i].function])
			return true;
	return hits_mapping(hits, location);
}

/* Leaves those lines whose function is hit, or those whose is not. */
static int keep_lines(struct ow_view_state *state, struct ow_profile_location *location,
		      const struct hits *hits, bool hit)
{
	struct ow_profile_line *line;
	uint32_t n = 0;

	if (location->n_lines == 0)
		return 0;
	line = ow_alloc(state->arena, location->n_lines, sizeof(*line));
	if (!line)
		return -ENOMEM;
	for (uint32_t i = 0; i < location->n_lines; i++)
		if (hits->function[location->line[i].function] == hit)
			line[n++] = location->line[i];
	location->line = line;
	location->n_lines = n;
	return 0;
}

/* A name without its arguments, which begin at the first parenthesis that is no part of it. */
static struct ow_str simple_name(struct ow_str name)
{
	struct ow_str s = name;

	if (ow_scan_char(&name, '.'))
		s = name;
	for (size_t i = 0; i < s.n;) {
		struct ow_str rest = ow_str_skip(s, i);

		if (ow_scan_lit(&rest, "(anonymous namespace)") ||
		    ow_scan_lit(&rest, "operator()")) {
			i = (size_t)(rest.p - s.p);
			continue;
		}
		if (s.p[i] == '(')
			return (struct ow_str){ s.p, i };
		i++;
	}
	return s;
}

/* Which functions does the profile itself call uninteresting? */
static bool *dropped_functions(struct ow_view_state *state, const struct ow_pattern *drop,
			       const struct ow_pattern *keep)
{
	bool *dropped = ow_alloc(state->arena, state->profile->n_functions + 1, sizeof(bool));

	for (size_t i = 0; dropped && i < state->profile->n_functions; i++) {
		const struct ow_str name = simple_name(state->function[i].name);

		dropped[i] = state->function[i].name.n && ow_pattern_matches(drop, name) &&
			     !(keep && ow_pattern_matches(keep, name));
	}
	return dropped;
}

/* The pattern of the profile, for whole names. One that is none drops nothing. */
static int whole_pattern(struct ow_view_state *state, struct ow_str text, struct ow_pattern **ret)
{
	const char *whole;
	int r;

	*ret = NULL;
	if (text.n == 0)
		return 0;
	whole = ow_printf(state->arena, "^(%.*s)$", (int)text.n, text.p);
	if (!whole)
		return -ENOMEM;
	r = ow_pattern_new(whole, ret, NULL);
	return r == -ENOMEM ? r : 0;
}

int view_drop(struct ow_view_state *state, struct ow_err *err)
{
	ow_scoped(ow_pattern_freep) struct ow_pattern *drop = NULL, *keep = NULL;
	bool *dropped;

	(void)err;
	if (state->filter->all_frames)
		return 0;
	if (whole_pattern(state, state->profile->drop_frames, &drop) < 0 ||
	    whole_pattern(state, state->profile->keep_frames, &keep) < 0)
		return -ENOMEM;
	if (!drop)
		return 0;
	dropped = dropped_functions(state, drop, keep);
	if (!dropped)
		return -ENOMEM;
	for (size_t i = 0; i < state->view->n_locations; i++) {
		struct ow_profile_location *location = &state->location[i];
		uint32_t k = location->n_lines;

		while (k > 0 && !dropped[location->line[k - 1].function])
			k--;
		if (k == 0)
			continue;
		state->has_drop = true;
		state->mark[i] |= k == location->n_lines ? VIEW_DROP : VIEW_DROP_BELOW;
		if (k < location->n_lines) {
			location->line += k;
			location->n_lines -= k;
		}
	}
	return 0;
}

/* The hits of the pattern of an option; *given is false when there is none. */
static int option_hits(struct ow_view_state *state, const char *option, const char *text,
		       struct hits *ret, bool *given, struct ow_err *err)
{
	ow_scoped(ow_pattern_freep) struct ow_pattern *pattern = NULL;
	int r = view_pattern(option, text, &pattern, err);

	*given = pattern != NULL;
	return r < 0 || !pattern ? r : find_hits(state, pattern, ret);
}

/* Lines that a location loses by hide and show. *hit: hide matched; *shown: show left something. */
static int cut_location(struct ow_view_state *state, size_t i, const struct hits *hide,
			const struct hits *show, bool *hit, bool *shown)
{
	struct ow_profile_location *location = &state->location[i];
	bool hidden = false;

	if (hide && hits_any(hide, location)) {
		*hit = true;
		if (hits_mapping(hide, location))
			location->n_lines = 0;
		else if (keep_lines(state, location, hide, false) < 0)
			return -ENOMEM;
		hidden = location->n_lines == 0;
	}
	if (show) {
		if (!hits_mapping(show, location) && keep_lines(state, location, show, true) < 0)
			return -ENOMEM;
		if (location->n_lines == 0)
			hidden = true;
		else
			*shown = true;
	}
	if (hidden) {
		state->mark[i] |= VIEW_HIDDEN;
		state->has_hidden = true;
	}
	return 0;
}

int view_names(struct ow_view_state *state, struct ow_err *err)
{
	enum { FOCUS, IGNORE, HIDE, SHOW, N };
	const struct ow_profile_filter *f = state->filter;
	const char *const option[N] = { "focus", "ignore", "hide", "show" };
	const char *const text[N] = { f->focus, f->ignore, f->hide, f->show };
	bool given[N], matched[N] = { false };
	struct hits hits[N];
	int r;

	for (size_t k = 0; k < N; k++) {
		r = option_hits(state, option[k], text[k], &hits[k], &given[k], err);
		if (r < 0)
			return r;
		state->has_names |= given[k];
	}
	for (size_t i = 0; state->has_names && i < state->view->n_locations; i++) {
		const struct ow_profile_location *location = &state->location[i];

		if (given[IGNORE] && hits_any(&hits[IGNORE], location)) {
			matched[IGNORE] = true;
			state->mark[i] |= VIEW_IGNORE;
		} else if (!given[FOCUS] || hits_any(&hits[FOCUS], location)) {
			matched[FOCUS] = true;
			state->mark[i] |= VIEW_FOCUS;
		}
		r = cut_location(state, i, given[HIDE] ? &hits[HIDE] : NULL,
				 given[SHOW] ? &hits[SHOW] : NULL, &matched[HIDE], &matched[SHOW]);
		if (r < 0)
			return r;
	}
	for (size_t k = 0; k < N; k++)
		if (given[k] && !matched[k])
			view_unmatched(state, option[k]);
	return 0;
}

int view_show_from(struct ow_view_state *state, struct ow_err *err)
{
	struct hits hits;
	bool given, matched = false;
	int r = option_hits(state, "show_from", state->filter->show_from, &hits, &given, err);

	if (r < 0 || !given)
		return r;
	state->has_show_from = true;
	for (size_t i = 0; i < state->view->n_locations; i++) {
		struct ow_profile_location *location = &state->location[i];
		uint32_t n = location->n_lines;

		if (!hits_mapping(&hits, location)) {
			while (n > 0 && !hits.function[location->line[n - 1].function])
				n--;
			if (n == 0)
				continue;
			location->n_lines = n;
		}
		state->mark[i] |= VIEW_SHOW_FROM;
		matched = true;
	}
	if (!matched)
		view_unmatched(state, "show_from");
	return 0;
}

int view_prune_from(struct ow_view_state *state, struct ow_err *err)
{
	ow_scoped(ow_pattern_freep) struct ow_pattern *pattern = NULL;
	int r = view_pattern("prune_from", state->filter->prune_from, &pattern, err);

	if (r < 0 || !pattern)
		return r;
	state->has_prune_from = true;
	for (size_t i = 0; i < state->view->n_locations; i++) {
		struct ow_profile_location *location = &state->location[i];

		for (uint32_t k = 0; k < location->n_lines; k++) {
			const struct ow_str name = state->function[location->line[k].function].name;

			if (name.n == 0 || !ow_pattern_matches(pattern, simple_name(name)))
				continue;
			state->mark[i] |= VIEW_PRUNE_FROM;
			location->line += k;
			location->n_lines -= k;
			break;
		}
	}
	return 0;
}
