/* SPDX-License-Identifier: Apache-2.0 */
#include "read/goroutine.h"

#include <errno.h>
#include <stdlib.h>

#include "read/goroutine-groups.h"
#include "read/pieces.h"

#define SCRATCH OW_MIB(64)
#define TEXT    OW_KIB(256) /* of one goroutine; the runtime shows 100 frames at most */

struct ow_goroutine_reader {
	struct ow_arena *arena, *scratch, *words; /* words: of the goroutine that is read */
	const char *source;
	struct ow_pieces pieces;
	struct goroutine_groups groups;
	struct goroutine now;
	bool open;          /* a goroutine is being read */
	bool after_creator; /* its next place is the creator's */
	bool whole;         /* the last byte was a line feed */
};

struct ow_goroutine_reader *ow_goroutine_reader_new(const char *source, struct ow_arena *arena)
{
	struct ow_goroutine_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->arena = arena;
	reader->scratch = ow_arena_new(SCRATCH);
	reader->words = ow_arena_new(TEXT);
	reader->source = ow_str_keep(arena, ow_str(source));
	reader->whole = true;
	if (!reader->scratch || !reader->words || !reader->source ||
	    goroutine_groups_init(&reader->groups, arena, reader->scratch) < 0)
		return ow_goroutine_reader_free(reader);
	return reader;
}

struct ow_goroutine_reader *ow_goroutine_reader_free(struct ow_goroutine_reader *reader)
{
	if (!reader)
		return NULL;
	ow_pieces_release(&reader->pieces);
	reader->scratch = ow_arena_free(reader->scratch);
	reader->words = ow_arena_free(reader->words);
	free(reader);
	return NULL;
}

/* The goroutine that is read is whole. */
static int finish(struct ow_goroutine_reader *reader)
{
	const bool counts = reader->open && reader->now.n_frames;

	reader->open = false;
	return counts ? goroutine_groups_add(&reader->groups, &reader->now) : 0;
}

/* A copy until the goroutine is whole; empty when there is no room for it. */
static struct ow_str hold(struct ow_goroutine_reader *reader, struct ow_str s)
{
	const char *held = ow_str_keep(reader->words, s);

	return held ? (struct ow_str){ held, s.n } : (struct ow_str){ "", 0 };
}

/* "[chan send, 12 minutes, locked to thread]" */
static void read_state(struct ow_goroutine_reader *reader, struct ow_str s)
{
	struct ow_str part = s, minutes;
	uint64_t n;

	if (!ow_scan_until(&s, ", ", &part)) {
		reader->now.state = hold(reader, s);
		return;
	}
	reader->now.state = hold(reader, part);
	while (s.n) {
		part = s;
		if (!ow_scan_until(&s, ", ", &part))
			s.n = 0;
		minutes = part;
		if (ow_scan_u64(&minutes, &n) && ow_scan_lit(&minutes, " minute"))
			reader->now.minutes = n;
	}
}

/* "goroutine 701 [chan send, 12 minutes]:", "goroutine 1 gp=0xc000 m=0 mp=0x5 [running]:" */
static bool read_head(struct ow_goroutine_reader *reader, struct ow_str line, int *r)
{
	struct ow_str between, state;
	uint64_t number;

	if (!ow_scan_lit(&line, "goroutine ") || !ow_scan_u64(&line, &number) ||
	    !ow_scan_until(&line, "[", &between) || !ow_scan_until_last(&line, "]", &state) ||
	    !ow_str_is(line, ":"))
		return false;
	*r = finish(reader);
	ow_arena_clear(reader->words);
	reader->now.count = 1;
	reader->now.n_frames = 0;
	reader->now.minutes = 0;
	reader->now.state = (struct ow_str){ "", 0 };
	reader->now.creator =
		(struct ow_goroutine_frame){ .function = { "", 0 }, .file = { "", 0 } };
	reader->open = true;
	reader->after_creator = false;
	read_state(reader, state);
	return true;
}

