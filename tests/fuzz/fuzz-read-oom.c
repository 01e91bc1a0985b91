/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "read/oom-filter.h"
#include "read/oom.h"
#include "render/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KILLS_MAX  4096
#define CUTS_MAX   8    /* of each kind */
#define VICTIM_MAX 1024 /* further ones are not looked at */

/* What a reading gives: the records as text, the kills that kill lines tell of, and all victims. */
struct reading {
	char *text;
	size_t n_text;
	FILE *out;
	struct ow_oom_seen seen;
	size_t n_lines; /* in the input */
	size_t n_kills;
	struct {
		int64_t pid;
		size_t line;
	} kill[KILLS_MAX], victim[VICTIM_MAX];
	size_t n_victims;
};

static void check_line(const struct reading *reading, const struct ow_oom *oom, size_t line)
{
	if (line == 0 || line > reading->n_lines || line < oom->lines.first ||
	    line > oom->lines.last)
		abort();
}

/* What a zone has, it has from a line, and each size of free blocks is twice the one before. */
static void check_zone(const struct reading *reading, const struct ow_oom *oom,
		       const struct ow_oom_zone *zone)
{
	const struct ow_oom_blocks *b = zone->blocks.item;

	if (!zone->name || (zone->have & OW_ZONE_BLOCKS ? !zone->blocks_line : zone->blocks_whole))
		abort();
	if (zone->have & OW_ZONE_FREE)
		check_line(reading, oom, zone->line);
	if (zone->have & OW_ZONE_BLOCKS)
		check_line(reading, oom, zone->blocks_line);
	if (zone->reserve.n)
		check_line(reading, oom, zone->reserve_line);
	for (size_t i = 1; i < zone->blocks.n; i++)
		if (b[i].block_bytes != b[i - 1].block_bytes * 2)
			abort();
}

static int take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	const struct ow_oom_victim *v = ow_oom_victims(oom);
	const struct ow_oom_text *text = oom->texts.item;
	const struct ow_oom_task *task = ow_oom_tasks(oom);
	struct reading *reading = arg;
	struct ow_json json;

	if (ow_arena_bytes(*arena) > OW_OOM_RECORD_MAX || oom->line != oom->lines.first)
		abort();
	check_line(reading, oom, oom->line);
	for (size_t i = 0; i < oom->victims.n; i++) {
		check_line(reading, oom, v[i].line);
		if (!oom->killer && reading->n_victims < VICTIM_MAX) {
			reading->victim[reading->n_victims].pid = v[i].pid;
			reading->victim[reading->n_victims++].line = v[i].line;
		}
		/* A killer in user space may take back what it said. */
		if (!oom->killer && v[i].line != oom->lines.constraint &&
		    reading->n_kills < KILLS_MAX) {
			reading->kill[reading->n_kills].pid = v[i].pid;
			reading->kill[reading->n_kills++].line = v[i].line;
		}
	}
	for (size_t i = 0; i < oom->tasks.n; i++)
		check_line(reading, oom, task[i].line);
	for (size_t i = 0; i < oom->zones.n; i++)
		check_zone(reading, oom, &ow_oom_zones(oom)[i]);
	for (size_t i = 0; i < oom->texts.n; i++) {
		check_line(reading, oom, text[i].line);
		if (i && text[i].line <= text[i - 1].line)
			abort();
	}
	ow_json_init(&json, reading->out);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	return 0;
}

/* Scouted: each piece is looked at for so many words before it is read. */
static void read_scouted(struct reading *reading, const char *bytes, size_t n, size_t piece,
			 size_t words, const struct ow_oom_options *options)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;

	*reading = (struct reading){ .n_lines = 1 };
	for (size_t i = 0; i < n; i++)
		reading->n_lines += bytes[i] == '\n';
	reading->out = open_memstream(&reading->text, &reading->n_text);
	reader = ow_oom_reader_new(options, take, reading);
	if (!reading->out || !reader)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < n; i += piece) {
		const size_t length = n - i < piece ? n - i : piece;
		struct ow_oom_scout scout;

		if (words)
			scout.n = ow_oom_filter(bytes + i, length, scout.found, words);
		if (ow_oom_reader_feed_scouted(reader, bytes + i, length, words ? &scout : NULL))
			abort();
	}
	if (ow_oom_reader_end(reader) != 0 || ow_oom_reader_seen(reader)->bytes != n ||
	    ow_oom_reader_seen(reader)->lines > reading->n_lines)
		abort();
	reading->seen = *ow_oom_reader_seen(reader);
	(void)fclose(reading->out);
}

static void read_with(struct reading *reading, const char *bytes, size_t n, size_t piece,
		      const struct ow_oom_options *options)
{
	read_scouted(reading, bytes, n, piece, 0, options);
}

static void read_all(struct reading *reading, const char *bytes, size_t n, size_t piece)
{
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };

	read_with(reading, bytes, n, piece, &options);
}

/* What goes the short way is the same as on the long one. */
static void check_ways(const char *bytes, size_t n)
{
	const struct ow_oom_options options = { .source = "log", .keep_texts = true };
	const struct ow_oom_options long_way = { .source = "log",
						 .keep_texts = true,
						 .long_way = true };
	static struct reading one, other;

	read_with(&one, bytes, n, n ? n : 1, &options);
	read_with(&other, bytes, n, n ? n : 1, &long_way);
	if (one.n_text != other.n_text || memcmp(one.text, other.text, one.n_text) != 0 ||
	    memcmp(&one.seen, &other.seen, sizeof(one.seen)) != 0)
		abort();
	free(one.text);
	free(other.text);
}

