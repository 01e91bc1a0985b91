/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "analyze/heap-internal.h"

/* Frames that agree in all of this are one. */
struct frame_key {
	uint64_t function;
	int64_t line;
	uint64_t address;
};

/* Functions are one when their names and files are: the number in the profile may differ. */
static int number_functions(struct heap_work *work, uint32_t **ret)
{
	const struct ow_profile_view *view = work->view;
	uint32_t *number = ow_alloc(work->arena, view->n_functions + 1, sizeof(*number));
	char *both = NULL;
	size_t room = 0;

	for (size_t i = 0; number && i < view->n_functions; i++) {
		const struct ow_str name = view->function[i].name, file = view->function[i].file;
		const size_t n = sizeof(size_t) + name.n + file.n;

		if (n > room) {
			room = 2 * n;
			both = ow_alloc(work->arena, room, 1);
		}
		if (!both)
			return -ENOMEM;
		memcpy(both, &name.n, sizeof(size_t));
		if (name.n)
			memcpy(both + sizeof(size_t), name.p, name.n);
		if (file.n)
			memcpy(both + sizeof(size_t) + name.n, file.p, file.n);
		if (ow_intern(&work->functions, both, n, &number[i]) < 0)
			return -ENOMEM;
	}
	*ret = number;
	return number ? 0 : -ENOMEM;
}

static int number_frame(struct heap_work *work, const struct frame_key *key,
			const struct ow_heap_frame *frame, uint32_t *ret)
{
	const size_t n = work->frames.n;

	if (ow_intern(&work->frames, key, sizeof(*key), ret) < 0)
		return -ENOMEM;
	if (work->frames.n == n)
		return 0;
	work->frame[n] = *frame;
	return 0;
}

static void note_language(struct heap_work *work, struct ow_str file)
{
	const bool go = file.n > 3 && memcmp(file.p + file.n - 3, ".go", 3) == 0;

	work->seen.go |= go;
	work->seen.other |= file.n && !go;
}

static int named_place(struct heap_work *work, const struct ow_profile_location *location,
		       const uint32_t *number, const uint8_t *origin, struct heap_place *place)
{
	for (uint32_t i = 0; i < location->n_lines; i++) {
		const struct ow_profile_line *line = &location->line[i];
		const struct ow_profile_function *function = &work->view->function[line->function];
		const struct frame_key key = { number[line->function], line->line, 0 };
		const struct ow_heap_frame frame = {
			.have = line->line ? OW_HEAP_FRAME_LINE : 0,
			.origin = origin[line->function],
			.name = function->name,
			.file = function->file,
			.line = line->line,
		};
		uint32_t at;

		if (number_frame(work, &key, &frame, &at) < 0)
			return -ENOMEM;
		if (i == 0)
			place->site = at;
		if (frame.origin == OW_HEAP_OWN && place->own == HEAP_NONE)
			place->own = at;
		if (frame.origin == OW_HEAP_LIBRARY && place->own == HEAP_NONE)
			place->library = at;
	}
	work->seen.named = true;
	return 0;
}

static int nameless_place(struct heap_work *work, const struct ow_profile_location *location,
			  struct heap_place *place)
{
	const struct frame_key key = { UINT64_MAX, 0, location->address };
	const struct ow_heap_frame frame = {
		.have = OW_HEAP_FRAME_ADDRESS,
		.origin = OW_HEAP_NAMELESS,
		.address = location->address,
	};

	work->seen.nameless = true;
	return number_frame(work, &key, &frame, &place->site);
}

/* The module of the program, when the program itself was built in the module cache. */
static struct ow_str find_own(const struct ow_profile_view *view)
{
	for (size_t i = 0; i < view->n_functions; i++)
		if (ow_str_is(view->function[i].name, "main.main"))
			return ow_heap_own_module(view->function[i].file);
	return (struct ow_str){ "", 0 };
}

int heap_places(struct heap_work *work)
{
	const struct ow_profile_view *view = work->view;
	uint8_t *origin = ow_alloc(work->arena, view->n_functions + 1, 1);
	uint32_t *number;
	size_t frames = 0;
	int r = origin ? number_functions(work, &number) : -ENOMEM;

	for (size_t i = 0; i < view->n_locations; i++)
		frames += view->location[i].n_lines ? view->location[i].n_lines : 1;
	work->place = ow_alloc(work->arena, view->n_locations + 1, sizeof(*work->place));
	work->frame = ow_alloc(work->arena, frames + 1, sizeof(*work->frame));
	if (r < 0 || !work->place || !work->frame)
		return -ENOMEM;
	work->own = find_own(view);
	for (size_t i = 0; i < view->n_functions; i++) {
		const struct ow_profile_function *function = &view->function[i];

		origin[i] = (uint8_t)ow_heap_origin(function->name, function->file, work->own);
		note_language(work, function->file);
	}
	for (size_t i = 0; i < view->n_locations && r == 0; i++) {
		const struct ow_profile_location *location = &view->location[i];
		struct heap_place *place = &work->place[i];

		*place = (struct heap_place){ HEAP_NONE, HEAP_NONE, HEAP_NONE };
		r = location->n_lines ? named_place(work, location, number, origin, place)
				      : nameless_place(work, location, place);
	}
	return r;
}
