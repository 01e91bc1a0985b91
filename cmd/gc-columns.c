/* SPDX-License-Identifier: Apache-2.0 */
/* The collections one by one: for people, and for spreadsheets. */
#include <inttypes.h>
#include <string.h>

#include "base/escape.h"
#include "base/time.h"
#include "gc.h"

#define MIB (UINT64_C(1) << 20)

enum kind {
	KIND_U64,
	KIND_USEC, /* a double */
	KIND_BOOL,
	KIND_PROCS, /* unsigned */
};

/* A value of a cycle. */
struct column {
	const char *name;
	enum kind kind;
	size_t offset;
	unsigned have; /* 0: always there */
};

#define CYCLE(field) .name = #field, .offset = offsetof(struct ow_gc_cycle, field)

static const struct column columns[] = {
	{ CYCLE(number), .kind = KIND_U64 },
	{ CYCLE(at_usec), .kind = KIND_U64, .have = OW_GC_AT },
	{ CYCLE(cpu_percent), .kind = KIND_PROCS, .have = OW_GC_PERCENT },
	{ CYCLE(stop_usec), .kind = KIND_USEC, .have = OW_GC_CLOCK },
	{ CYCLE(mark_usec), .kind = KIND_USEC, .have = OW_GC_CLOCK },
	{ CYCLE(stop_cpu_usec), .kind = KIND_USEC, .have = OW_GC_CPU },
	{ CYCLE(assist_usec), .kind = KIND_USEC, .have = OW_GC_CPU },
	{ CYCLE(background_usec), .kind = KIND_USEC, .have = OW_GC_CPU },
	{ CYCLE(idle_usec), .kind = KIND_USEC, .have = OW_GC_CPU },
	{ CYCLE(start_bytes), .kind = KIND_U64, .have = OW_GC_START },
	{ CYCLE(end_bytes), .kind = KIND_U64, .have = OW_GC_START },
	{ CYCLE(live_bytes), .kind = KIND_U64 },
	{ CYCLE(goal_bytes), .kind = KIND_U64, .have = OW_GC_GOAL },
	{ CYCLE(stacks_bytes), .kind = KIND_U64, .have = OW_GC_STACKS },
	{ CYCLE(globals_bytes), .kind = KIND_U64, .have = OW_GC_STACKS },
	{ CYCLE(procs), .kind = KIND_PROCS, .have = OW_GC_PROCS },
	{ CYCLE(forced), .kind = KIND_BOOL },
	{ CYCLE(periodic), .kind = KIND_BOOL },
};

static void put_value(const struct column *column, const struct ow_gc_cycle *cycle, FILE *out)
{
	const char *p = (const char *)cycle + column->offset;

	if (column->have && !(cycle->have & column->have))
		return;
	switch (column->kind) {
	case KIND_U64:
		(void)fprintf(out, "%" PRIu64, *(const uint64_t *)(const void *)p);
		return;
	case KIND_USEC:
		(void)fprintf(out, "%.12g", *(const double *)(const void *)p);
		return;
	case KIND_BOOL:
		(void)fputs(*(const bool *)(const void *)p ? "true" : "false", out);
		return;
	case KIND_PROCS:
		(void)fprintf(out, "%u", *(const unsigned *)(const void *)p);
		return;
	}
}

/* In quotes where it has to be, and with every byte that is no text as \xNN. */
static void put_text(struct ow_str text, struct ow_arena *scratch, FILE *out)
{
	const char *shown = ow_escape_text(scratch, text);

	if (!shown || !strpbrk(shown, ",\"")) {
		(void)fputs(shown ? shown : "", out);
		return;
	}
	(void)fputc('"', out);
	for (; *shown; shown++) {
		if (*shown == '"')
			(void)fputc('"', out);
		(void)fputc(*shown, out);
	}
	(void)fputc('"', out);
}

void gc_csv_head(FILE *out)
{
	(void)fputs("process,source,line,who,time", out);
	for (size_t i = 0; i < OW_ARRAY_SIZE(columns); i++)
		(void)fprintf(out, ",%s", columns[i].name);
	(void)fputs(",torn\r\n", out);
}

void gc_csv_row(const struct ow_gc_life *life, const struct ow_gc_event *event,
		struct ow_arena *scratch, FILE *out)
{
	char time[OW_TIME_MAX];

	(void)fprintf(out, "%zu,", life->number);
	put_text(ow_str(life->source ? life->source : ""), scratch, out);
	(void)fprintf(out, ",%zu,", event->line);
	put_text(event->who, scratch, out);
	(void)fprintf(out, ",%s", event->have_time ? ow_time_utc(event->time_usec, time) : "");
	for (size_t i = 0; i < OW_ARRAY_SIZE(columns); i++) {
		(void)fputc(',', out);
		put_value(&columns[i], &event->cycle, out);
	}
	(void)fprintf(out, ",%s\r\n", event->torn ? "true" : "false");
}

#define TABLE "%3s %7s %10s %7s %7s %7s %7s %7s %9s %9s%s"

void gc_table_head(FILE *out)
{
	(void)fprintf(out, TABLE "\n", "#", "GC", "AT", "BEGAN", "LIVE", "GOAL", "STACKS", "CPU",
		      "STOPPED", "MARKED", "");
}

/* "12.6s" */
static const char *seconds(uint64_t usec, char buffer[32])
{
	(void)snprintf(buffer, 32, "%.3fs", (double)usec / OW_USEC_PER_SEC);
	return buffer;
}

/* "0.15ms", of two digits as the runtime prints it */
static const char *milliseconds(double usec, char buffer[32])
{
	const double ms = usec / 1000;

	(void)snprintf(buffer, 32, ms >= 10 ? "%.0fms" : "%.2gms", ms);
	return buffer;
}

static const char *megabytes(bool have, uint64_t bytes, char buffer[32])
{
	(void)snprintf(buffer, 32, "%" PRIu64 "M", bytes / MIB);
	return have ? buffer : "-";
}

void gc_table_row(const struct ow_gc_life *life, const struct ow_gc_event *event, FILE *out)
{
	const struct ow_gc_cycle *c = &event->cycle;
	char process[32], number[32], at[32], began[32], live[32], goal[32], stacks[32], cpu[32];
	char stop[32], mark[32];

	(void)snprintf(process, sizeof(process), "%zu", life->number);
	(void)snprintf(number, sizeof(number), "%" PRIu64, c->number);
	(void)snprintf(cpu, sizeof(cpu), "%u%%", c->cpu_percent);
	(void)fprintf(out, TABLE, process, number,
		      c->have & OW_GC_AT ? seconds(c->at_usec, at) : "-",
		      megabytes(c->have & OW_GC_START, c->start_bytes, began),
		      megabytes(true, c->live_bytes, live),
		      megabytes(c->have & OW_GC_GOAL, c->goal_bytes, goal),
		      megabytes(c->have & OW_GC_STACKS, c->stacks_bytes, stacks),
		      c->have & OW_GC_PERCENT ? cpu : "-",
		      c->have & OW_GC_CLOCK ? milliseconds(c->stop_usec, stop) : "-",
		      c->have & OW_GC_CLOCK ? milliseconds(c->mark_usec, mark) : "-", "");
	(void)fprintf(out, "%s%s%s\n", c->forced ? " forced" : "", c->periodic ? " periodic" : "",
		      event->torn ? " torn" : "");
}
