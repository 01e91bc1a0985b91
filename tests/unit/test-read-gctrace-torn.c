/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gctrace-torn.h"

#include "gctrace.h"

#define TAIL " 0 MB stacks, 0 MB globals, 2 P"
#define CYCLE                                                                             \
	"gc 13 @0.049s 2%: 0.036+0.21+0.041 ms clock, 0.072+0.048/0.056/0+0.083 ms cpu, " \
	"30->31->12 MB, 32 MB goal," TAIL
#define OLD                                                                                  \
	"gc63(2): 31+12+0 ms, 155 -> 72 MB 167805 -> 12894 (9983900-9971006) objects, 0(0) " \
	"handoff, 4(350) steal, 16/2/0 yields"
#define TEXT_MAX 4096

/* What somebody else prints; two lines of it stand in front, so that it is known. */
static const char *const others[] = {
	"2026/11/20 06:26:38 INFO request id=124 path=/order status=200",
	"2026-11-20T06:26:38.001Z\tinfo\tserver/http.go:12\tserved",
	"{\"level\":\"info\",\"ts\":1795154640.9,\"msg\":\"order served\",\"ms\":3}",
	"time=2026-11-20T06:26:38Z level=INFO msg=\"order served\"",
	"INFO[0012] order served",
	"1795154640.943 12 orders served",
	"I1120 06:26:38.000000    4711 main.go:12] order served",
};

struct text {
	char bytes[TEXT_MAX];
	size_t n;
};

static void put(struct text *text, const char *bytes, size_t n)
{
	assert_true(text->n + n < sizeof(text->bytes));
	memcpy(text->bytes + text->n, bytes, n);
	text->n += n;
	text->bytes[text->n] = '\0';
}

static void put_line(struct text *text, const char *line)
{
	put(text, line, strlen(line));
	put(text, "\n", 1);
}

/* The one event of the text, and the text for what fails. */
static void check(const struct text *text, const char *front, const char *line, bool torn)
{
	struct gctrace whole, trace;
	char *event;

	gctrace_read(&whole, ow_str(line), 0);
	gctrace_read(&trace, (struct ow_str){ text->bytes, text->n }, 0);
	event = strchr(trace.text, ':');
	if (trace.seen.events[OW_GC_EVENT_CYCLE] != 1 || trace.seen.torn != torn ||
	    strncmp(event, front, strlen(front)) != 0 ||
	    strcmp(event + strlen(front), strchr(whole.text, ':') + 2) != 0)
		fail_msg("%s\ngives\n%s", text->bytes, trace.text);
	free(whole.text);
	free(trace.text);
}

/* Where one write(2) of the runtime ends. */
static size_t cuts_of(const char *line, struct ow_gc_match *m)
{
	ow_gc_match_front(ow_str(line), m);
	assert_int_equal(m->fit, OW_GC_FIT_WHOLE);
	return m->n_cuts;
}

static void a_line_may_stand_anywhere_in_an_event(void **state)
{
	static const char *const lines[] = { CYCLE, OLD };
	struct ow_gc_match m;

	(void)state;
	for (size_t l = 0; l < OW_ARRAY_SIZE(lines); l++)
		for (size_t i = 0, n = cuts_of(lines[l], &m); i + 1 < n; i++)
			for (size_t k = 0; k < OW_ARRAY_SIZE(others); k++) {
				struct text text = { 0 };

				if (m.cut[i] < 3) /* "gc" alone is also "gcc" */
					continue;
				put_line(&text, others[k]);
				put(&text, lines[l], m.cut[i]);
				put_line(&text, others[k]);
				put_line(&text, others[k]);
				put_line(&text, lines[l] + m.cut[i]);
				check(&text, ": ", lines[l], true);
			}
}

static void lines_of_two_may_stand_anywhere_in_an_event(void **state)
{
	struct ow_gc_match m;
	const size_t n = cuts_of(CYCLE, &m);

	(void)state;
	for (size_t i = 0; i + 2 < n; i++)
		for (size_t j = i + 1; j + 1 < n; j++) {
			const size_t a = m.cut[i], b = m.cut[j];
			struct text text = { 0 };

			put_line(&text, others[0]);
			put_line(&text, others[4]);
			put(&text, CYCLE, a);
			put_line(&text, others[0]);
			put(&text, &CYCLE[a], b - a);
			put_line(&text, others[4]);
			put_line(&text, &CYCLE[b]);
			check(&text, ": ", CYCLE, true);
		}
}

