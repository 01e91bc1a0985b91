/* SPDX-License-Identifier: Apache-2.0 */
#include "read/profile.h"

#include <errno.h>
#include <inttypes.h>

#include "profile.h"

/* All that is in a profile, as text. */
static char *shown(struct ow_arena *arena, const struct ow_profile *profile)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	char *text = ow_printf(arena, "%" PRId64 "/", profile->period);

	assert_int_equal(ow_profile_walk_init(&walk, profile, arena), 0);
	for (size_t i = 0; i < profile->n_types; i++)
		text = ow_printf(arena, "%s %.*s", text, (int)profile->type[i].type.n,
				 profile->type[i].type.p);
	while (ow_profile_walk_next(&walk, &sample)) {
		text = ow_printf(arena, "%s |", text);
		for (size_t i = 0; i < sample.n_locations; i++) {
			const struct ow_profile_location *l =
				&profile->location[sample.location[i]];

			text = ow_printf(arena, "%s %" PRIx64, text, l->address);
			for (uint32_t k = 0; k < l->n_lines; k++)
				text = ow_printf(arena, "%s%c%.*s:%" PRId64, text, k ? ',' : '=',
						 (int)profile->function[l->line[k].function].name.n,
						 profile->function[l->line[k].function].name.p,
						 l->line[k].line);
		}
		for (size_t i = 0; i < sample.n_labels; i++)
			text = ow_printf(arena, "%s {%.*s %.*s%" PRId64 "}", text,
					 (int)sample.label[i].key.n, sample.label[i].key.p,
					 (int)sample.label[i].text.n, sample.label[i].text.p,
					 sample.label[i].number);
		for (size_t i = 0; i < profile->n_types; i++)
			text = ow_printf(arena, "%s %" PRId64, text, sample.value[i]);
	}
	return text;
}

static void texts(struct proto *p)
{
	static const char *const all[] = { "",      "objects", "count",  "space",
					   "bytes", "main.a",  "main.b", "/src/main.go" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(all); i++)
		proto_text(p, all[i]);
}

static void types(struct proto *p)
{
	PROTO_NUMBERS(p, 1, 1, 2);
	PROTO_NUMBERS(p, 1, 3, 4);
}

static void functions(struct proto *p, uint64_t id)
{
	PROTO_NUMBERS(p, 5, id, 5, 5, 7);
	PROTO_NUMBERS(p, 5, id + 1, 6, 6, 7);
}

static void location(struct proto *p, uint64_t id, uint64_t address, uint64_t function)
{
	struct proto part = { .n = 0 };

	proto_number(&part, 1, id);
	proto_number(&part, 3, address);
	PROTO_NUMBERS(&part, 4, function, 12);
	proto_part(p, 4, &part);
}

static void sample(struct proto *p, uint64_t id, bool packed)
{
	struct proto part = { .n = 0 }, stack = { .n = 0 }, values = { .n = 0 };

	proto_varint(&stack, id);
	proto_varint(&stack, id + 1);
	proto_varint(&values, 3);
	proto_varint(&values, 300);
	if (packed) {
		proto_part(&part, 1, &stack);
		proto_part(&part, 2, &values);
	} else {
		proto_number(&part, 1, id);
		proto_number(&part, 1, id + 1);
		proto_number(&part, 2, 3);
		proto_number(&part, 2, 300);
	}
	PROTO_NUMBERS(&part, 3, 4, 0, 100);
	proto_part(p, 2, &part);
}

static const char same[] = "512/ objects space | 10=main.a:12 20=main.b:12 {bytes 100} 6 600";

/* The samples first and all packed, as pprof writes it; or last and not, with ids of any size. */
static void orders_and_packings_are_the_same(void **state)
{
	static const uint64_t ids[] = { 1, 1000, UINT64_C(1) << 20, (UINT64_C(1) << 21) - 1,
					UINT64_C(1) << 40 };
	struct ow_profile *profile;

	for (size_t i = 0; i < 2 * OW_ARRAY_SIZE(ids); i++) {
		const uint64_t id = ids[i / 2];
		struct proto p = { .n = 0 };
		struct ow_err err;

		types(&p);
		if (i % 2) {
			sample(&p, id, true);
			sample(&p, id, true);
			location(&p, id + 1, 0x20, id + 1);
			location(&p, id, 0x10, id);
			functions(&p, id);
			proto_number(&p, 12, 512);
			texts(&p);
		} else {
			texts(&p);
			proto_number(&p, 12, 512);
			functions(&p, id);
			location(&p, id, 0x10, id);
			location(&p, id + 1, 0x20, id + 1);
			sample(&p, id, false);
			sample(&p, id, true);
		}
		for (size_t piece = 1; piece < 200; piece += 99) {
			assert_int_equal(profile_feed(p.byte, p.n, piece, *state, &profile, &err),
					 0);
			assert_string_equal(shown(*state, profile), same);
			ow_arena_clear(*state);
		}
	}
}

