/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <jansson.h>

#include "oom-log.h"
#include "render/fields.h"

/* The real logs of tests/data/oom: each against what is known to be true of it, and each in every
 * transport that a kernel log travels in. */

static struct dirent **fixtures(int *ret_n)
{
	struct dirent **entry = NULL;
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/oom", getenv("OW_TEST_DATA"));
	*ret_n = scandir(path, &entry, NULL, alphasort);
	assert_true(*ret_n > 2);
	return entry;
}

/* Calls check() with each folder that has both files. */
static void each(void (*check)(const char *name, struct ow_str input, const json_t *truth))
{
	struct dirent **entry;
	int n, checked = 0;

	entry = fixtures(&n);
	for (int i = 0; i < n; i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
		char input[600], truth[4096];
		json_t *json;

		(void)snprintf(truth, sizeof(truth), "%s/oom/%s/truth.json", getenv("OW_TEST_DATA"),
			       entry[i]->d_name);
		(void)snprintf(input, sizeof(input), "oom/%s/input", entry[i]->d_name);
		json = json_load_file(truth, 0, NULL);
		if (json) {
			check(entry[i]->d_name, unit_fixture(arena, input), json);
			checked++;
		}
		json_decref(json);
		free(entry[i]);
	}
	free(entry);
	assert_true(checked > 0);
}

static bool text_is(const json_t *truth, const char *key, const char *value)
{
	const char *want = json_string_value(json_object_get(truth, key));

	return !want || (value && strcmp(want, value) == 0);
}

static bool number_is(const json_t *truth, const char *key, uint64_t value)
{
	const json_t *want = json_object_get(truth, key);

	return !want || (uint64_t)json_integer_value(want) == value;
}

static bool victim_is(const json_t *victims, size_t i, const struct ow_oom_victim *v)
{
	const json_t *want = json_array_get(victims, i);

	return want && number_is(want, "pid", (uint64_t)v->pid) && text_is(want, "comm", v->comm) &&
	       number_is(want, "uid", (uint64_t)v->uid);
}

static bool is_among(const json_t *victims, const struct ow_oom_victim *v)
{
	for (size_t i = 0; i < json_array_size(victims); i++)
		if (victim_is(victims, i, v))
			return true;
	return false;
}

static void check_truth(const char *name, struct ow_str input, const json_t *truth)
{
	const json_t *every = json_object_get(truth, "every");
	const json_t *victims = json_object_get(truth, "victims");
	size_t n_victims = 0;
	struct oom_log log;

	oom_log_read(&log, input, 0, &(struct ow_oom_options){ .source = "log" });
	if (!number_is(truth, "records", log.n))
		fail_msg("%s: %zu records", name, log.n);
	for (size_t i = 0; i < log.n; i++) {
		const struct ow_oom *oom = log.oom[i];

		if (!text_is(every, "kind", ow_oom_kind_names[oom->kind]))
			fail_msg("%s: record %zu: kind %s", name, i, ow_oom_kind_names[oom->kind]);
		/* Of a storm the kernel prints the first reports whole, of the others only the
		 * kill line. */
		if (oom->lines.head &&
		    (!text_is(every, "limit_memcg", oom->limit_memcg) ||
		     !text_is(every, "task_memcg", oom->task_memcg) ||
		     !number_is(every, "limit_bytes", oom->limit_bytes) ||
		     !text_is(truth, "kernel", oom->kernel) || oom->missing.n != 0))
			fail_msg("%s: record %zu", name, i);
		for (size_t v = 0; v < oom->victims.n; v++, n_victims++)
			if (!is_among(victims, &ow_oom_victims(oom)[v]))
				fail_msg("%s: pid %d", name, (int)ow_oom_victims(oom)[v].pid);
	}
	if (n_victims != json_array_size(victims))
		fail_msg("%s: %zu victims", name, n_victims);
	oom_log_release(&log);
}

static void every_real_log_says_what_is_true(void **state)
{
	(void)state;
	each(check_truth);
}

/* A transport: how one line of the kernel is written, with a time since boot that never changes. */
struct line_of_log {
	unsigned long sec, usec, number;
	int n;
	const char *text;
};

static void in_plain(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "[%5lu.%06lu] %.*s\n", l->sec, l->usec, l->n, l->text);
}

static void in_caller(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "[%5lu.%06lu][  T123] %.*s\r\n", l->sec, l->usec, l->n, l->text);
}

static void in_console(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "<6>[%5lu.%06lu] %.*s\n", l->sec, l->usec, l->n, l->text);
}

static void in_decoded(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "kern  :info  : [%5lu.%06lu] %.*s\n", l->sec, l->usec, l->n, l->text);
}

static void in_kmsg(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "6,%lu,%lu,-,caller=T123;%.*s\n", l->number, l->sec * 1000000 + l->usec, l->n,
		l->text);
	if (l->number % 7 == 0)
		fprintf(out, " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.0\n");
}

