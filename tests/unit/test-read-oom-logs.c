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

#define PRINT(name, format, ...)                                  \
	static void name(FILE *out, const struct line_of_log *l)  \
	{                                                         \
		fprintf(out, format, __VA_ARGS__, l->n, l->text); \
	}
#define STAMP l->sec, l->usec
#define USEC  (l->sec * 1000000 + l->usec)

PRINT(in_plain, "[%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_caller, "[%5lu.%06lu][  T123] %.*s\r\n", STAMP)
PRINT(in_caller_apart, "[%5lu.%06lu] [ T123] %.*s\n", STAMP)
PRINT(in_console, "<6>[%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_cpu, "[%lu-%lu.%06lu] %.*s\n", l->number % 4, STAMP)
PRINT(in_decoded, "kern  :info  : [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_deltas, "[%5lu.%06lu <    0.000001>] %.*s\n", STAMP)
PRINT(in_rsyslog, "2026-11-05T07:51:02.123456+00:00 web-1 kernel: [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_tag_glued, "Nov  5 07:51:02 web-1 kernel:[%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_rfc3164, "<4>Nov  5 07:51:02 web-1 kernel: [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_rfc5424, "<6>1 2026-11-05T07:51:02.123456Z web-1 kernel - - - [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_openwrt, "Thu Nov  5 07:51:02 2026 kern.warn kernel: [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_monotonic, "[%5lu.%06lu] web-1 kernel: %.*s\n", STAMP)
PRINT(in_short_delta, "[%5lu.%06lu <    0.000001 >] web-1 kernel: %.*s\n", STAMP)
PRINT(in_netconsole, "2026-11-05 07:51:02 10.0.0.7:6666 [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_quotes, "> > [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_grep, "messages:%lu:Nov  5 07:51:02 web-1 kernel: [%5lu.%06lu] %.*s\n", l->number, STAMP)
PRINT(in_list, "%lu. [%5lu.%06lu] %.*s\n", l->number, STAMP)
PRINT(in_cat_n, "%6lu\t[%5lu.%06lu] %.*s\n", l->number, STAMP)
PRINT(in_compose, "klog-1  | [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_minicom, "[2026-11-05 07:51:02] [%5lu.%06lu] %.*s\n", STAMP)
PRINT(in_table, "| [%5lu.%06lu] %.*s |\n", STAMP)

/* Without the kernel's clock. */
#define PRINT_TIMELESS(name, format) PRINT(name, "%s" format "%.*s\n", "")
PRINT_TIMELESS(in_ctime, "[Thu Nov  5 07:51:02 2026] ")
PRINT_TIMELESS(in_ctime_de, "[Do Nov  5 07:51:02 2026] ")
PRINT_TIMELESS(in_ctime_fr, "[jeu. 5 nov. 07:51:02 2026] ")
PRINT_TIMELESS(in_ctime_zh, "[四 11月  5 07:51:02 2026] ")
PRINT_TIMELESS(in_ctime_unknown, "[ma marras 5 07:51:02 2026] ")
PRINT_TIMELESS(in_ctime_decoded, "kern  :warn  : [Thu Nov  5 07:51:02 2026] ")
PRINT_TIMELESS(in_iso, "2026-11-05T07:51:02,123456+00:00 ")
PRINT_TIMELESS(in_reltime, "[  +0.000003] ")
PRINT_TIMELESS(in_delta, "[<    0.000003>] ")
PRINT_TIMELESS(in_short, "Nov 05 07:51:02 web-1 kernel: ")
PRINT_TIMELESS(in_short_precise, "Nov 05 07:51:02.123456 web-1 kernel: ")
PRINT_TIMELESS(in_short_full, "Thu 2026-11-05 07:51:02 UTC web-1 kernel: ")
PRINT_TIMELESS(in_short_iso, "2026-11-05T07:51:02+0000 web-1 kernel: ")
PRINT_TIMELESS(in_short_unix, "1793865062.123456 web-1 kernel: ")
PRINT_TIMELESS(in_cat, "")
PRINT_TIMELESS(in_kubectl, "[pod/klog-x7/klog] 2026-11-05T07:51:02.123456789Z ")
PRINT_TIMELESS(in_timestamps, "2026-11-05T07:51:02.123456789Z ")
PRINT_TIMELESS(in_cri, "2026-11-05T07:51:02.123456789+00:00 stdout F ")
PRINT_TIMELESS(in_logcat, "11-05 07:51:02.123     0     0 W         : ")

static void in_cri_parts(FILE *out, const struct line_of_log *l)
{
	const char *stream = "2026-11-05T07:51:02.123456789Z stdout";
	int half = l->n / 2;

	fprintf(out, "%s P %.*s\n%s F %.*s\n", stream, half, l->text, stream, l->n - half,
		l->text + half);
}

static void in_kmsg(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "6,%lu,%lu,-,caller=T123;%.*s\n", l->number, USEC, l->n, l->text);
	if (l->number % 7 == 0)
		fprintf(out, " SUBSYSTEM=pci\n DEVICE=+pci:0000:00:1f.0\n");
}

static void in_kmsg_escaped(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "6,%lu,%lu,-;", l->number, USEC);
	for (int i = 0; i < l->n; i++)
		fprintf(out, l->text[i] == '(' ? "\\x%02x" : "%c", l->text[i]);
	fputc('\n', out);
}

static void in_kmsg_parts(FILE *out, const struct line_of_log *l)
{
	int half = l->n / 2;

	fprintf(out, "6,%lu,%lu,c;%.*s\n6,%lu,%lu,+;%.*s\n", 2 * l->number, USEC, half, l->text,
		2 * l->number + 1, USEC, l->n - half, l->text + half);
}

static void in_netconsole_parts(FILE *out, const struct line_of_log *l)
{
	int half = l->n / 2;

	fprintf(out, "10.0.0.7:6666 | 6,%lu,%lu,-,ncfrag=0/%d;%.*s\n", l->number, USEC, l->n, half,
		l->text);
	fprintf(out, "10.0.0.7:6666 | 6,%lu,%lu,-,ncfrag=%d/%d;%.*s\n", l->number, USEC, half, l->n,
		l->n - half, l->text + half);
}

static void in_syslog(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "Nov  5 07:51:02 web-1 kernel: [%5lu.%06lu] %.*s\n", STAMP, l->n, l->text);
	if (l->number % 5 == 0)
		fprintf(out, "Nov  5 07:51:02 web-1 app[7]: Out of memory: Killed process 1 (x)\n");
}

static void in_export(FILE *out, const struct line_of_log *l)
{
	fprintf(out,
		"__CURSOR=s=1;i=%lx\n__REALTIME_TIMESTAMP=1795154690027200\n"
		"_TRANSPORT=kernel\nSYSLOG_FACILITY=0\nPRIORITY=6\n"
		"_SOURCE_MONOTONIC_TIMESTAMP=%lu\nMESSAGE=%.*s\n\n",
		l->number, USEC, l->n, l->text);
	if (l->number % 5 == 0)
		fprintf(out, "__CURSOR=s=1;i=0\n_TRANSPORT=syslog\n"
			     "MESSAGE=Out of memory: Killed process 1 (x)\n\n");
}

static void in_verbose(FILE *out, const struct line_of_log *l)
{
	fprintf(out,
		"Thu 2026-11-05 07:51:02.123456 UTC [s=739ad463348b4ceca5a9e69c95a3c93f;i=%lx;"
		"b=6c7c6013a26343b29e964691ff25d04c;m=4fc72436e;t=6469b3a6a5a40;x=1]\n"
		"    _TRANSPORT=kernel\n    PRIORITY=6\n    _SOURCE_MONOTONIC_TIMESTAMP=%lu\n"
		"    MESSAGE=%.*s\n    SYSLOG_IDENTIFIER=kernel\n",
		l->number, USEC, l->n, l->text);
}

/* The text as a string of JSON, with < and > as Go writes them. */
static void write_string(FILE *out, const struct line_of_log *l)
{
	fputc('"', out);
	for (int i = 0; i < l->n; i++)
		if (strchr("\"\\<>", l->text[i]) || (unsigned char)l->text[i] < ' ')
			fprintf(out, "\\u%04x", l->text[i]);
		else
			fputc(l->text[i], out);
	fputc('"', out);
}

#define PRINT_JSON(name, before, after, ...)                     \
	static void name(FILE *out, const struct line_of_log *l) \
	{                                                        \
		fprintf(out, before, __VA_ARGS__);               \
		write_string(out, l);                            \
		fputs(after, out);                               \
	}
PRINT_JSON(in_json,
	   "{\"_TRANSPORT\":\"kernel\",\"PRIORITY\":\"6\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%lu\","
	   "\"MESSAGE\":",
	   "}\n", USEC)
PRINT_JSON(in_json_seq,
	   "\x1e{\"_TRANSPORT\":\"kernel\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%lu\",\"MESSAGE\":",
	   "}\n", USEC)
PRINT_JSON(in_json_sse,
	   "data: {\"_TRANSPORT\":\"kernel\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%lu\",\"MESSAGE\":",
	   "}\n\n", USEC)
PRINT_JSON(in_json_pretty,
	   "{\n\t\"_TRANSPORT\" : \"kernel\",\n\t\"_SOURCE_MONOTONIC_TIMESTAMP\" : \"%lu\",\n"
	   "\t\"MESSAGE\" : ",
	   "\n}\n", USEC)
PRINT_JSON(in_dmesg_json,
	   "%s         \"pri\": 6,\n         \"time\": %5lu.%06lu,\n         \"msg\": ",
	   "\n      },{\n", l->number == 1 ? "{\n   \"dmesg\": [\n      {\n" : "", STAMP)
PRINT_JSON(in_docker, "{\"log\":%s", ",\"stream\":\"stdout\",\"time\":\"2026-11-05T07:51:02Z\"}\n",
	   "")
PRINT_JSON(in_cloud, "{\"insertId\":\"%lu\",\"jsonPayload\":{\"priority\":\"6\",\"message\":",
	   "},\"timestamp\":\"2026-11-05T07:51:02Z\"}\n", l->number)

/* As journald does where a message is no UTF-8. */
static void in_json_bytes(FILE *out, const struct line_of_log *l)
{
	fprintf(out,
		"{\"_TRANSPORT\":\"kernel\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"%lu\",\"MESSAGE\":[",
		USEC);
	for (int i = 0; i < l->n; i++)
		fprintf(out, "%s%d", i ? "," : "", (unsigned char)l->text[i]);
	fputs("]}\n", out);
}

/* As a mail program does that knows no lines longer than 76. */
static void in_quoted_printable(FILE *out, const struct line_of_log *l)
{
	int column = fprintf(out, "[%5lu.%06lu] ", STAMP);

	for (int i = 0; i < l->n; i++) {
		if (column >= 73) {
			fputs("=\n", out);
			column = 0;
		}
		column += fprintf(out, l->text[i] == '=' ? "=%02X" : "%c", l->text[i]);
	}
	fputc('\n', out);
}

static void in_csv(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "\"2026-11-05T07:51:02Z\",web-1,\"[%5lu.%06lu] ", STAMP);
	for (int i = 0; i < l->n; i++)
		fprintf(out, l->text[i] == '"' ? "\"%c" : "%c", l->text[i]);
	fputs("\"\n", out);
}

static void in_web_page(FILE *out, const struct line_of_log *l)
{
	fprintf(out, "&lt;6&gt;[%5lu.%06lu] ", STAMP);
	for (int i = 0; i < l->n; i++) {
		char c = l->text[i];

		fprintf(out, c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : "%c", c);
	}
	fputc('\n', out);
}

/* Lines that are too long are broken: at a blank, which goes, or anywhere. */
static void write_broken(FILE *out, const struct line_of_log *l, size_t columns, bool anywhere,
			 const char *lead)
{
	char *text = NULL;
	size_t n, at = 0, end;
	FILE *line = open_memstream(&text, &n);

	assert_non_null(line);
	in_plain(line, l);
	assert_int_equal(fclose(line), 0);
	n--; /* the feed */
	for (; n - at > columns; at = end + !anywhere) {
		for (end = at + columns; !anywhere && end > at + 20 && text[end] != ' '; end--)
			;
		if (!anywhere && end == at + 20)
			break;
		fprintf(out, "%s%.*s\n", lead, (int)(end - at), text + at);
	}
	fprintf(out, "%s%.*s\n", lead, (int)(n - at), text + at);
	free(text);
}

static void in_mail(FILE *out, const struct line_of_log *l)
{
	write_broken(out, l, 72, false, "");
}

static void in_mail_quoted(FILE *out, const struct line_of_log *l)
{
	write_broken(out, l, 76, false, "> ");
}

static void in_terminal(FILE *out, const struct line_of_log *l)
{
	write_broken(out, l, 117, true, "");
}

static void in_terminal_quoted(FILE *out, const struct line_of_log *l)
{
	write_broken(out, l, 80, true, "> > ");
}

static const struct transport {
	const char *name;
	void (*write)(FILE *out, const struct line_of_log *l);
	bool timeless; /* it has not the kernel's clock */
} transports[] = {
#define CARRIES(name)              \
	{                          \
#name, name, false \
	}
#define TIMELESS(name)            \
	{                         \
#name, name, true \
	}
	CARRIES(in_caller),
	CARRIES(in_caller_apart),
	CARRIES(in_console),
	CARRIES(in_cpu),
	CARRIES(in_decoded),
	CARRIES(in_deltas),
	CARRIES(in_rsyslog),
	CARRIES(in_tag_glued),
	CARRIES(in_rfc3164),
	CARRIES(in_rfc5424),
	CARRIES(in_openwrt),
	CARRIES(in_monotonic),
	CARRIES(in_short_delta),
	CARRIES(in_netconsole),
	CARRIES(in_quotes),
	CARRIES(in_grep),
	CARRIES(in_list),
	CARRIES(in_cat_n),
	CARRIES(in_compose),
	CARRIES(in_minicom),
	CARRIES(in_table),
	CARRIES(in_csv),
	TIMELESS(in_ctime),
	TIMELESS(in_ctime_de),
	TIMELESS(in_ctime_fr),
	TIMELESS(in_ctime_zh),
	TIMELESS(in_ctime_unknown),
	TIMELESS(in_ctime_decoded),
	TIMELESS(in_iso),
	TIMELESS(in_reltime),
	TIMELESS(in_delta),
	TIMELESS(in_short),
	TIMELESS(in_short_precise),
	TIMELESS(in_short_full),
	TIMELESS(in_short_iso),
	TIMELESS(in_short_unix),
	TIMELESS(in_cat),
	TIMELESS(in_kubectl),
	TIMELESS(in_timestamps),
	TIMELESS(in_cri),
	TIMELESS(in_logcat),
	TIMELESS(in_cri_parts),
	CARRIES(in_kmsg),
	CARRIES(in_kmsg_escaped),
	CARRIES(in_kmsg_parts),
	CARRIES(in_netconsole_parts),
	CARRIES(in_syslog),
	CARRIES(in_export),
	CARRIES(in_verbose),
	CARRIES(in_json),
	CARRIES(in_json_seq),
	CARRIES(in_json_sse),
	CARRIES(in_json_pretty),
	CARRIES(in_dmesg_json),
	TIMELESS(in_docker),
	TIMELESS(in_cloud),
	CARRIES(in_json_bytes),
	CARRIES(in_quoted_printable),
	CARRIES(in_web_page),
	CARRIES(in_mail),
	CARRIES(in_mail_quoted),
	CARRIES(in_terminal),
	CARRIES(in_terminal_quoted),
};

/* What the transport knows besides, and where it has its lines, differs; the rest must not. */
struct writing {
	struct ow_json json;
	bool timeless;
};

static int write_record(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct writing *w = arg;

	(void)arena;
	oom->host = oom->boot_id = NULL;
	oom->have &= ~(unsigned)(OW_OOM_TIME | (w->timeless ? OW_OOM_BOOT : 0));
	oom->line = 0;
	for (size_t i = 0; i < oom->victims.n; i++)
		ow_oom_victims(oom)[i].line = 0;
	ow_fields_json(&w->json, NULL, &ow_oom_fields, oom);
	return 0;
}

static char *records_of(const char *bytes, size_t n, size_t piece, bool timeless)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;
	const struct ow_oom_options options = { .source = "log" };
	struct writing w = { .timeless = timeless };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	ow_json_init(&w.json, out);
	reader = ow_oom_reader_new(&options, write_record, &w);
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

static void check_same(const char *name, const char *transport, const char *want, const char *got)
{
	size_t at = 0;

	while (want[at] && want[at] == got[at])
		at++;
	if (want[at] != got[at])
		fail_msg("%s: %s:\nwant %.300s\ngot  %.300s", name, transport,
			 want + (at > 100 ? at - 100 : 0), got + (at > 100 ? at - 100 : 0));
}

static void check_transports(const char *name, struct ow_str input, const json_t *truth)
{
	char *plain, *wants[2];
	size_t n;

	plain = carried(input, in_plain, &n);
	wants[false] = records_of(plain, n, n, false);
	wants[true] = records_of(plain, n, n, true);
	assert_int_equal(strlen(wants[false]) > 0, !number_is(truth, "records", 0));
	for (size_t i = 0; i < OW_ARRAY_SIZE(transports); i++) {
		const struct transport *t = &transports[i];
		char *text = carried(input, t->write, &n);
		char *got = records_of(text, n, 1000 + i, t->timeless);

		check_same(name, t->name, wants[t->timeless], got);
		free(got);
		free(text);
	}
	free(wants[false]);
	free(wants[true]);
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
