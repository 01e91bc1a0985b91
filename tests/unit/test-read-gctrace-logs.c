/* SPDX-License-Identifier: Apache-2.0 */
#include "gctrace.h"

/* The events alone: without their line, whose they are and when that was. */
static char *events_of(struct ow_arena *arena, const struct gctrace *trace)
{
	struct ow_str rest = { trace->text, trace->n }, line, front;
	char *text = ow_alloc(arena, trace->n + 1, 1);
	size_t n = 0;

	assert_non_null(text);
	while (ow_scan_line(&rest, &line)) {
		assert_true(ow_scan_until(&line, ": ", &front));
		if (line.p[0] == '<')
			assert_true(ow_scan_until(&line, "> ", &front));
		while (line.n && line.p[0] >= '0' && line.p[0] <= '9')
			assert_true(ow_scan_until(&line, " ", &front));
		memcpy(text + n, line.p, line.n);
		n += line.n;
		text[n++] = '\n';
	}
	return text;
}

static char *read_events(struct ow_arena *arena, struct ow_str text, size_t piece,
			 struct ow_gctrace_seen *seen)
{
	struct gctrace trace;
	char *events;

	gctrace_read(&trace, text, piece);
	events = events_of(arena, &trace);
	*seen = trace.seen;
	free(trace.text);
	return events;
}

static struct ow_str fixture(struct ow_arena *arena, const char *name)
{
	const char *path = ow_printf(arena, "gctrace/%s", name);

	assert_non_null(path);
	return unit_fixture(arena, path);
}

static void a_real_log_is_read(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(8));
	struct ow_gctrace_seen seen;
	const char *events = read_events(arena, fixture(arena, "go1.19-all/input"), 0, &seen);

	(void)state;
	assert_int_equal(seen.events[OW_GC_EVENT_CYCLE], 38);
	assert_int_equal(seen.events[OW_GC_EVENT_SCAVENGE], 39);
	assert_int_equal(seen.events[OW_GC_EVENT_PACER], 74);
	assert_int_equal(seen.events[OW_GC_EVENT_SCHED], 17);
	assert_int_equal(seen.events[OW_GC_EVENT_STATS], 1);
	assert_int_equal(seen.skipped, 0);
	assert_int_equal(seen.torn + seen.lost, 0);
	assert_non_null(strstr(events, "2 P forced\n"));
	assert_non_null(strstr(events, "stats heap alloc 2575016 heap inuse 2809856 gcs 38\n"));
}

static void what_a_real_program_tore_is_put_together(void **state)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(8));
	struct ow_gctrace_seen seen, whole;
	const struct ow_str input = fixture(arena, "go1.19-torn/input");
	const char *events = read_events(arena, input, 0, &seen);
	const char *expected =
		read_events(arena, fixture(arena, "go1.19-torn/expected"), 0, &whole);

	(void)state;
	assert_string_equal(events, expected);
	assert_int_equal(seen.events[OW_GC_EVENT_CYCLE], 43);
	assert_int_equal(seen.torn, 27);
	assert_int_equal(seen.lost, 0);
	for (size_t piece = 1; piece < 100; piece += 13)
		assert_string_equal(read_events(arena, input, piece, &seen), events);
}

static void transports_change_nothing(void **state)
{
	static const char *const inputs[] = { "go1.19-all/input", "go1.19-torn/input" };
	static const struct {
		const char *front, *end;
	} transports[] = {
		{ "orders-1  | ", "" },
		{ "Nov 20 06:04:00.943456 node7 app[4711]: ", "" },
		{ "<30>Nov 20 06:04:00 node7 app[4711]: ", "" },
		{ "2026-11-20T06:04:00.943456789Z ", "" },
		{ "2026-11-20T06:04:00.943456789Z stderr F ", "" },
		{ "[pod/orders-x7/app] ", "" },
		{ "logs/orders.log:", "" },
		{ "// ", "" },
		{ "\033[36morders-1  |\033[0m ", "\r" },
		{ "{\"log\":\"", "\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-20T06:04:00Z\"}" },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(inputs); i++)
		for (size_t t = 0; t < OW_ARRAY_SIZE(transports); t++) {
			ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
			struct ow_str input = fixture(arena, inputs[i]), rest = input, line;
			struct ow_gctrace_seen bare, seen;
			const char *expected = read_events(arena, input, 0, &bare);
			char *text = NULL;
			size_t n;
			FILE *out = open_memstream(&text, &n);

			assert_non_null(out);
			while (ow_scan_line(&rest, &line)) {
				fputs(transports[t].front, out);
				for (size_t k = 0; k < line.n; k++)
					if (transports[t].front[0] == '{' && line.p[k] == '>')
						fputs("\\u003e", out);
					else
						fputc(line.p[k], out);
				fprintf(out, "%s\n", transports[t].end);
			}
			(void)fclose(out);
			if (strcmp(read_events(arena, (struct ow_str){ text, n }, 0, &seen),
				   expected) != 0)
				fail_msg("%s in '%s': %s", inputs[i], transports[t].front,
					 read_events(arena, (struct ow_str){ text, n }, 0, &seen));
			assert_int_equal(seen.torn, bare.torn);
			free(text);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_log_is_read),
		cmocka_unit_test(what_a_real_program_tore_is_put_together),
		cmocka_unit_test(transports_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
