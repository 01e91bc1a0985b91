/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-kills: lists the OOM kills in a kernel log. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "command.h"
#include "read/oom.h"
#include "render/fields.h"
#include "render/table.h"
#include "source.h"

#define KEEP_MAX   OW_MIB(256) /* of records that -r or -n hold back */
#define BATCH_ROWS 1000        /* a table is drawn in pieces: its rows are held until then */

static struct ow_source_options arg_source;
static int64_t arg_lines = -1;
static bool arg_reverse, arg_json, arg_no_pager;

static const struct ow_option options[] = {
	OW_SOURCE_OPTIONS(arg_source),
	{ .brief = 'n',
	  .name = "lines",
	  .number = &arg_lines,
	  .hint = "N",
	  .help = "only the newest N kills" },
	{ .brief = 'r', .name = "reverse", .flag = &arg_reverse, .help = "newest first" },
	{ .brief = 'j',
	  .name = "json",
	  .flag = &arg_json,
	  .help = "one JSON object a kill, one a line",
	  .more = "The keys are described in oomwhy-explain(1) and docs/formats/kill.md." },
	{ .name = "no-pager", .flag = &arg_no_pager, .help = "do not start a pager" },
};

/* One record of the listing, with the arena that it lives in. */
struct row {
	struct ow_oom *oom;
	struct ow_arena *arena;
	uint64_t number;
};

/* The listing as it comes in, and what it was made from. */
struct listing {
	struct ow_oom_reader *reader;
	struct ow_source_period period;
	struct ow_oom_seen seen; /* of all sources together */
	char names[256];         /* of the sources, for "nothing found in ..." */
	uint64_t number;         /* of the last record */
	uint64_t undated;        /* records that a period left out because they have no date */
	uint64_t printed;
	struct row *row; /* a ring: the newest are kept when there are more than cap */
	size_t first, n, cap;
	size_t kept_bytes;
	struct ow_table *table;
	size_t table_rows;
	struct ow_json json;
};

static const struct ow_column columns[] = {
	{ "#", 1, true, false },        { "TIME", 1, false, false },    { "KIND", 1, false, false },
	{ "VICTIM", 1, false, false },  { "ANON-RSS", 1, true, false }, { "LIMIT", 1, true, false },
	{ "CGROUP", 0.3, false, true },
};

static const char *time_text(const struct ow_oom *oom, struct ow_arena *arena)
{
	char buffer[OW_TIME_MAX];

	if (oom->have & OW_OOM_TIME)
		return ow_printf(arena, "%s",
				 arg_source.utc ? ow_time_utc(oom->time_usec, buffer)
						: ow_time_local(oom->time_usec, buffer));
	if (oom->have & OW_OOM_BOOT)
		return ow_printf(arena, "[%" PRIu64 ".%06" PRIu64 "]", oom->boot_usec / 1000000,
				 oom->boot_usec % 1000000);
	return NULL;
}

static const char *victim_text(const struct ow_oom *oom, struct ow_arena *arena)
{
	const struct ow_oom_victim *victim = ow_oom_victims(oom);

	if (oom->victims.n == 0)
		return oom->have & OW_OOM_NO_VICTIM ? "(none)" : NULL;
	if (oom->victims.n > 1)
		return ow_printf(arena, "%s (%" PRId64 ") +%zu", victim->comm, victim->pid,
				 oom->victims.n - 1);
	return ow_printf(arena, "%s (%" PRId64 ")", victim->comm, victim->pid);
}

static int begin_table(struct listing *l)
{
	const size_t width = ow_command_is_terminal() ? ow_command_width() : 0;

	l->table = ow_table_new(columns, OW_ARRAY_SIZE(columns), width);
	l->table_rows = 0;
	return l->table ? 0 : -ENOMEM;
}

static int end_table(struct listing *l)
{
	int error = l->table && l->table_rows ? ow_table_print(l->table, stdout) : 0;

	l->table = ow_table_free(l->table);
	return error;
}