/* Each line of the text behind its own front. */
static void wrap(const struct text *text, const char *front, const char *end, struct text *ret)
{
	struct ow_str rest = { text->bytes, text->n }, line;

	*ret = (struct text){ 0 };
	while (ow_scan_line(&rest, &line)) {
		put(ret, front, strlen(front));
		put(ret, line.p, line.n);
		put_line(ret, end);
	}
}

static void wrappers_keep_the_pieces(void **state)
{
	static const struct {
		const char *front, *end, *read;
	} wrappers[] = {
		{ "orders-1  | ", "", ": <orders-1> " },
		{ "Nov 20 06:04:00 node7 app[4711]: ", "",
		  ": <node7 app[4711]> 1763618640000000 " },
		{ "2026-11-20T06:04:00.5Z stderr F ", "", ": 1795154640500000 " },
		{ "2026-11-20T06:04:00.5Z ", "", ": 1795154640500000 " },
		{ "// ", "", ": " },
		{ "{\"log\":\"", "\\n\",\"time\":\"2026-11-20T06:04:00.5Z\"}",
		  ": 1795154640500000 " },
	};
	struct ow_gc_match m;
	const size_t n = cuts_of(CYCLE, &m);

	(void)state;
	for (size_t w = 0; w < OW_ARRAY_SIZE(wrappers); w++)
		for (size_t i = 0; i + 1 < n; i++) {
			struct text text = { 0 }, wrapped;

			put_line(&text, others[0]);
			put(&text, CYCLE, m.cut[i]);
			put_line(&text, others[0]);
			put_line(&text, &CYCLE[m.cut[i]]);
			wrap(&text, wrappers[w].front, wrappers[w].end, &wrapped);
			check(&wrapped, wrappers[w].read, CYCLE, true);
		}
}

static void parts_of_cri_are_one_line(void **state)
{
	static const char part[] = "2026-11-20T06:04:00.5Z stderr P ",
			  full[] = "2026-11-20T06:04:00.6Z stderr F ";
	struct ow_gc_match m;
	const size_t n = cuts_of(CYCLE, &m);

	(void)state;
	for (size_t i = 0; i + 1 < n; i++) {
		struct text text = { 0 };

		put(&text, part, sizeof(part) - 1);
		put(&text, CYCLE, m.cut[i]);
		put(&text, "\n", 1);
		put(&text, full, sizeof(full) - 1);
		put_line(&text, &CYCLE[m.cut[i]]);
		check(&text, ": 1795154640500000 ", CYCLE, true);
	}
}

static void a_line_may_be_wrapped_at_any_column(void **state)
{
	(void)state;
	for (size_t width = 24; width < sizeof(CYCLE) - 1; width++) {
		struct text text = { 0 };

		for (size_t at = 0; at < sizeof(CYCLE) - 1; at += width) {
			put(&text, &CYCLE[at], strnlen(&CYCLE[at], width));
			put(&text, "\n", 1);
		}
		check(&text, ": ", CYCLE, true);
	}
}

static void a_line_may_be_wrapped_at_a_blank(void **state)
{
	(void)state;
	for (size_t at = 15; at < sizeof(CYCLE) - 3; at++) {
		struct text text = { 0 };

		if (CYCLE[at] != ' ')
			continue;
		put(&text, CYCLE, at);
		put(&text, "\n", 1);
		put_line(&text, &CYCLE[at + 1]);
		check(&text, ": ", CYCLE, true);
	}
}

