/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-view.h"

#include <errno.h>
#include <string.h>

#include "analyze/profile-filter.h"

/* In pprof's order: what one cuts the next does not see. */
static int (*const filters[])(struct ow_view_state *state, struct ow_err *err) = {
	view_drop,      view_tag_frames, view_names,      view_show_from,
	view_tag_focus, view_tag_show,   view_prune_from,
};

/* What a granularity leaves of functions and locations. */
static const struct {
	bool function, file, line, address;
} kept[] = {
	[OW_GRANULARITY_FUNCTIONS] = { .function = true },
	[OW_GRANULARITY_FILEFUNCTIONS] = { .function = true, .file = true },
	[OW_GRANULARITY_FILES] = { .file = true },
	[OW_GRANULARITY_LINES] = { .function = true, .file = true, .line = true },
	[OW_GRANULARITY_ADDRESSES] = { true, true, true, true },
};

static int cut_lines(struct ow_view_state *state, struct ow_profile_location *location, bool line,
		     bool column)
{
	struct ow_profile_line *lines;

	if (location->n_lines == 0 || (line && column))
		return 0;
	lines = ow_alloc(state->arena, location->n_lines, sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	for (uint32_t i = 0; i < location->n_lines; i++) {
		lines[i] = location->line[i];
		if (!line)
			lines[i].line = lines[i].column = 0;
		if (!column)
			lines[i].column = 0;
	}
	location->line = lines;
	return 0;
}

static int aggregate(struct ow_view_state *state)
{
	const struct ow_profile_filter *filter = state->filter;
	const enum ow_granularity g = filter->granularity;

	if (g == OW_GRANULARITY_ADDRESSES && !filter->no_inlines)
		return 0;
	for (size_t i = 0; i < state->view->n_functions; i++) {
		struct ow_profile_function *function = &state->function[i];

		if (!kept[g].function)
			function->name = function->system_name = (struct ow_str){ "", 0 };
		if (!kept[g].file)
			function->file = (struct ow_str){ "", 0 };
	}
	for (size_t i = 0; i < state->view->n_locations; i++) {
		struct ow_profile_location *location = &state->location[i];

		if (filter->no_inlines && location->n_lines > 1) {
			location->line += location->n_lines - 1;
			location->n_lines = 1;
		}
		if (cut_lines(state, location, kept[g].line, filter->show_columns) < 0)
			return -ENOMEM;
		if (!kept[g].address)
			location->address = 0;
	}
	return 0;
}

static struct ow_view_state *new_state(const struct ow_profile *profile,
				       const struct ow_profile_filter *filter,
				       struct ow_arena *arena)
{
	struct ow_view_state *state = ow_alloc(arena, 1, sizeof(*state));

	if (!state)
		return NULL;
	state->arena = arena;
	state->profile = profile;
	state->filter = filter;
	state->view = ow_alloc(arena, 1, sizeof(*state->view));
	state->location = ow_alloc(arena, profile->n_locations + 1, sizeof(*state->location));
	state->function = ow_alloc(arena, profile->n_functions + 1, sizeof(*state->function));
	state->mark = ow_alloc(arena, profile->n_locations + 1, sizeof(*state->mark));
	state->tags = ow_alloc(arena, profile->n_labels, sizeof(*state->tags));
	if (ow_arena_refused(arena))
		return NULL;
	if (profile->n_locations)
		memcpy(state->location, profile->location,
		       profile->n_locations * sizeof(*state->location));
	if (profile->n_functions)
		memcpy(state->function, profile->function,
		       profile->n_functions * sizeof(*state->function));
	state->view->profile = profile;
	state->view->n_locations = profile->n_locations;
	state->view->n_functions = profile->n_functions;
	state->view->state = state;
	state->labels = profile->labels;
	return state;
}

int ow_profile_view_new(const struct ow_profile *profile, const struct ow_profile_filter *filter,
			struct ow_arena *arena, struct ow_profile_view **ret, struct ow_err *err)
{
	struct ow_view_state *state = new_state(profile, filter, arena);
	struct ow_profile_view *view = NULL;
	int r = state ? 0 : -ENOMEM;

	for (size_t i = 0; i < OW_ARRAY_SIZE(filters) && r == 0; i++)
		r = filters[i](state, err);
	if (r == 0)
		r = aggregate(state);
	if (r == 0) {
		view = state->view;
		view->location = state->location;
		view->function = state->function;
		view->labels = state->labels;
		view->longest = ow_tally_longest(profile->samples) + state->n_root + state->n_leaf;
		state->stack = ow_alloc(arena, view->longest + 1, sizeof(*state->stack));
		r = state->stack ? ow_profile_walk_init(&view->walk, profile, arena) : -ENOMEM;
	}
	if (r == -ENOMEM)
		return ow_fail(err, ENOMEM, "the filters need more memory than they may take");
	if (r < 0)
		return r;
	*ret = view;
	return 0;
}

void ow_profile_view_rewind(struct ow_profile_view *view)
{
	view->walk.place = (struct ow_tally_place){ 0 };
}

/* Cuts from the root on what does not interest, but never before the first frame that does. */
static void drop(const struct ow_view_state *state, struct ow_profile_sample *sample)
{
	const unsigned dropped = VIEW_DROP | VIEW_DROP_BELOW;
	const uint32_t *const location = sample->location;
	size_t user = sample->n_locations;
	unsigned any = 0;

	while (user > 0 && state->mark[location[user - 1]] & dropped)
		user--;
	for (size_t i = 0; i < user;
	     i++) /* most samples end here: without a branch for each frame */
		any |= state->mark[location[i]];
	if (!(any & dropped))
		return;
	for (size_t i = user; i-- > 0;) {
		const unsigned mark = state->mark[location[i]];
		const size_t cut = mark & VIEW_DROP ? i + 1 : i;

		if (!(mark & dropped))
			continue;
		sample->location += cut;
		sample->n_locations -= cut;
		return;
	}
}

/* Puts the frames of the labels at both ends. */
static void add_tag_frames(const struct ow_view_state *state, struct ow_profile_sample *sample)
{
	const struct view_tags *tags = &state->tags[sample->labels];
	uint32_t *out = state->stack;

	memcpy(out, tags->leaf, state->n_leaf * sizeof(*out));
	out += state->n_leaf;
	memcpy(out, sample->location, sample->n_locations * sizeof(*out));
	out += sample->n_locations;
	memcpy(out, tags->root, state->n_root * sizeof(*out));
	sample->location = state->stack;
	sample->n_locations += state->n_leaf + state->n_root;
}

/* Is it focused and not ignored, and is a frame left that is not hidden? */
static bool names(const struct ow_view_state *state, struct ow_profile_sample *sample)
{
	bool focused = false;
	size_t n = 0;

	for (size_t i = 0; i < sample->n_locations; i++) {
		const uint8_t mark = state->mark[sample->location[i]];

		if (mark & VIEW_IGNORE)
			return false;
		focused |= (mark & VIEW_FOCUS) != 0;
	}
	if (!focused || !state->has_hidden)
		return focused;
	for (size_t i = 0; i < sample->n_locations; i++)
		if (!(state->mark[sample->location[i]] & VIEW_HIDDEN))
			state->stack[n++] = sample->location[i];
	sample->location = state->stack;
	sample->n_locations = n;
	return n > 0;
}

static bool show_from(const struct ow_view_state *state, struct ow_profile_sample *sample)
{
	size_t n = sample->n_locations;

	while (n > 0 && !(state->mark[sample->location[n - 1]] & VIEW_SHOW_FROM))
		n--;
	sample->n_locations = n;
	return n > 0;
}

static void prune_from(const struct ow_view_state *state, struct ow_profile_sample *sample)
{
	for (size_t i = 0; i < sample->n_locations; i++) {
		if (state->mark[sample->location[i]] & VIEW_PRUNE_FROM) {
			sample->location += i;
			sample->n_locations -= i;
			return;
		}
	}
}

static bool apply(const struct ow_view_state *state, struct ow_profile_sample *sample)
{
	if (state->has_drop)
		drop(state, sample);
	if (state->n_root || state->n_leaf)
		add_tag_frames(state, sample);
	if (sample->n_locations == 0 || (state->has_names && !names(state, sample)))
		return false; /* pprof shows no sample without a frame, with and without a focus */
	if (state->has_show_from && !show_from(state, sample))
		return false;
	if (state->tags[sample->labels].is_out)
		return false;
	if (state->has_prune_from)
		prune_from(state, sample);
	sample->label = state->labels[sample->labels].label;
	sample->n_labels = state->labels[sample->labels].n;
	return true;
}

bool ow_profile_view_next(struct ow_profile_view *view, struct ow_profile_sample *sample)
{
	do {
		if (!ow_profile_walk_next(&view->walk, sample))
			return false;
	} while (!apply(view->state, sample));
	return true;
}

/* Sums of sizes and of divisors; those of a base apart. */
struct total {
	unsigned __int128 size, base_size;
	__int128 divisor, base_divisor;
};

static bool is_base(const struct ow_profile_labels *set)
{
	for (size_t i = 0; i < set->n; i++)
		if (set->label[i].is_text && ow_str_is(set->label[i].key, "pprof::base") &&
		    ow_str_is(set->label[i].text, "true"))
			return true;
	return false;
}

static void add_total(struct total *total, const struct ow_profile_sample *sample, size_t value,
		      bool mean, bool base)
{
	const int64_t one = sample->value[value], divisor = mean ? sample->value[0] : 0;
	const uint64_t size = one < 0 ? 0 - (uint64_t)one : (uint64_t)one;

	total->size += size;
	total->divisor += divisor;
	if (base) {
		total->base_size += size;
		total->base_divisor += divisor;
	}
}

int ow_profile_view_total(struct ow_profile_view *view, size_t value, bool mean, bool filtered,
			  int64_t *ret, struct ow_err *err)
{
	const struct ow_profile *profile = view->profile;
	struct ow_profile_sample sample;
	struct total total = { 0 };

	ow_profile_view_rewind(view);
	while (filtered ? ow_profile_view_next(view, &sample)
			: ow_profile_walk_next_values(&view->walk, &sample))
		add_total(&total, &sample, value, mean, is_base(&profile->labels[sample.labels]));
	if (total.base_size > 0) {
		total.size = total.base_size;
		total.divisor = total.base_divisor;
	}
	if (total.divisor != 0)
		total.size /=
			(unsigned __int128)(total.divisor < 0 ? -total.divisor : total.divisor);
	if (total.size > INT64_MAX)
		return ow_fail(err, EOVERFLOW, "the values of '%.*s' are too large to be added up",
			       (int)profile->type[value].type.n, profile->type[value].type.p);
	*ret = total.divisor < 0 ? -(int64_t)total.size : (int64_t)total.size;
	return 0;
}