static int print_row(struct listing *l, const struct row *row)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	const struct ow_oom *oom = row->oom;
	const struct ow_oom_victim *victim = oom->victims.n ? ow_oom_victims(oom) : NULL;
	const bool limited = oom->have & OW_OOM_LIMIT && !ow_bytes_unlimited(oom->limit_bytes);
	int error = 0;

	if (!arena)
		return -ENOMEM;
	if (l->table && l->table_rows == BATCH_ROWS)
		error = end_table(l);
	if (error == 0 && !l->table)
		error = begin_table(l);
	if (error < 0)
		return error;

	l->table_rows++;
	return ow_table_add(l->table,
			    (const char *[]){
				    ow_printf(arena, "%" PRIu64, row->number),
				    time_text(oom, arena),
				    ow_oom_kind_names[oom->kind],
				    victim_text(oom, arena),
				    victim && victim->have & OW_VICTIM_ANON
					    ? ow_bytes_text(arena, victim->anon_rss_bytes)
					    : NULL,
				    limited ? ow_bytes_text(arena, oom->limit_bytes) : NULL,
				    oom->limit_memcg ? oom->limit_memcg : oom->task_memcg,
			    });
}

static int print(struct listing *l, const struct row *row)
{
	l->printed++;
	if (!arg_json)
		return print_row(l, row);
	ow_json_init(&l->json, stdout);
	ow_fields_json(&l->json, NULL, &ow_oom_fields, row->oom);
	fputc('\n', stdout);
	return ferror(stdout) ? -EIO : 0;
}

/* Holds a record back, in place of the oldest one when there are enough. */
static int keep(struct listing *l, struct row row, struct ow_arena **arena)
{
	struct row *slot;

	if (l->cap && l->n == l->cap) {
		slot = &l->row[l->first];
		l->kept_bytes -= ow_arena_bytes(slot->arena);
		(void)ow_arena_free(slot->arena);
		l->first = (l->first + 1) % l->cap;
	} else {
		struct row *more = reallocarray(l->row, l->n + 1, sizeof(*more));

		if (!more)
			return -ENOMEM;
		l->row = more;
		slot = &l->row[l->n++];
	}
	*slot = row;
	*arena = NULL;
	l->kept_bytes += ow_arena_bytes(row.arena);
	return l->kept_bytes > KEEP_MAX ? -EFBIG : 0;
}

static int take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct listing *l = arg;
	const struct row row = { oom, *arena, ++l->number };

	if (!ow_source_wanted(&l->period, oom)) {
		l->undated += !(oom->have & OW_OOM_TIME);
		return 0;
	}
	if (arg_reverse || arg_lines >= 0)
		return arg_lines == 0 ? 0 : keep(l, row, arena);
	return print(l, &row);
}

static int log_begin(void *arg, const char *name, const char *path,
		     const struct ow_line_clock *clock)
{
	struct listing *l = arg;
	size_t used;

	(void)path;
	l->reader = ow_oom_reader_new(&(struct ow_oom_options){ .source = name, .clock = *clock },
				      take, l);
	used = strlen(l->names);
	(void)snprintf(l->names + used, sizeof(l->names) - used, "%s%s", used ? ", " : "", name);
	return l->reader ? 0 : -ENOMEM;
}

static int log_feed(void *arg, const char *bytes, size_t n)
{
	struct listing *l = arg;

	return ow_oom_reader_feed(l->reader, bytes, n);
}

static void add_seen(struct ow_oom_seen *all, const struct ow_oom_seen *one)
{
	all->lines += one->lines;
	all->cut_lines += one->cut_lines;
	all->binary_lines += one->binary_lines;
	all->foreign_lines += one->foreign_lines;
	all->lost += one->lost;
	all->suppressed += one->suppressed;
	if (!(one->have & OW_LINE_TIME))
		return;
	if (!(all->have & OW_LINE_TIME) || one->time_first_usec < all->time_first_usec)
		all->time_first_usec = one->time_first_usec;
	if (!(all->have & OW_LINE_TIME) || one->time_last_usec > all->time_last_usec)
		all->time_last_usec = one->time_last_usec;
	all->have |= OW_LINE_TIME;
}