/* Whatever is left out of a profile, it is said or the rest is whole. */
static void a_profile_that_is_cut_is_said(void **state)
{
	struct ow_profile *profile;
	struct proto p = { .n = 0 };
	struct ow_err err;
	size_t whole = 0;

	types(&p);
	sample(&p, 1, true);
	location(&p, 1, 0x10, 1);
	location(&p, 2, 0x20, 2);
	functions(&p, 1);
	texts(&p);
	for (size_t n = 0; n < p.n; n++) {
		err.text[0] = '\0';
		if (profile_feed(p.byte, n, 1000, *state, &profile, &err) == 0)
			whole++;
		else
			assert_non_null(strstr(err.text, "'test'"));
	}
	assert_int_equal(whole, 0);
	assert_int_equal(profile_feed(p.byte, p.n, 1000, *state, &profile, &err), 0);
}

static void no_table(struct proto *p)
{
	types(p);
}

static void two_times(struct proto *p)
{
	proto_number(p, 9, 1);
	proto_number(p, 9, 2);
}

static void first_text(struct proto *p)
{
	proto_text(p, "first");
}

static void no_location(struct proto *p)
{
	types(p);
	texts(p);
	sample(p, 8, true);
}

static void no_function(struct proto *p)
{
	types(p);
	texts(p);
	location(p, 3, 0x10, 77);
}

static void no_text(struct proto *p)
{
	PROTO_NUMBERS(p, 1, 99, 98);
	texts(p);
}

static void id_zero(struct proto *p)
{
	types(p);
	texts(p);
	functions(p, 0);
}

static void id_twice(struct proto *p)
{
	types(p);
	texts(p);
	functions(p, 5);
	functions(p, 6);
}

static void few_values(struct proto *p)
{
	PROTO_NUMBERS(p, 1, 1, 2);
	sample(p, 1, true);
	texts(p);
}

static void long_part(struct proto *p)
{
	proto_varint(p, 2 << 3 | 2);
	proto_varint(p, UINT64_C(1) << 40);
	proto_varint(p, 0);
}

static void wrong_kind(struct proto *p)
{
	proto_number(p, 2, 17);
}

static void no_wire(struct proto *p)
{
	for (int i = 0; i < 40; i++)
		proto_varint(p, 0x7f);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		void (*write)(struct proto *p);
		const char *says;
	} rows[] = {
		{ no_table, "no table of texts" },
		{ two_times, "two profiles one behind the other" },
		{ first_text, "the first text must be empty" },
		{ no_location, "location 8, which is not there" },
		{ no_function, "location 3 names function 77" },
		{ no_text, "text 99 is wanted" },
		{ id_zero, "has the number 0" },
		{ id_twice, "two functions have the number 6" },
		{ few_values, "2 values and there are 1 sample types" },
		{ long_part, "sample at byte 0: it says it has" },
		{ wrong_kind, "sample at byte 0" },
		{ no_wire, "does not follow the format" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile *profile = NULL;
		struct proto p = { .n = 0 };
		struct ow_err err;

		rows[i].write(&p);
		assert_int_equal(profile_feed(p.byte, p.n, 3, *state, &profile, &err), -EBADMSG);
		assert_null(profile);
		if (!strstr(err.text, rows[i].says))
			fail_msg("'%s' lacks '%s'", err.text, rows[i].says);
	}
}

