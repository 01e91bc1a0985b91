/* SPDX-License-Identifier: Apache-2.0 */
#include "report/heap.h"

#include "render/report.h"
#include "unit.h"

static void bytes_are_read_at_a_glance(void **state)
{
	static const struct {
		int64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0 bytes" },           { 1, "1 byte" },          { -1023, "-1023 bytes" },
		{ 1024, "1.0 kB" },         { 1048575, "1.0 MiB" },   { 29471279, "28.1 MiB" },
		{ -29471279, "-28.1 MiB" }, { INT64_MAX, "8.0 EiB" }, { INT64_MIN, "-8.0 EiB" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(ow_heap_bytes_text(*state, rows[i].bytes), rows[i].text);
}

static void a_frame_says_what_is_known_of_it(void **state)
{
	static const struct {
		struct ow_heap_frame frame;
		const char *text;
	} rows[] = {
		{ { .have = OW_HEAP_FRAME_LINE,
		    .name = { "main.f", 6 },
		    .file = { "/src/main.go", 12 },
		    .line = 7 },
		  "main.f main.go:7" },
		{ { .name = { "main.f", 6 }, .file = { "/src/main.go", 12 } }, "main.f main.go" },
		{ { .name = { "main.f", 6 } }, "main.f" },
		{ { .have = OW_HEAP_FRAME_ADDRESS, .address = 0x47f3a1 }, "0x47f3a1" },
		{ { .origin = OW_HEAP_NAMELESS }, "(unknown)" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(ow_heap_frame_text(*state, &rows[i].frame), rows[i].text);
}

static char *shown(struct ow_arena *arena, const struct ow_heap *heap,
		   const struct ow_heap_style *style)
{
	const struct ow_report_style paper = { .width = 200 };
	struct ow_doc doc;
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	assert_int_equal(ow_heap_doc(heap, style, arena, &doc), 0);
	assert_int_equal(ow_doc_print_text(&doc, &paper, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* Two rows of equal bytes, with an error that is as large. */
static struct ow_heap_row uncertain_row(const char *name)
{
	return (struct ow_heap_row){
		.have = OW_HEAP_ROW_WHO,
		.sums = { .have = OW_HEAP_INUSE | OW_HEAP_ERROR | OW_HEAP_SHARE,
			  .inuse_bytes = 4096,
			  .error_bytes = 4096,
			  .samples = 1,
			  .share_permyriad = 5000 },
		.site = { .name = ow_str(name) },
		.who = { .name = ow_str(name) },
		.first_rank = 1,
		.last_rank = 2,
	};
}

static void rows_that_cannot_be_told_apart_are_said_to_be_so(void **state)
{
	struct ow_heap_row rows[] = { uncertain_row("main.a"), uncertain_row("main.b") };
	const struct ow_heap heap = {
		.have = OW_HEAP_PERIOD,
		.go = true,
		.profiles = 1,
		.period_bytes = 524288,
		.total = { .have = OW_HEAP_INUSE | OW_HEAP_ERROR,
			   .inuse_bytes = 8192,
			   .samples = 2,
			   .error_bytes = 5793 },
		.rows = { rows, 2 },
	};
	char *text = shown(*state, &heap, &(struct ow_heap_style){ .rows = 10 });

	assert_non_null(strstr(text, "Within one sigma rows 1 and 2 cannot be told apart"));
	assert_non_null(strstr(text, "Known from 2 sampled objects"));
	free(text);
	rows[0].last_rank = 1;
	rows[1].first_rank = 2;
	text = shown(*state, &heap, &(struct ow_heap_style){ .rows = 10 });
	assert_null(strstr(text, "told apart"));
	free(text);
}

/* What is to be copied into a shell does what it says, whatever functions and files are called. */
static void names_in_commands_are_quoted(void **state)
{
	static const char *const source[] = { "a b;c" };
	struct ow_heap_row row = uncertain_row("main.(*T).f");
	struct ow_heap_holder holder = { .who = row.who, .sums = row.sums, .rows = 1 };
	const struct ow_heap heap = {
		.go = true,
		.profiles = 1,
		.rows = { &row, 1 },
		.holders = { &holder, 1 },
	};
	const struct ow_heap_style style = { .rows = 1, .source = source, .n_sources = 1 };
	char *text = shown(*state, &heap, &style);

	assert_non_null(strstr(text, "oomwhy heap -list='^main\\.\\(\\*T\\)\\.f$' 'a b;c'\n"));
	free(text);
	holder.who.name = OW_STR("main.\033[2Jf");
	text = shown(*state, &heap, &style);
	assert_null(strstr(text, "-list="));
	assert_null(strchr(text, '\033'));
	free(text);
}

/* A map takes as much as a slice of other slots: it is not called one. */
static void what_keeps_the_objects_is_a_slice_or_a_map(void **state)
{
	struct ow_heap_row row = uncertain_row("main.put");
	const struct ow_heap heap = { .go = true, .profiles = 1, .rows = { &row, 1 } };
	char *text;

	row.have |= OW_HEAP_ROW_KEEPER;
	row.sums.inuse_objects = 390733;
	row.keeper = (struct ow_heap_keeper){
		.site = row.site,
		.bytes = 10955640,
		.slots = 456485,
		.slot_bytes = 24,
	};
	text = shown(*state, &heap, &(struct ow_heap_style){ .rows = 1 });
	assert_non_null(strstr(text, "main.put holds 10.4 MiB, room for 456,485 slots of 24 bytes "
				     "where 390,733 objects are in use: the slice or map that"));
	free(text);
}

/* What is not sampled is neither newer nor garbage. */
static void what_was_not_sampled_is_said_to_be_so(void **state)
{
	static const struct {
		const char *word, *rest;
	} rows[] = {
		{ "rate-zero", "shows <1 % of it; the rest was not sampled.\n" },
		{ "raw-counts", "shows <1 % of it.\n" },
		{ "comments", "shows <1 % of it; the rest is newer, or garbage.\n" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_heap_row row = uncertain_row("main.f");
		struct ow_heap_oddity oddity = { .word = rows[i].word, .meaning = "" };
		const struct ow_heap heap = {
			.go = true,
			.profiles = 1,
			.age = { .have = OW_HEAP_AGE_LIVE, .live_bytes = 1 << 30 },
			.rows = { &row, 1 },
			.oddities = { &oddity, 1 },
		};
		char *text = shown(*state, &heap, &(struct ow_heap_style){ .rows = 1 });

		assert_non_null(strstr(text, rows[i].rest));
		assert_int_equal(!!strstr(text, "(nothing was sampled)"), i == 0);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(bytes_are_read_at_a_glance),
		UNIT(a_frame_says_what_is_known_of_it),
		UNIT(rows_that_cannot_be_told_apart_are_said_to_be_so),
		UNIT(names_in_commands_are_quoted),
		UNIT(what_keeps_the_objects_is_a_slice_or_a_map),
		UNIT(what_was_not_sampled_is_said_to_be_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