/* "main.(*T).run({0x0?}, 0x0?)" without its arguments, the last parentheses that belong together.
 */
static struct ow_str without_arguments(struct ow_str s)
{
	size_t depth = 0;

	if (s.n == 0 || s.p[s.n - 1] != ')')
		return s;
	for (size_t i = s.n; i > 0; i--) {
		depth += s.p[i - 1] == ')';
		depth -= s.p[i - 1] == '(';
		if (depth == 0)
			return (struct ow_str){ s.p, i - 1 };
	}
	return s;
}

/* "	/src/main.go:21 +0x3a": the place of the function before it. */
static void read_place(struct ow_goroutine_reader *reader, struct ow_str line)
{
	struct goroutine *now = &reader->now;
	struct ow_goroutine_frame *frame = reader->after_creator ? &now->creator
					   : now->n_frames       ? &now->frame[now->n_frames - 1]
								 : NULL;
	struct ow_str file, rest;
	uint64_t number;

	line = ow_str_trim(line);
	rest = line;
	if (ow_scan_until(&rest, " +0x", &file))
		line = file;
	if (!frame || frame->file.n || !ow_scan_until_last(&line, ":", &file) ||
	    !ow_scan_u64(&line, &number) || number > INT64_MAX)
		return;
	frame->file = hold(reader, file);
	frame->line = (int64_t)number;
}

/* "created by main.process in goroutine 1" */
static void read_creator(struct ow_goroutine_reader *reader, struct ow_str line)
{
	struct ow_str name;

	if (ow_scan_until(&line, " in goroutine ", &name))
		line = name;
	reader->now.creator.function = hold(reader, line);
	reader->after_creator = true;
}

static int take_line(void *arg, struct ow_str line)
{
	struct ow_goroutine_reader *reader = arg;
	struct goroutine *now = &reader->now;
	int r = 0;

	if (read_head(reader, line, &r) || !reader->open)
		return r;
	if (line.n == 0)
		return finish(reader);
	if (line.p[0] == '\t')
		read_place(reader, line);
	else if (ow_scan_lit(&line, "created by "))
		read_creator(reader, line);
	else if (line.p[0] != '.' && now->n_frames < GOROUTINE_FRAMES_MAX) /* "...elided..." */
		now->frame[now->n_frames++] = (struct ow_goroutine_frame){
			.function = hold(reader, without_arguments(line)),
			.file = { "", 0 },
		};
	return 0;
}

int ow_goroutine_reader_feed(struct ow_goroutine_reader *reader, const char *bytes, size_t n)
{
	if (n)
		reader->whole = bytes[n - 1] == '\n';
	return ow_pieces_feed(&reader->pieces, bytes, n, take_line, reader);
}

static int give(const char *source, enum ow_goroutine_form form, bool cut,
		struct goroutine_groups *groups, struct ow_goroutines **ret, struct ow_err *err)
{
	struct ow_goroutines *goroutines = ow_alloc(groups->arena, 1, sizeof(*goroutines));

	if (!goroutines)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", source);
	goroutine_groups_end(groups);
	*goroutines = (struct ow_goroutines){
		.source = source,
		.form = form,
		.have_waits = form == OW_GOROUTINES_STACKS,
		.cut = cut,
		.total = groups->total,
		.group = groups->group,
		.n_groups = groups->n,
	};
	*ret = goroutines;
	return 0;
}

/* Is the last line, which has no line feed, the end of a stack? "	/src/main.go:12 +0x76" */
static bool is_end(const struct ow_goroutine_reader *reader)
{
	const struct goroutine *now = &reader->now;
	struct ow_str line = { reader->pieces.front, reader->pieces.n }, place;
	uint64_t offset;

	if (!reader->open || !ow_scan_char(&line, '\t') || !ow_scan_until(&line, " +0x", &place))
		return false;
	return ow_scan_hex(&line, &offset) && line.n == 0 &&
	       (reader->after_creator ||
		(now->n_frames && ow_str_is(now->frame[now->n_frames - 1].function, "main.main")));
}