static void what_is_no_profile_is_called_by_its_name(void **state)
{
	static const char *const rows[][2] = {
		{ "", "is empty" },
		{ "<!DOCTYPE html><html>", "HTML" },
		{ "\n  <html>", "HTML" },
		{ "404 page not found\n", "no such page" },
		{ "Unknown profile\n", "no such profile" },
		{ "{\"error\": 1}", "JSON" },
		{ "goroutine 1 [running]:\n", "debug=2" },
		{ "PERFILE2........................", "perf" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile *profile;
		struct ow_err err;

		assert_int_equal(
			profile_feed(rows[i][0], strlen(rows[i][0]), 5, *state, &profile, &err),
			-EBADMSG);
		assert_non_null(strstr(err.text, rows[i][1]));
	}
}

static struct ow_profile *read_text(struct ow_arena *arena, const char *text)
{
	struct ow_profile *profile = NULL;
	struct ow_err err;

	for (size_t piece = 1; piece < 100; piece += 33)
		if (profile_feed(text, strlen(text), piece, arena, &profile, &err) < 0)
			fail_msg("%s", err.text);
	return profile;
}

static void pages_of_go_have_names(void **state)
{
	static const char page[] = "heap profile: 1: 1048576 [2: 2097152] @ heap/1048576\r\n"
				   "1: 1048576 [2: 2097152] @ 0x10 0x20\r\n"
				   "#\t0xf\tmain.inner+0xf\t\t/src/a.go:3\r\n"
				   "#\t0xf\tmain.outer+0xf\t\t/src/a.go:9\r\n"
				   "#\t0x1f\tmain.main+0xf\t/src/a b.go:20\r\n"
				   "\r\n"
				   "# runtime.MemStats\r\n"
				   "# HeapAlloc = 7654321\r\n"
				   "# Stack = 360448 / 393216\r\n"
				   "# LastGC = 1795154620110511049\r\n"
				   "# PauseNs = [1 2 3]\r\n"
				   "# NumGC = 7\r\n"
				   "# MaxRSS = 336908288\r\n";
	const struct ow_profile *profile = read_text(*state, page);
	const struct ow_memstats *stats = &profile->memstats;

	assert_string_equal(shown(*state, profile),
			    "524288/ alloc_objects alloc_space inuse_objects inuse_space"
			    " | f=main.inner:3,main.outer:9 1f=main.main:20 {bytes 1048576}"
			    " 2 2425393 1 1212696");
	assert_true(ow_str_is(profile->function[2].file, "/src/a b.go"));
	assert_int_equal(stats->heap_alloc_bytes, 7654321);
	assert_int_equal(stats->stack_inuse_bytes, 360448);
	assert_int_equal(stats->stack_sys_bytes, 393216);
	assert_int_equal(stats->last_gc_usec, INT64_C(1795154620110511));
	assert_int_equal(stats->gc_count, 7);
	assert_int_equal(stats->have, OW_MEMSTATS_HEAP_ALLOC | OW_MEMSTATS_STACK |
					      OW_MEMSTATS_LAST_GC | OW_MEMSTATS_GC_COUNT |
					      OW_MEMSTATS_MAX_RSS);
}

static void texts_of_allocators_are_read(void **state)
{
	static const char *const rows[][2] = {
		{ "heap profile: 3: 300 [3: 300] @ heap_v2/1\n"
		  "   1:    100 [ 1: 100] @ 0x401 0x501\n"
		  "   2:    200 [ 2: 200] @ 0x601\n"
		  "\nMAPPED_LIBRARIES:\n"
		  "00000400-00000700 r-xp 00000000 08:01 7 /bin/prog\n"
		  "00000700-00000800 rw-p 00000000 08:01 7 /bin/prog\n",
		  "1/ objects space | 400 500 {bytes 100} 1 100 | 600 {bytes 100} 2 200" },
		{ "heap profile: 1: 4096 [1: 4096] @ growthz\n 1: 4096 [1: 4096] @ 0x9\n",
		  "1/ objects space | 8 {bytes 4096} 1 4096" },
		{ "heap profile: 1: 8 [2: 16] @ heapprofile\n1: 8 [2: 16] @ 0x9 0x9\n",
		  "1/ alloc_objects alloc_space inuse_objects inuse_space | 8 8 {bytes 8}"
		  " 2 16 1 8" },
		{ "heap_v2/1\n  t*: 3: 30 [0: 0]\n  t0: 3: 30 [0: 0]\n"
		  "@ 0x11 0x21\n  t*: 2: 20 [0: 0]\n  t0: 2: 20 [0: 0]\n"
		  "@ 0x31\n  t*: 1: 10 [0: 0]\n",
		  "1/ objects space | 10 20 {bytes 10} 2 20 | 30 {bytes 10} 1 10" },
		{ "goroutine profile: total 3\n2 @ 0x5 0x6\n#\t0x4\tmain.f+0x1\t/a.go:7\n\n"
		  "1 @ 0x8\n",
		  "1/ goroutine | 4=main.f:7 2 | 7 1" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		assert_string_equal(shown(*state, read_text(*state, rows[i][0])), rows[i][1]);
}

static void maps_of_several_forms_are_read(void **state)
{
	const struct ow_profile *profile = read_text(
		*state,
		"heap profile: 1: 1 [1: 1] @ growthz\n1: 1 [1: 1] @ 0x401000 0x7f0000001000\n"
		"--- Memory map: ---\n"
		"dir=/opt\n"
		"  7f0000000000-7f0000002000: /lib/libc-2.15.so\n"
		"  00400000-00402000: cppserver\n"
		"  00402000-00403000 r-xp 00002000 00:00 0 cppserver\n"
		"  00500000-00501000: $dir/x.so (@1000) abcd\n");

	assert_int_equal(profile->n_mappings, 3);
	assert_true(ow_str_is(profile->mapping[0].file, "cppserver")); /* the program */
	assert_true(ow_str_is(profile->mapping[1].file, "/lib/libc-2.15.so"));
	assert_int_equal(profile->mapping[0].offset, 0);
	assert_int_equal(profile->mapping[0].limit, 0x403000); /* both parts are one */
	assert_true(ow_str_is(profile->mapping[2].file, "/opt/x.so"));
	assert_int_equal(profile->mapping[2].offset, 0x1000);
	assert_true(ow_str_is(profile->mapping[2].build_id, "abcd"));
	assert_int_equal(profile->location[0].mapping, 0);
	assert_int_equal(profile->location[1].mapping, 1);
}

static void a_wrong_row_is_said_with_its_line(void **state)
{
	static const char *const rows[][2] = {
		{ "heap profile: 1: 8 [2: 16] @ heap/2\n1: 8 [2: 16] @ 0x9\nrubbish\n", "line 3" },
		{ "heap profile: 1: 8 [2: 16] @ heap/2\n0: 8 [2: 16] @ 0x9\n", "line 2" },
		{ "heap profile: 1: 8 [2: 16] @ heap/2\n1: 8 [2: 16] @ 0x12345678901234567\n",
		  "line 2" },
		{ "heap profile: garbage that is long enough to be asked what it is, at length\n",
		  "line 1" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct ow_profile *profile;
		struct ow_err err;

		assert_int_equal(
			profile_feed(rows[i][0], strlen(rows[i][0]), 50, *state, &profile, &err),
			-EBADMSG);
		assert_non_null(strstr(err.text, rows[i][1]));
	}
}

static void memory_is_bounded(void **state)
{
	struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	struct ow_profile_reader *reader = ow_profile_reader_new("large", arena);
	struct ow_err err;
	int r = 0;

	(void)state;
	for (uint64_t i = 0; i < 1000000 && r == 0; i++) {
		struct proto p = { .n = 0 };

		sample(&p, i + 1, true);
		r = ow_profile_reader_feed(reader, p.byte, p.n, &err);
	}
	assert_int_equal(r, -ENOMEM);
	assert_non_null(strstr(err.text, "MiB of memory that it may take"));
	ow_profile_reader_free(reader);
	ow_arena_free(arena);
}

/* The packed profile and the page of one process, got one behind the other. */
static void a_page_says_what_the_profile_says(void **state)
{
	struct ow_str packed = unit_fixture(*state, "profile/leak/input");
	int64_t sum[2][4] = { { 0 } };

	assert_true(packed.n > 0);
	for (int page = 0; page <= 1; page++) {
		const char *name = ow_printf(*state, "%s/profile/%s/input", getenv("OW_TEST_DATA"),
					     page ? "page" : "leak");
		struct ow_profile_sample sample;
		struct ow_profile *profile;
		struct ow_profile_walk walk;

		assert_int_equal(ow_profile_read_file(name, *state, &profile, NULL), 0);
		assert_int_equal(profile->n_types, 4);
		assert_int_equal(ow_profile_walk_init(&walk, profile, *state), 0);
		while (ow_profile_walk_next(&walk, &sample))
			for (size_t i = 0; i < 4; i++)
				sum[page][i] += sample.value[i];
	}
	/* Some more was allocated to serve the first; what is in use is of the same collection. */
	assert_int_equal(sum[0][2], sum[1][2]);
	assert_int_equal(sum[0][3], sum[1][3]);
	assert_true(sum[0][3] > 20000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(orders_and_packings_are_the_same),
		UNIT(a_profile_that_is_cut_is_said),
		UNIT(what_is_wrong_is_said),
		UNIT(what_is_no_profile_is_called_by_its_name),
		UNIT(pages_of_go_have_names),
		UNIT(texts_of_allocators_are_read),
		UNIT(maps_of_several_forms_are_read),
		UNIT(a_wrong_row_is_said_with_its_line),
		UNIT(memory_is_bounded),
		UNIT(a_page_says_what_the_profile_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
