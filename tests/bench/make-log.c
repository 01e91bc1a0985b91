/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a kernel log to be read fast, the same for the same arguments:
 *
 *   make-log sparse|dense BYTES SEED FIXTURE...
 *
 * sparse: an OOM report every 20,000 lines, what else a host's kernel and daemons say in between,
 * by turns as dmesg, syslog and rsyslog print it. dense: nothing but reports, as dmesg prints them,
 * a quarter of them with a longer task table. The reports are those of the fixtures that killed
 * exactly one process, so that `grep -c 'Killed process'` and the records are the same number.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/time.h"
#include "noise.h"
#include "read/line.h"

#define REPORT_EVERY 20000 /* lines */
#define FIRST_REPORT 100
#define FORM_LINES   2000 /* then the lines have another form */
#define ROWS_TIMES   16   /* how much longer a long task table is */
#define FIXTURE_MAX  OW_MIB(1)
#define START_USEC   INT64_C(1795154068000000) /* 2026-11-20 */

struct report {
	struct ow_str *line; /* without what carries it */
	size_t n;
};

struct reports {
	struct ow_arena *arena;
	struct report *item;
	size_t n;
};

enum form {
	FORM_DMESG,
	FORM_SYSLOG,
	FORM_RSYSLOG,
	FORM_COUNT,
};

struct log {
	bool dense;
	struct random random;
	uint64_t bytes, lines;
	uint64_t next_report; /* the line at which it begins */
	int64_t boot_usec;
};

/* One line of the kernel goes to the last report; a head begins the next one. */
static void add_line(struct reports *reports, struct ow_str text, bool *in_report)
{
	struct report *report;

	if (ow_str_has(text, " invoked oom-killer")) {
		*in_report = true;
		reports->item =
			ow_grow(reports->arena, reports->item, reports->n, sizeof(*reports->item));
		if (!reports->item)
			errx(1, "out of memory");
		reports->item[reports->n++] = (struct report){ 0 };
	} else if (ow_str_has(text, "oomwhy: scenario")) {
		*in_report = false;
	}
	if (!*in_report)
		return;
	report = &reports->item[reports->n - 1];
	report->line = ow_grow(reports->arena, report->line, report->n, sizeof(*report->line));
	if (!report->line)
		errx(1, "out of memory");
	report->line[report->n++] = text;
}

static bool kills_one(const struct report *report)
{
	size_t kills = 0;

	for (size_t i = 0; i < report->n; i++)
		kills += ow_str_has(report->line[i], "Killed process");
	return kills == 1;
}

static void load(struct reports *reports, const char *path)
{
	struct ow_err err = { "" };
	struct ow_str bytes, raw, text;
	struct ow_line line = { 0 };
	size_t n, before = reports->n, kept = before;
	bool in_report = false;
	char *copy;

	if (ow_file_read(AT_FDCWD, path, FIXTURE_MAX, reports->arena, &bytes, &err) < 0)
		errx(1, "%s", err.text);
	while (ow_scan_line(&bytes, &raw)) {
		ow_line_unwrap(raw, &(struct ow_line_clock){ 0 }, &line);
		copy = ow_alloc(reports->arena, line.text.n + 1, 1);
		if (!copy)
			errx(1, "out of memory");
		n = line.text.n ? ow_line_unescape(line.text, copy) : 0;
		for (struct ow_str rest = { copy, n }; ow_scan_line(&rest, &text);)
			add_line(reports, text, &in_report);
	}
	for (size_t i = before; i < reports->n; i++)
		if (kills_one(&reports->item[i]))
			reports->item[kept++] = reports->item[i];
	reports->n = kept;
}

static enum form form_of(const struct log *log)
{
	return log->dense ? FORM_DMESG : (enum form)(log->lines / FORM_LINES % FORM_COUNT);
}

static int syslog_front(char *out, size_t room, int64_t usec, const char *tag)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	const time_t sec = (time_t)(usec / OW_USEC_PER_SEC);
	struct tm tm;

	(void)gmtime_r(&sec, &tm);
	return snprintf(out, room, "%s %2d %02d:%02d:%02d web-1 %s: ", months[tm.tm_mon],
			tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, tag);
}

