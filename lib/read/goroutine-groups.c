/* SPDX-License-Identifier: Apache-2.0 */
#include "read/goroutine-groups.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "record/go-name.h"

#define KEY_MAX    OW_KIB(64) /* of a stack; one that is longer is told apart by its front */
#define STATES_MAX 6

struct goroutine_tally {
	struct {
		struct ow_str name;
		uint64_t count;
	} state[STATES_MAX]; /* those after them are counted as none */
	size_t n;
};

int goroutine_groups_init(struct goroutine_groups *groups, struct ow_arena *arena,
			  struct ow_arena *scratch)
{
	*groups = (struct goroutine_groups){ .arena = arena, .scratch = scratch };
	ow_intern_init(&groups->stacks, scratch);
	groups->key = ow_alloc(scratch, KEY_MAX, 1);
	return groups->key ? 0 : -ENOMEM;
}

static size_t put(char *key, size_t at, struct ow_str s)
{
	const size_t n = s.n < KEY_MAX - at ? s.n : KEY_MAX - at;

	if (n)
		memcpy(key + at, s.p, n);
	at += n;
	if (at < KEY_MAX)
		key[at++] = '\0';
	return at;
}

static size_t put_frame(char *key, size_t at, const struct ow_goroutine_frame *frame)
{
	at = put(key, at, frame->function);
	at = put(key, at, frame->file);
	return put(key, at, (struct ow_str){ (const char *)&frame->line, sizeof(frame->line) });
}

static int keep(struct ow_arena *arena, struct ow_str *s)
{
	const char *kept = s->n ? ow_str_keep(arena, *s) : "";

	s->p = kept;
	return kept ? 0 : -ENOMEM;
}

static int keep_frame(struct ow_arena *arena, struct ow_goroutine_frame *frame)
{
	return keep(arena, &frame->function) < 0 ? -ENOMEM : keep(arena, &frame->file);
}

static size_t user_frame(const struct ow_goroutine_frame *frame, size_t n)
{
	size_t i = 0;

	while (i < n &&
	       (!frame[i].function.n || ow_go_is_standard(ow_go_package(frame[i].function))))
		i++;
	return i;
}

/* A group for a new stack. */
static int add_group(struct goroutine_groups *groups, const struct goroutine *goroutine)
{
	struct ow_goroutine_group group = { .creator = goroutine->creator };
	struct ow_goroutine_frame *frame =
		ow_alloc(groups->arena, goroutine->n_frames + 1, sizeof(*frame));
	void *more = ow_grow(groups->arena, groups->group, groups->n, sizeof(*groups->group));
	void *tally = ow_grow(groups->scratch, groups->tally, groups->n, sizeof(*groups->tally));

	if (more)
		groups->group = more;
	if (tally)
		groups->tally = tally;
	if (!frame || !more || !tally || keep_frame(groups->arena, &group.creator) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < goroutine->n_frames; i++) {
		frame[i] = goroutine->frame[i];
		if (keep_frame(groups->arena, &frame[i]) < 0)
			return -ENOMEM;
	}
	group.frame = frame;
	group.n_frames = goroutine->n_frames;
	group.user = user_frame(frame, group.n_frames);
	groups->tally[groups->n] = (struct goroutine_tally){ 0 };
	groups->group[groups->n++] = group;
	return 0;
}

static int count_state(struct goroutine_groups *groups, struct goroutine_tally *tally,
		       const struct goroutine *goroutine)
{
	size_t i = 0;

	if (goroutine->state.n == 0)
		return 0;
	while (i < tally->n &&
	       (tally->state[i].name.n != goroutine->state.n ||
		memcmp(tally->state[i].name.p, goroutine->state.p, goroutine->state.n) != 0))
		i++;
	if (i == STATES_MAX)
		return 0;
	if (i == tally->n) {
		tally->state[i].name = goroutine->state;
		if (keep(groups->arena, &tally->state[i].name) < 0)
			return -ENOMEM;
		tally->n++;
	}
	tally->state[i].count += goroutine->count;
	return 0;
}

static uint64_t add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static bool is_runtime(const struct ow_goroutine_frame *frame)
{
	struct ow_str name = frame->function;

	return ow_scan_lit(&name, "runtime.");
}

/* What only some forms of a page show: how the runtime parks a goroutine, and how it starts one. */
static void strip(struct goroutine *goroutine)
{
	size_t front = 0, end = goroutine->n_frames;

	while (front < end && is_runtime(&goroutine->frame[front]))
		front++;
	if (front == end)
		return;
	while (is_runtime(&goroutine->frame[end - 1]))
		end--;
	goroutine->n_frames = end - front;
	memmove(goroutine->frame, goroutine->frame + front,
		goroutine->n_frames * sizeof(*goroutine->frame));
}

int goroutine_groups_add(struct goroutine_groups *groups, struct goroutine *goroutine)
{
	struct ow_goroutine_group *group;
	uint32_t number;
	size_t n = 0;
	int r;

	strip(goroutine);
	for (size_t i = 0; i < goroutine->n_frames; i++)
		n = put_frame(groups->key, n, &goroutine->frame[i]);
	n = put_frame(groups->key, n, &goroutine->creator);
	r = ow_intern(&groups->stacks, groups->key, n, &number);
	if (r == 0 && number == groups->n)
		r = add_group(groups, goroutine);
	if (r < 0)
		return r;
	group = &groups->group[number];
	group->count = add(group->count, goroutine->count);
	groups->total = add(groups->total, goroutine->count);
	if (goroutine->minutes > group->waiting_minutes)
		group->waiting_minutes = goroutine->minutes;
	if (goroutine->minutes)
		group->long_waiters = add(group->long_waiters, goroutine->count);
	return count_state(groups, &groups->tally[number], goroutine);
}

static int compare_text(struct ow_str a, struct ow_str b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int r = n ? memcmp(a.p, b.p, n) : 0;

	return r ? r : (a.n > b.n) - (a.n < b.n);
}

/* By count, then by what stands in the stack, so that the order is the same in each run. */
static int compare(const void *left, const void *right)
{
	const struct ow_goroutine_group *a = left, *b = right;

	if (a->count != b->count)
		return (a->count < b->count) - (a->count > b->count);
	for (size_t i = 0; i < a->n_frames && i < b->n_frames; i++) {
		const int r = compare_text(a->frame[i].function, b->frame[i].function);

		if (r || a->frame[i].line != b->frame[i].line)
			return r ? r
				 : (a->frame[i].line > b->frame[i].line) -
					       (a->frame[i].line < b->frame[i].line);
	}
	return (a->n_frames > b->n_frames) - (a->n_frames < b->n_frames);
}

void goroutine_groups_end(struct goroutine_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		const struct goroutine_tally *tally = &groups->tally[i];
		uint64_t most = 0;

		for (size_t k = 0; k < tally->n; k++)
			if (tally->state[k].count > most) {
				most = tally->state[k].count;
				groups->group[i].state = tally->state[k].name;
			}
	}
	if (groups->n)
		qsort(groups->group, groups->n, sizeof(*groups->group), compare);
}