static void in_syslog(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "Nov  5 07:51:02 web-1 kernel: [%5lu.%06lu] %.*s\n", l->sec, l->usec, l->n,
		l->text);
	if (l->number % 5 == 0)
		fprintf(out, "Nov  5 07:51:02 web-1 app[7]: Out of memory: Killed process 1 (x)\n");
}

static void in_rsyslog(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "2026-11-05T07:51:02.123456+00:00 web-1 kernel: [%5lu.%06lu] %.*s\n", l->sec,
		l->usec, l->n, l->text);
}

static void in_rfc5424(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "<6>1 2026-11-05T07:51:02.123456Z web-1 kernel - - - [%5lu.%06lu] %.*s\n",
		l->sec, l->usec, l->n, l->text);
}

static void in_monotonic(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "[%5lu.%06lu] web-1 kernel: %.*s\n", l->sec, l->usec, l->n, l->text);
}

static void in_netconsole(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "2026-11-05 07:51:02 10.0.0.7:6666 [%5lu.%06lu] %.*s\n", l->sec, l->usec, l->n,
		l->text);
}

static void in_quotes(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "> > [%5lu.%06lu] %.*s\n", l->sec, l->usec, l->n, l->text);
}

static void in_export(FILE *out, const struct line_of_log *l)
{
	fprintf(out,
		"__CURSOR=s=1;i=%lx\n__REALTIME_TIMESTAMP=1795154690027200\n"
		"_TRANSPORT=kernel\nSYSLOG_FACILITY=0\nPRIORITY=6\n"
		"_SOURCE_MONOTONIC_TIMESTAMP=%lu\nMESSAGE=%.*s\n\n",
		l->number, l->sec * 1000000 + l->usec, l->n, l->text);
	if (l->number % 5 == 0)
		fprintf(out, "__CURSOR=s=1;i=0\n_TRANSPORT=syslog\n"
			     "MESSAGE=Out of memory: Killed process 1 (x)\n\n");
}

static void (*const transports[])(FILE *out, const struct line_of_log *l) = {
	in_caller,  in_console,   in_decoded,    in_kmsg,   in_syslog, in_rsyslog,
	in_rfc5424, in_monotonic, in_netconsole, in_quotes, in_export,
};

/* What the transport knows besides, and where it has its lines, differs; the rest must not. */
static int write_record(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct ow_json json;

	(void)arena;
	oom->host = oom->boot_id = NULL;
	oom->have &= ~(unsigned)OW_OOM_TIME;
	oom->line = 0;
	for (size_t i = 0; i < oom->victims.n; i++)
		ow_oom_victims(oom)[i].line = 0;
	ow_json_init(&json, arg);
	ow_fields_json(&json, NULL, &ow_oom_fields, oom);
	return 0;
}

static char *records_of(const char *bytes, size_t n, size_t piece)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;
	const struct ow_oom_options options = { .source = "log" };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	reader = ow_oom_reader_new(&options, write_record, out);
	assert_non_null(reader);
	for (size_t i = 0; i < n; i += piece)
		assert_int_equal(
			ow_oom_reader_feed(reader, bytes + i, n - i < piece ? n - i : piece), 0);
	assert_int_equal(ow_oom_reader_end(reader), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

static char *carried(struct ow_str input, void (*write)(FILE *, const struct line_of_log *),
		     size_t *ret_n)
{
	struct line_of_log l = { .sec = 283 };
	struct ow_str raw, part;
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_n);

	assert_non_null(out);
	while (ow_scan_line(&input, &raw)) {
		static char buffer[OW_OOM_LINE_MAX];
		const struct ow_line_clock clock = { 0 };
		struct ow_line line = { 0 };

		ow_line_unwrap(raw, &clock, &line);
		if (line.have & OW_LINE_FOREIGN)
			continue;
		assert_true(line.text.n <= sizeof(buffer));
		line.text = (struct ow_str){ buffer, ow_line_unescape(line.text, buffer) };
		while (ow_scan_line(&line.text, &part)) {
			l.usec++;
			l.number++;
			l.n = (int)part.n;
			l.text = part.p;
			write(out, &l);
		}
	}
	assert_int_equal(fclose(out), 0);
	return text;
}

static void check_transports(const char *name, struct ow_str input, const json_t *truth)
{
	char *plain, *want;
	size_t n;

	plain = carried(input, in_plain, &n);
	want = records_of(plain, n, n);
	assert_int_equal(strlen(want) > 0, !number_is(truth, "records", 0));
	for (size_t i = 0; i < OW_ARRAY_SIZE(transports); i++) {
		char *text = carried(input, transports[i], &n);
		char *got = records_of(text, n, 1000 + i);

		if (strcmp(got, want) != 0)
			fail_msg("%s: transport %zu:\nwant %s\ngot  %s", name, i, want, got);
		free(got);
		free(text);
	}
	free(want);
	free(plain);
}

static void every_transport_gives_the_same_records(void **state)
{
	(void)state;
	each(check_transports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(every_real_log_says_what_is_true),
		UNIT(every_transport_gives_the_same_records),
	};

	return cmocka_run_group_tests_name("read/oom-logs", tests, NULL, NULL);
}
