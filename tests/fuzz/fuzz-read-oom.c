/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "read/oom-filter.h"
#include "read/oom.h"
#include "render/fields.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define KILLS_MAX 4096

/* What a reading gives: the records as text, and the kills that kill lines tell of. */
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
	} kill[KILLS_MAX];
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

static void read_with(struct reading *reading, const char *bytes, size_t n, size_t piece,
		      const struct ow_oom_options *options)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;

	*reading = (struct reading){ .n_lines = 1 };
	for (size_t i = 0; i < n; i++)
		reading->n_lines += bytes[i] == '\n';
	reading->out = open_memstream(&reading->text, &reading->n_text);
	reader = ow_oom_reader_new(options, take, reading);
	if (!reading->out || !reader)
		exit(EXIT_FAILURE);
	for (size_t i = 0; i < n; i += piece)
		if (ow_oom_reader_feed(reader, bytes + i, n - i < piece ? n - i : piece) != 0)
			abort();
	if (ow_oom_reader_end(reader) != 0 || ow_oom_reader_seen(reader)->bytes != n ||
	    ow_oom_reader_seen(reader)->lines > reading->n_lines)
		abort();
	reading->seen = *ow_oom_reader_seen(reader);
	(void)fclose(reading->out);
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

/* The same bytes in pieces of any size are the same records. */
static void check_pieces(const char *bytes, size_t n)
{
	static struct reading whole, pieces;

	read_all(&whole, bytes, n, n ? n : 1);
	read_all(&pieces, bytes, n, n % 13 + 1);
	if (whole.n_text != pieces.n_text || memcmp(whole.text, pieces.text, whole.n_text) != 0)
		abort();
	free(whole.text);
	free(pieces.text);
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

/* With vectors and without, the same is passed over. */
static void check_filter(const char *bytes, size_t n)
{
	struct ow_oom_found vector = ow_oom_filter(bytes, n);
	struct ow_oom_found portable = ow_oom_filter_portable(bytes, n);

	if (vector.at != portable.at || vector.feeds != portable.feeds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t n;
	char *text = stamped((const char *)data, size, &n);

	check_filter((const char *)data, size);
	check_pieces((const char *)data, size);
	check_ways((const char *)data, size);
	check_ways(text, n);
	check_cut(text, n);
	free(text);
	return 0;
}