/* The same bytes in pieces of any size, looked at before or not, are the same records; also of what
 * is no kill. */
static void check_pieces(const char *bytes, size_t n, bool all)
{
	const struct ow_oom_options options = {
		.source = "log", .keep_texts = true, .failures = all, .foreign = all
	};
	static struct reading whole, pieces;

	read_with(&whole, bytes, n, n ? n : 1, &options);
	for (size_t words = 0; words <= 2; words++) {
		read_scouted(&pieces, bytes, n, n % 13 + 1 + 100 * words, words, &options);
		if (whole.n_text != pieces.n_text ||
		    memcmp(whole.text, pieces.text, whole.n_text) != 0 ||
		    memcmp(&whole.seen, &pieces.seen, sizeof(whole.seen)) != 0)
			abort();
		free(pieces.text);
	}
	free(whole.text);
}

/* A stamp in front of each line: then none can be the rest of another. */
static char *stamped(const char *bytes, size_t n, size_t *ret_n)
{
	struct ow_str rest = { bytes, n }, line;
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_n);

	if (!out)
		exit(EXIT_FAILURE);
	while (ow_scan_line(&rest, &line))
		fprintf(out, "[    1.000000] %.*s\n", (int)line.n, line.p);
	(void)fclose(out);
	return text;
}

/* A log that is cut behind a line tells of the kills that the whole one has up to there. */
static void check_cut(const char *bytes, size_t n)
{
	static struct reading whole, cut;
	const char *end = n ? memrchr(bytes, '\n', n / 2) : NULL;
	size_t n_before = 0;

	if (!end)
		return;
	read_all(&whole, bytes, n, n);
	read_all(&cut, bytes, (size_t)(end - bytes) + 1, n);
	for (size_t i = 0; i < whole.n_kills; i++)
		n_before += whole.kill[i].line < cut.n_lines;
	if (cut.n_kills < KILLS_MAX && whole.n_kills < KILLS_MAX && cut.n_kills != n_before)
		abort();
	free(whole.text);
	free(cut.text);
}

static bool names(const struct reading *reading, int64_t pid)
{
	for (size_t i = 0; i < reading->n_victims; i++)
		if (reading->victim[i].pid == pid)
			return true;
	return false;
}

/* Does the line, alone and whole, name the process as killed or chosen? */
static bool line_names(const char *bytes, size_t n, size_t line, int64_t pid)
{
	static struct reading alone;
	struct ow_str rest = { bytes, n }, text = { 0 };
	bool found;

	while (line-- > 0 && ow_scan_line(&rest, &text))
		;
	read_all(&alone, text.p, text.n, text.n ? text.n : 1);
	found = names(&alone, pid);
	free(alone.text);
	return found;
}

/*
 * Less of a log never names somebody as killed whom none of its lines names, and whom the whole log
 * does not: not where it is cut within a number or a name, and not where lines are missing. dropped
 * is the line that is not in less; 0 for none. Killers in user space are left out: some say later
 * that they only rehearsed, or that the signal was refused, and without that line the kill stands.
 */
static void check_less(const struct reading *whole, const char *bytes, size_t n, const char *less,
		       size_t n_less, size_t dropped)
{
	static struct reading reading;

	read_all(&reading, less, n_less, n_less ? n_less : 1);
	for (size_t i = 0; i < reading.n_victims && whole->n_victims < VICTIM_MAX; i++) {
		const int64_t pid = reading.victim[i].pid;
		size_t line = reading.victim[i].line;

		line += dropped && line >= dropped;
		if (!names(whole, pid) && !line_names(bytes, n, line, pid))
			abort();
	}
	free(reading.text);
}

/* At places that the input itself chooses. */
static void check_victims(const char *bytes, size_t n)
{
	static struct reading whole;
	const size_t step = n / CUTS_MAX + 1;
	struct ow_str rest = { bytes, n }, dropped;
	size_t line = 0;
	char *less;

	if (n == 0 || memchr(bytes, '\0', n)) /* a line with a NUL is skipped, its front is not */
		return;
	read_all(&whole, bytes, n, n);
	less = malloc(n);
	if (!less)
		exit(EXIT_FAILURE);
	for (size_t at = (unsigned char)bytes[n / 2] % step; at < n; at += step)
		check_less(&whole, bytes, n, bytes, at, 0);
	for (size_t at = 0; ow_scan_line(&rest, &dropped); at = n - rest.n) {
		line++;
		if (whole.n_lines > CUTS_MAX && (line + n) % (whole.n_lines / CUTS_MAX))
			continue;
		memcpy(less, bytes, at);
		memcpy(less + at, rest.p, rest.n);
		check_less(&whole, bytes, n, less, at + rest.n, line);
	}
	free(less);
	free(whole.text);
}

/* With vectors and without, the same is passed over. */
static void check_filter(const char *bytes, size_t n)
{
	struct ow_oom_found vector[8], portable[8];
	const size_t max = n % OW_ARRAY_SIZE(vector) + 1;
	const size_t found = ow_oom_filter(bytes, n, vector, max);

	if (ow_oom_filter_portable(bytes, n, portable, max) != found ||
	    memcmp(vector, portable, found * sizeof(vector[0])) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;
	char *text = stamped((const char *)data, size, &n);

	check_filter((const char *)data, size);
	check_pieces((const char *)data, size, false);
	check_pieces((const char *)data, size, true);
	check_ways((const char *)data, size);
	check_ways(text, n);
	check_cut(text, n);
	check_victims(text, n);
	free(text);
	return 0;
}