static int log_end(void *arg)
{
	struct listing *l = arg;
	int error = ow_oom_reader_end(l->reader);

	add_seen(&l->seen, ow_oom_reader_seen(l->reader));
	l->reader = ow_oom_reader_free(l->reader);
	return error;
}

static int log_note(void *arg, const struct ow_source *source)
{
	(void)arg;
	(void)source; /* said on stderr by whoever found out */
	return 0;
}

/* Records that were held back, in the order that was asked for. */
static int print_kept(struct listing *l)
{
	int error = 0;

	for (size_t i = 0; i < l->n && error == 0; i++) {
		size_t from_oldest = arg_reverse ? l->n - 1 - i : i;

		error = print(l, &l->row[(l->first + from_oldest) % l->n]);
	}
	return error;
}

static void free_listing(struct listing *l)
{
	for (size_t i = 0; i < l->n; i++)
		(void)ow_arena_free(l->row[i].arena);
	free(l->row);
	l->reader = ow_oom_reader_free(l->reader);
	l->table = ow_table_free(l->table);
}

/* What a reader of the list should know of the sources. */
static void print_remarks(const struct ow_command *command, const struct listing *l)
{
	const struct {
		uint64_t n;
		const char *text;
	} remarks[] = {
		{ l->undated,
		  "kills have no date and are left out (--now or --utc may settle it)" },
		{ l->seen.suppressed, "reports were not printed by the kernel (rate limit)" },
		{ l->seen.lost, "lines were lost before they were read" },
		{ l->seen.cut_lines, "lines are longer than 64 KiB and were cut there" },
		{ l->seen.binary_lines, "lines are binary and were skipped" },
		{ l->seen.foreign_lines, "lines look like a report but are not the kernel's" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(remarks); i++)
		if (remarks[i].n)
			ow_command_warn(command, "%" PRIu64 " %s", remarks[i].n, remarks[i].text);
}

static int nothing(const struct ow_command *command, const struct listing *l)
{
	char first[OW_TIME_MAX], last[OW_TIME_MAX];
	const struct ow_oom_seen *seen = &l->seen;

	if (seen->have & OW_LINE_TIME)
		return ow_command_fail(command, OW_EXIT_NOTHING, "no OOM kill in %s, %s to %s",
				       l->names, ow_time_utc(seen->time_first_usec, first),
				       ow_time_utc(seen->time_last_usec, last));
	return ow_command_fail(command, OW_EXIT_NOTHING, "no OOM kill in %s, %" PRIu64 " lines",
			       l->names, seen->lines);
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(free_listing) struct listing l = { 0 };
	const struct ow_log_sink sink = { log_begin, log_feed, log_end, log_note, NULL, &l };
	int status, error;

	if (arg_lines > 0)
		l.cap = (size_t)arg_lines;
	if (!arg_no_pager && !arg_json)
		ow_command_pager();

	status = ow_source_read(command, &arg_source, n, argv, &sink, &l.period);
	error = print_kept(&l);
	if (error == 0)
		error = end_table(&l);
	if (error < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot print the list: %s",
				       strerror(-error));
	print_remarks(command, &l);
	if (status == OW_EXIT_DONE && l.printed == 0 && arg_lines != 0)
		return nothing(command, &l);
	return status;
}

static const struct ow_command kills = {
	.name = "oomwhy-kills",
	.synopsis = "[OPTION...] [SOURCE...]",
	.purpose = "List the OOM kills that a kernel log holds, oldest first",
	.about = "SOURCE is a kernel log in a file (also packed with gzip, xz or zstd), a folder\n"
		 "with journal files, a case, or - for standard input. Without one it is the\n"
		 "journal of this host, all boots, or else /dev/kmsg.",
	.operands = OW_COMPLETE_FILE,
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&kills, argc, argv);
}