int ow_goroutine_reader_end(struct ow_goroutine_reader *reader, struct ow_goroutines **ret,
			    struct ow_err *err)
{
	const bool cut = !reader->whole && (reader->open || reader->groups.n) && !is_end(reader);
	int r = 0;

	/* Of a stack that is cut nobody knows which one it is: it is not counted. */
	if (cut)
		reader->open = false;
	else
		r = ow_pieces_end(&reader->pieces, take_line, reader);
	if (r == 0)
		r = finish(reader);
	if (r < 0)
		return ow_fail(err, -r, "cannot read '%s': %m", reader->source);
	if (reader->groups.n == 0)
		return ow_fail(err, EBADMSG, "'%s' has no stack of a goroutine", reader->source);
	return give(reader->source, OW_GOROUTINES_STACKS, cut, &reader->groups, ret, err);
}

/* The frames of a sample: those that were inlined into a place stand before it. */
static void unfold(const struct ow_profile *profile, const struct ow_profile_sample *sample,
		   struct goroutine *goroutine)
{
	goroutine->n_frames = 0;
	for (size_t i = 0; i < sample->n_locations; i++) {
		const struct ow_profile_location *location =
			&profile->location[sample->location[i]];

		for (size_t k = 0;
		     k < location->n_lines && goroutine->n_frames < GOROUTINE_FRAMES_MAX; k++) {
			const struct ow_profile_line *line = &location->line[k];
			const struct ow_profile_function *function =
				&profile->function[line->function];

			goroutine->frame[goroutine->n_frames++] = (struct ow_goroutine_frame){
				.function = function->name,
				.file = function->file,
				.line = line->line,
			};
		}
	}
}

/* The samples of a profile, put together by their stacks as people read them. */
static int walk(const struct ow_profile *profile, struct goroutine *goroutine,
		struct goroutine_groups *groups)
{
	struct ow_profile_walk walk;
	struct ow_profile_sample sample;
	int r = ow_profile_walk_init(&walk, profile, groups->scratch);

	while (r == 0 && ow_profile_walk_next(&walk, &sample)) {
		unfold(profile, &sample, goroutine);
		goroutine->count = sample.value[0] > 0 ? (uint64_t)sample.value[0] : 0;
		r = goroutine_groups_add(groups, goroutine);
	}
	return r;
}

int ow_goroutines_from_profile(const struct ow_profile *profile, struct ow_arena *arena,
			       struct ow_goroutines **ret, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(SCRATCH);
	const char *source = ow_str_keep(arena, profile->name);
	struct goroutine_groups groups;
	struct goroutine *goroutine;
	int r = scratch && source ? goroutine_groups_init(&groups, arena, scratch) : -ENOMEM;

	if (r == 0 && (profile->n_types == 0 || !ow_str_is(profile->type[0].type, "goroutine")))
		return ow_fail(err, EBADMSG, "'%s' is no profile of goroutines", source);
	goroutine = r == 0 ? ow_alloc(scratch, 1, sizeof(*goroutine)) : NULL;
	if (!goroutine)
		return ow_fail(err, ENOMEM, "cannot put the goroutines together: %m");
	*goroutine = (struct goroutine){ .creator = { { "", 0 }, { "", 0 }, 0 } };
	goroutine->state = (struct ow_str){ "", 0 };
	r = walk(profile, goroutine, &groups);
	if (r < 0)
		return ow_fail(err, -r, "cannot read the goroutines of '%s': %m", source);
	return give(source,
		    profile->form == OW_PROFILE_PROTO ? OW_GOROUTINES_PROTO : OW_GOROUTINES_COUNTS,
		    false, &groups, ret, err);
}