static void who_does_not_end_his_lines_is_taken_out(void **state)
{
	struct ow_gc_match m;
	const size_t n = cuts_of(CYCLE, &m);

	(void)state;
	for (size_t i = 0; i < n && m.cut[i] <= sizeof(CYCLE) - sizeof("0 MB globals, 2 P"); i++) {
		struct text text = { 0 };

		if (CYCLE[m.cut[i]] == '.' || (CYCLE[m.cut[i] - 1] >= '0' &&
					       CYCLE[m.cut[i]] >= '0' && CYCLE[m.cut[i]] <= '9'))
			continue; /* no write(2) ends in a number */

		put_line(&text, "starting");
		put(&text, CYCLE, m.cut[i]);
		put(&text, "tick...", 7);
		put_line(&text, &CYCLE[m.cut[i]]);
		check(&text, ": ", CYCLE, true);
	}
}

static void an_event_of_another_program_is_an_event(void **state)
{
	(void)state;
	gctrace_is("gc 13 @0.049s 2%: 0.036+" OLD "\n"
		   "0.21+0.041 ms clock, 0.072+0.048/0.056/0+0.083 ms cpu, 30->31->12 MB, 32 MB "
		   "goal," TAIL "\n",
		   "1: gc 63 stop 43000 mark 0 heap 155 155 live 72 2 P objects 12894 9983900 "
		   "9971006\n"
		   "1 torn: gc 13 at 49000 2% stop 77 mark 210 cpu 155 assist 48 background 56 "
		   "idle 0 heap 30 31 live 12 goal 32 stacks 0 globals 0 2 P\n");
}

static void events_of_two_programs_are_put_together(void **state)
{
	(void)state;
	gctrace_is("a  | gc 13 @0.049s 2%: 0.036+2026/11/20 06:26:38 INFO a\n"
		   "b  | gc63(2): 31+2026/11/20 06:26:38 INFO b\n"
		   "a  | 0.21+0.041 ms clock, 0.072+0.048/0.056/0+0.083 ms cpu, 30->31->12 MB, "
		   "32 MB goal," TAIL "\n"
		   "b  | 12+0 ms, 155 -> 72 MB 167805 -> 12894 (9983900-9971006) objects, 0(0) "
		   "handoff, 4(350) steal, 16/2/0 yields\n",
		   "1 torn: <a> gc 13 at 49000 2% stop 77 mark 210 cpu 155 assist 48 background "
		   "56 idle 0 heap 30 31 live 12 goal 32 stacks 0 globals 0 2 P\n"
		   "2 torn: <b> gc 63 stop 43000 mark 0 heap 155 155 live 72 2 P objects 12894 "
		   "9983900 9971006\n");
}

/* What would be a guess, or is no collection that there can be. */
static void better_none_than_a_wrong_one(void **state)
{
	static const char *const texts[] = {
		/* 30 or 3017 MB? */
		"gc 13 @0.049s 2%: 0.036+0.21+0.041 ms clock, 0.072+0.048/0.056/0+0.083 ms cpu, "
		"3017 users\n->31->12 MB, 32 MB goal," TAIL "\n",
		/* 2 processors in one phase, 20 in the other one */
		"gc 13 @0.049s 2%: 0.036+0.21+2026/11/20 06:26:38 INFO a\n"
		"0.041 ms clock, 0.072+0.048/0.056/0+0.83 ms cpu, 30->31->12 MB, 32 MB goal," TAIL
		"\n",
		/* Its end is not there. */
		"gc 13 @0.049s 2%: 0.036+0.21+2026/11/20 06:26:38 INFO a\n",
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		struct gctrace trace;

		gctrace_read(&trace, ow_str(texts[i]), 0);
		if (trace.text[0] || trace.seen.lost > 1)
			fail_msg("%s\ngives\n%s", texts[i], trace.text);
		free(trace.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_may_stand_anywhere_in_an_event),
		cmocka_unit_test(lines_of_two_may_stand_anywhere_in_an_event),
		cmocka_unit_test(wrappers_keep_the_pieces),
		cmocka_unit_test(parts_of_cri_are_one_line),
		cmocka_unit_test(a_line_may_be_wrapped_at_any_column),
		cmocka_unit_test(a_line_may_be_wrapped_at_a_blank),
		cmocka_unit_test(who_does_not_end_his_lines_is_taken_out),
		cmocka_unit_test(an_event_of_another_program_is_an_event),
		cmocka_unit_test(events_of_two_programs_are_put_together),
		cmocka_unit_test(better_none_than_a_wrong_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
