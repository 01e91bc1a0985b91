/* SPDX-License-Identifier: Apache-2.0 */
#include "kills-view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/escape.h"
#include "base/time.h"
#include "command.h"
#include "render/fields.h"
#include "render/report.h"
#include "report/conclude.h"

#define CONCLUSIONS_MAX OW_MIB(64) /* of one record */
#define BATCH_ROWS      1000       /* a table is drawn in pieces: its rows are held until then */

static const struct ow_column columns[] = {
	{ "#", 1, true, false },        { "TIME", 1, false, false },    { "KIND", 1, false, false },
	{ "VICTIM", 1, false, false },  { "ANON-RSS", 1, true, false }, { "LIMIT", 1, true, false },
	{ "CGROUP", 0.3, false, true },
};

static const char *time_text(const struct ow_oom *oom, bool utc, struct ow_arena *arena)
{
	char buffer[OW_TIME_MAX];

	if (oom->have & OW_OOM_TIME)
		return ow_printf(arena, "%s",
				 utc ? ow_time_utc(oom->time_usec, buffer)
				     : ow_time_local(oom->time_usec, buffer));
	if (oom->have & OW_OOM_BOOT)
		return ow_printf(arena, "[%" PRIu64 ".%06" PRIu64 "]", oom->boot_usec / 1000000,
				 oom->boot_usec % 1000000);
	return NULL;
}

static const char *victim_text(const struct ow_oom *oom, struct ow_arena *arena)
{
	const struct ow_oom_victim *victim = ow_oom_victims(oom);

	if (oom->victims.n == 0 && oom->killer && !oom->task_memcg)
		return oom->task_owner.id;
	if (oom->victims.n == 0 && oom->killer)
		return "(all of it)";
	if (oom->kind == OW_OOM_ALLOCATION)
		return "(none)";
	if (oom->victims.n == 0)
		return (oom->have & OW_OOM_NO_VICTIM) || oom->lines.exiting ? "(none)" : NULL;
	if (oom->victims.n > 1)
		return ow_printf(arena, "%s (%" PRId64 ") +%zu", victim->comm, victim->pid,
				 oom->victims.n - 1);
	return ow_printf(arena, "%s (%" PRId64 ")", victim->comm, victim->pid);
}

/* The one with the limit; of a kill from user space, the one that was killed. */
static const char *cgroup_text(const struct ow_oom *oom)
{
	return oom->limit_memcg && !oom->killer ? oom->limit_memcg : oom->task_memcg;
}

static int begin_table(struct ow_kills_view *view)
{
	const size_t width = ow_command_is_terminal() ? ow_command_width() : 0;

	view->table = ow_table_new(columns, OW_ARRAY_SIZE(columns), width);
	view->rows = 0;
	return view->table ? 0 : -ENOMEM;
}

int ow_kills_view_end(struct ow_kills_view *view)
{
	int error = view->table && view->rows ? ow_table_print(view->table, stdout) : 0;

	ow_kills_view_release(view);
	return error;
}

void ow_kills_view_release(struct ow_kills_view *view)
{
	view->table = ow_table_free(view->table);
}

static int add_row(struct ow_kills_view *view, const struct ow_oom *oom, uint64_t number)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;
	const bool limited = oom->have & OW_OOM_LIMIT && !ow_bytes_unlimited(oom->limit_bytes);
	int error = 0;

	if (!arena)
		return -ENOMEM;
	if (view->table && view->rows == BATCH_ROWS)
		error = ow_kills_view_end(view);
	if (error == 0 && !view->table)
		error = begin_table(view);
	if (error < 0)
		return error;

	view->rows++;
	return ow_table_add(view->table,
			    (const char *[]){
				    number ? ow_printf(arena, "%" PRIu64, number) : NULL,
				    time_text(oom, view->utc, arena),
				    ow_oom_kind_names[oom->kind],
				    victim_text(oom, arena),
				    victim && victim->have & OW_VICTIM_ANON
					    ? ow_bytes_text(arena, victim->anon_rss_bytes)
					    : NULL,
				    limited ? ow_bytes_text(arena, oom->limit_bytes) : NULL,
				    cgroup_text(oom),
			    });
}

static int print_doc(const struct ow_doc *doc)
{
	const struct ow_report_style style = { .width = ow_command_width(),
					       .colour = ow_command_colour(STDOUT_FILENO) };

	return ow_doc_print_text(doc, &style, stdout);
}

/* The cells of the table's row with their names, on one line; the bare ones need none. */
static int print_head(const struct ow_kills_view *view, const struct ow_oom *oom, uint64_t number,
		      struct ow_arena *arena)
{
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;
	const bool limited = oom->have & OW_OOM_LIMIT && !ow_bytes_unlimited(oom->limit_bytes);
	const struct {
		const char *name, *text;
	} cells[] = {
		{ "", time_text(oom, view->utc, arena) },
		{ "", ow_oom_kind_names[oom->kind] },
		{ "", victim_text(oom, arena) },
		{ "anon-rss ", victim && victim->have & OW_VICTIM_ANON
				       ? ow_bytes_text(arena, victim->anon_rss_bytes)
				       : NULL },
		{ "limit ", limited ? ow_bytes_text(arena, oom->limit_bytes) : NULL },
		{ "", cgroup_text(oom) },
		{ "", oom->source ? ow_printf(arena, "%s:%zu", oom->source, oom->line) : NULL },
	};

	printf("%s", view->shown > 1 ? "\n" : "");
	if (number)
		printf("%" PRIu64, number);
	else
		printf("-");
	for (size_t i = 0; i < OW_ARRAY_SIZE(cells); i++) {
		char *text = cells[i].text ? ow_escape_text(arena, ow_str(cells[i].text)) : NULL;

		if (text)
			printf("  %s%s", cells[i].name, text);
	}
	printf("\n");
	return ow_arena_refused(arena) ? -ENOMEM : 0;
}

static int add_verbose(const struct ow_kills_view *view, const struct ow_oom *oom, uint64_t number)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(CONCLUSIONS_MAX);
	struct ow_doc doc;
	int error = arena ? print_head(view, oom, number, arena) : -ENOMEM;

	if (error == 0)
		error = ow_conclude(oom, arena, &doc);
	return error == 0 ? print_doc(&doc) : error;
}

int ow_kills_view_series(const struct ow_series *series)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(CONCLUSIONS_MAX);
	struct ow_doc doc;
	int error = arena ? ow_conclude_series(series, arena, &doc) : -ENOMEM;

	return error == 0 ? print_doc(&doc) : error;
}

int ow_kills_view_add(struct ow_kills_view *view, const struct ow_oom *oom, uint64_t number)
{
	struct ow_json json;

	view->shown++;
	if (view->verbose && !view->json)
		return add_verbose(view, oom, number);
	if (!view->json)
		return add_row(view, oom, number);
	ow_json_init(&json, stdout);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	fputc('\n', stdout);
	return ferror(stdout) ? -EIO : 0;
}