/* program is NULL for the kernel's own lines. */
static void put_line(struct log *log, const char *program, struct ow_str text)
{
	const enum form form = form_of(log);
	const char *tag = program ? program : "kernel";
	char front[160], iso[OW_TIME_MAX];
	int n = 0;

	if (form == FORM_SYSLOG)
		n = syslog_front(front, sizeof(front), START_USEC + log->boot_usec, tag);
	else if (form == FORM_RSYSLOG)
		n = snprintf(front, sizeof(front),
			     "%s web-1 %s: ", ow_time_utc(START_USEC + log->boot_usec, iso), tag);
	if (!program || form == FORM_DMESG)
		n += snprintf(front + n, sizeof(front) - (size_t)n, "[%5" PRId64 ".%06" PRId64 "] ",
			      log->boot_usec / OW_USEC_PER_SEC, log->boot_usec % OW_USEC_PER_SEC);
	if (program && form == FORM_DMESG)
		n += snprintf(front + n, sizeof(front) - (size_t)n, "%s: ", program);
	(void)fwrite(front, 1, (size_t)n, stdout);
	(void)fwrite(text.p, 1, text.n, stdout);
	(void)putchar('\n');
	log->bytes += (uint64_t)n + text.n + 1;
	log->lines++;
}

/* "[    633]     0   633      287 ..." once more, of another process. */
static void put_row(struct log *log, struct ow_str row, uint64_t shift)
{
	struct ow_str s = row;
	uint64_t pid, uid, tgid;
	char text[256];
	int n;

	if (!ow_scan_char(&s, '[') || !ow_scan_blanks(&s) || !ow_scan_u64(&s, &pid) ||
	    !ow_scan_char(&s, ']') || !ow_scan_blanks(&s) || !ow_scan_u64(&s, &uid) ||
	    !ow_scan_blanks(&s) || !ow_scan_u64(&s, &tgid))
		return;
	n = snprintf(text, sizeof(text), "[%7" PRIu64 "] %5" PRIu64 " %5" PRIu64 "%.*s",
		     pid + shift, uid, tgid + shift, (int)s.n, s.p);
	if (n < (int)sizeof(text))
		put_line(log, NULL, (struct ow_str){ text, (size_t)n });
}

static bool is_row(struct ow_str text)
{
	uint64_t pid;

	return ow_scan_char(&text, '[') && ow_scan_blanks(&text) && ow_scan_u64(&text, &pid);
}

/* The rows of the task table come as many times as said, each time of other processes. */
static void put_report(struct log *log, const struct report *report, unsigned times)
{
	size_t first_row = 0;

	for (size_t i = 0; i < report->n; i++) {
		const bool row = is_row(report->line[i]), last = i + 1 == report->n;

		log->boot_usec += 1 + (int64_t)random_below(&log->random, 20);
		put_line(log, NULL, report->line[i]);
		if (!row)
			first_row = i + 1;
		else if (last || !is_row(report->line[i + 1]))
			for (unsigned t = 1; t < times; t++)
				for (size_t k = first_row; k <= i; k++)
					put_row(log, report->line[k], 100000 * t);
	}
}

static void put_noise(struct log *log)
{
	struct noise noise;

	noise_make(&log->random, &noise);
	put_line(log, noise.program, (struct ow_str){ noise.text, noise.n });
}

static void write_log(struct log *log, const struct reports *reports, uint64_t bytes)
{
	while (log->bytes < bytes) {
		const struct report *r = &reports->item[random_below(&log->random, reports->n)];
		const bool is_long = log->dense && random_below(&log->random, 4) == 0;

		log->boot_usec += (int64_t)random_below(&log->random, 80000);
		if (log->dense || log->lines >= log->next_report) {
			put_report(log, r, is_long ? ROWS_TIMES : 1);
			log->next_report += REPORT_EVERY;
		} else {
			put_noise(log);
		}
	}
}

static uint64_t number(const char *text)
{
	struct ow_str s = ow_str(text);
	uint64_t n;

	if (!ow_scan_u64(&s, &n) || s.n)
		errx(2, "not a number: %s", text);
	return n;
}

int main(int argc, char *argv[])
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	struct reports reports = { .arena = arena };
	struct log log = { 0 };

	if (argc < 5 || (strcmp(argv[1], "sparse") != 0 && strcmp(argv[1], "dense") != 0))
		errx(2, "usage: make-log sparse|dense BYTES SEED FIXTURE...");
	if (!arena)
		errx(1, "out of memory");
	for (int i = 4; i < argc; i++)
		load(&reports, argv[i]);
	if (reports.n == 0)
		errx(1, "no fixture has a report that killed one process");
	log.dense = strcmp(argv[1], "dense") == 0;
	log.random.state = number(argv[3]);
	log.next_report = FIRST_REPORT;
	write_log(&log, &reports, number(argv[2]));
	if (fflush(stdout) != 0)
		err(1, "cannot write the log");
	return 0;
}
