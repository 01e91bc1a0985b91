/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>

#include "base/escape.h"
#include "render/account.h"
#include "render/json.h"
#include "render/table.h"

#define NAMES_MAX OW_MIB(1) /* of one group, escaped */

static void put_frame(struct ow_json *json, const char *key, const struct ow_goroutine_frame *frame)
{
	ow_json_object(json, key);
	ow_json_str(json, "function", frame->function);
	if (frame->file.n)
		ow_json_str(json, "file", frame->file);
	if (frame->line)
		ow_json_i64(json, "line", frame->line);
	ow_json_end(json);
}

static void put_row(struct ow_json *json, const struct ow_goroutine_view *view,
		    const struct ow_goroutine_row *row)
{
	const struct ow_goroutine_group *group = row->group;

	ow_json_object(json, NULL);
	ow_json_u64(json, "count", row->count);
	if (view->first)
		ow_json_u64(json, "before", row->before);
	ow_json_real(json, "share", row->share);
	if (view->stack_inuse_bytes)
		ow_json_u64(json, "stack_bytes", row->stack_bytes);
	if (group->state.n)
		ow_json_str(json, "state", group->state);
	if (view->last->have_waits) {
		ow_json_u64(json, "longest_wait_minutes", group->waiting_minutes);
		ow_json_u64(json, "long_waiters", group->long_waiters);
	}
	ow_json_list(json, "frames");
	for (size_t i = 0; i < group->n_frames; i++)
		put_frame(json, NULL, &group->frame[i]);
	ow_json_end(json);
	if (group->user < group->n_frames)
		ow_json_u64(json, "user_frame", group->user);
	if (group->creator.function.n)
		put_frame(json, "created_by", &group->creator);
	ow_json_end(json);
}

int ow_goroutines_json(const struct ow_goroutine_view *view, FILE *out)
{
	struct ow_json json;

	ow_json_init(&json, out);
	ow_json_object(&json, NULL);
	ow_json_text(&json, "schema", "oomwhy.goroutines/1");
	ow_json_text(&json, "source", view->last->source);
	ow_json_u64(&json, "total", view->last->total);
	ow_json_bool(&json, "cut", view->last->cut);
	if (view->first) {
		ow_json_text(&json, "first_source", view->first->source);
		ow_json_u64(&json, "first_total", view->first->total);
	}
	if (view->stack_inuse_bytes)
		ow_json_u64(&json, "stack_inuse_bytes", view->stack_inuse_bytes);
	ow_json_list(&json, "groups");
	for (size_t i = 0; i < view->n; i++)
		put_row(&json, view, &view->row[i]);
	ow_json_end(&json);
	ow_json_end(&json);
	fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}

/* A slice fit for a terminal; "" when there is no memory. */
static const char *shown(struct ow_arena *arena, struct ow_str s)
{
	const char *text = ow_escape_text(arena, s);

	return text ? text : "";
}

static void print_frame(FILE *out, struct ow_arena *arena, const char *front,
			const struct ow_goroutine_frame *frame)
{
	fprintf(out, "%s%s", front, shown(arena, frame->function));
	if (frame->file.n && frame->line)
		fprintf(out, "  %s:%" PRId64, shown(arena, frame->file), frame->line);
	else if (frame->file.n)
		fprintf(out, "  %s", shown(arena, frame->file));
	fputc('\n', out);
}

static void print_state(FILE *out, struct ow_arena *arena, const struct ow_goroutine_group *group)
{
	if (group->state.n)
		fprintf(out, "  %s", shown(arena, group->state));
	if (group->waiting_minutes)
		fprintf(out,
			", %" PRIu64 " of them for a minute or more, the longest for %" PRIu64
			" min",
			group->long_waiters, group->waiting_minutes);
}

/* The frame where it waits, and who is behind it. */
static void print_row(const struct ow_goroutine_view *view, const struct ow_goroutine_row *row,
		      struct ow_arena *arena, FILE *out)
{
	const struct ow_goroutine_group *group = row->group;
	char bytes[OW_BYTES_MAX];

	fprintf(out, "%8" PRIu64 "  %5.1f%%", row->count, 100 * row->share);
	if (view->first)
		fprintf(out, "  %+8.0f", (double)row->count - (double)row->before);
	if (view->stack_inuse_bytes)
		fprintf(out, "  %7s", ow_bytes_in(row->stack_bytes, bytes));
	print_state(out, arena, group);
	fputc('\n', out);
	if (group->n_frames)
		print_frame(out, arena, "          ", &group->frame[0]);
	if (group->user && group->user < group->n_frames)
		print_frame(out, arena, group->user > 1 ? "          ... " : "          ",
			    &group->frame[group->user]);
	if (group->creator.function.n)
		print_frame(out, arena, "          created by ", &group->creator);
}

static void print_head(const struct ow_goroutine_view *view, struct ow_arena *arena, FILE *out)
{
	const struct ow_goroutines *last = view->last, *first = view->first;
	char bytes[OW_BYTES_MAX];

	fprintf(out, "%" PRIu64 " goroutine%s in %zu stack%s: %s\n", last->total,
		last->total == 1 ? "" : "s", last->n_groups, last->n_groups == 1 ? "" : "s",
		shown(arena, ow_str(last->source)));
	if (first)
		fprintf(out, "%+.0f since the %" PRIu64 " of %s\n",
			(double)last->total - (double)first->total, first->total,
			shown(arena, ow_str(first->source)));
	if (last->cut)
		fprintf(out, "the page ends in the midst of a stack: there were more\n");
	if (view->stack_inuse_bytes)
		fprintf(out, "their stacks take %s; what is shown of it is by their number\n",
			ow_bytes_in(view->stack_inuse_bytes, bytes));
	fputc('\n', out);
	fprintf(out, "%8s  %6s%s%s%s\n", "COUNT", "SHARE", first ? "    GROWTH" : "",
		view->stack_inuse_bytes ? "   STACKS" : "", last->have_waits ? "  WAITS FOR" : "");
}

int ow_goroutines_text(const struct ow_goroutine_view *view, size_t most, FILE *out)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(NAMES_MAX);

	if (!arena)
		return -ENOMEM;
	print_head(view, arena, out);
	for (size_t i = 0; i < view->n && i < most; i++) {
		ow_arena_clear(arena);
		print_row(view, &view->row[i], arena, out);
	}
	if (view->n > most)
		fprintf(out, "... and %zu more stacks; -n %zu shows all\n", view->n - most,
			view->n);
	return ferror(out) ? -EIO : 0;
}
