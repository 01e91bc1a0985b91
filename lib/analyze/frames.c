/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/frames.h"

#include <errno.h>

#include "analyze/graph-internal.h"

struct ow_frames {
	struct graph_nodes nodes; /* a frame is a node of the graph */
	struct ow_str *label;
	uint32_t *stack;
	size_t room; /* of stack */
};

/* Frames of the longest stack there could be, as far as a tally takes it. */
static size_t longest(const struct ow_profile_view *view)
{
	size_t lines = 1;

	for (size_t i = 0; i < view->n_locations; i++)
		if (view->location[i].n_lines > lines)
			lines = view->location[i].n_lines;
	if (view->longest > OW_TALLY_SEQUENCE_MAX / lines)
		return OW_TALLY_SEQUENCE_MAX;
	return view->longest * lines;
}

static int label_frames(struct ow_frames *frames, struct ow_arena *arena)
{
	for (size_t i = 0; i < frames->nodes.n; i++) {
		const char *label = ow_graph_label(arena, &frames->nodes.node[i]);

		if (!label)
			return -ENOMEM;
		frames->label[i] = ow_str(label);
	}
	return 0;
}

int ow_frames_new(struct ow_profile_view *view, const char *trim_path, const char *source_path,
		  struct ow_arena *arena, struct ow_frames **ret, struct ow_err *err)
{
	const struct ow_graph_options options = {
		.trim_path = trim_path,
		.source_path = source_path,
	};
	struct graph_count count = { .arena = arena, .view = view, .options = &options };
	struct ow_frames *frames = ow_alloc(arena, 1, sizeof(*frames));

	if (!frames || graph_nodes_make(&count) < 0)
		return ow_fail(err, ENOMEM, "cannot name the frames: %m");
	frames->nodes = count.nodes;
	frames->room = longest(view);
	frames->label = ow_alloc(arena, count.nodes.n + 1, sizeof(*frames->label));
	frames->stack = ow_alloc(arena, frames->room + 1, sizeof(*frames->stack));
	if (!frames->label || !frames->stack || label_frames(frames, arena) < 0)
		return ow_fail(err, ENOMEM, "cannot name the frames: %m");
	*ret = frames;
	return 0;
}

const struct ow_str *ow_frames_label(const struct ow_frames *frames, size_t *n)
{
	*n = frames->nodes.n;
	return frames->label;
}

int ow_frames_of(struct ow_frames *frames, const struct ow_profile_sample *sample,
		 const uint32_t **ret, size_t *n)
{
	size_t used = 0;

	for (size_t i = sample->n_locations; i-- > 0;) {
		uint32_t lines;
		const uint32_t *of = graph_nodes_of(&frames->nodes, sample->location[i], &lines);

		if (lines > frames->room - used)
			return -E2BIG;
		while (lines-- > 0)
			frames->stack[used++] = of[lines];
	}
	*ret = frames->stack;
	*n = used;
	return 0;
}

static int add_all(struct ow_profile_view *view, size_t value, struct ow_frames *frames,
		   struct ow_tally *tally)
{
	struct ow_profile_sample sample;
	int r = 0;

	ow_profile_view_rewind(view);
	while (r == 0 && ow_profile_view_next(view, &sample)) {
		const uint32_t *frame;
		size_t n;

		if (sample.value[value] == 0)
			continue;
		r = ow_frames_of(frames, &sample, &frame, &n);
		if (r == 0)
			r = ow_tally_add(tally, frame, n, 0, &sample.value[value]);
	}
	return r;
}

int ow_profile_stacks(struct ow_profile_view *view, const struct ow_stacks_options *options,
		      struct ow_arena *arena, struct ow_stacks **ret, struct ow_err *err)
{
	struct ow_stacks *stacks = ow_alloc(arena, 1, sizeof(*stacks));
	struct ow_frames *frames;
	int r = ow_frames_new(view, options->trim_path, options->source_path, arena, &frames, err);

	if (r < 0)
		return r;
	if (stacks)
		stacks->tally = ow_tally_new(arena, 1);
	if (!stacks || !stacks->tally)
		return ow_fail(err, ENOMEM, "cannot add up the stacks: %m");
	r = add_all(view, options->value, frames, stacks->tally);
	if (ow_tally_seal(stacks->tally) < 0)
		r = -ENOMEM;
	if (r == -E2BIG)
		return ow_fail(err, E2BIG, "a stack has more than %d frames",
			       OW_TALLY_SEQUENCE_MAX);
	if (r < 0)
		return ow_fail(err, -r, "cannot add up the stacks: %m");
	stacks->frame = ow_frames_label(frames, &stacks->n_frames);
	stacks->drop_negative = options->drop_negative;
	*ret = stacks;
	return 0;
}
