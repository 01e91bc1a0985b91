/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gopage.h"

#include <errno.h>
#include <stdlib.h>

#include "base/time.h"
#include "read/gopage-internal.h"
#include "read/pieces.h"

#define PROCESSES_MAX 64 /* on one page; more are refused */
#define LABELS_SHOWN  60

/* Numbers with the same labels are of one process. */
struct process {
	struct ow_str labels;
	struct page_numbers numbers;
};

struct ow_go_page_reader {
	struct ow_arena *arena, *scratch;
	struct ow_go_page_options options;
	struct ow_pieces pieces;
	struct process *process; /* of scratch */
	size_t n;
	bool too_many;
};

struct ow_go_page_reader *ow_go_page_reader_new(const struct ow_go_page_options *options,
						struct ow_arena *arena)
{
	struct ow_go_page_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->arena = arena;
	reader->scratch = ow_arena_new(OW_MIB(16));
	reader->options = *options;
	reader->options.source = ow_str_keep(arena, ow_str(options->source));
	if (options->instance)
		reader->options.instance = ow_str_keep(arena, ow_str(options->instance));
	if (!reader->scratch || !reader->options.source ||
	    !reader->options.instance != !options->instance)
		return ow_go_page_reader_free(reader);
	return reader;
}

struct ow_go_page_reader *ow_go_page_reader_free(struct ow_go_page_reader *reader)
{
	if (!reader)
		return NULL;
	ow_pieces_release(&reader->pieces);
	reader->scratch = ow_arena_free(reader->scratch);
	free(reader);
	return NULL;
}

/* One line of a page, taken apart. */
struct sample {
	struct ow_str name, labels;
	struct ow_str version; /* of go_info */
	double value;
	int64_t time_usec; /* 0: not said */
};

/* '"a \"b\""': past its end; *ret is what stands in it, as it stands there. */
static bool scan_quoted(struct ow_str *s, struct ow_str *ret)
{
	struct ow_str rest = *s;

	if (!ow_scan_char(&rest, '"'))
		return false;
	ret->p = rest.p;
	while (rest.n && rest.p[0] != '"')
		rest = ow_str_skip(rest, rest.p[0] == '\\' && rest.n > 1 ? 2 : 1);
	ret->n = (size_t)(rest.p - ret->p);
	if (!ow_scan_char(&rest, '"'))
		return false;
	*s = rest;
	return true;
}

/* '{version="go1.19.8",pod="a"}'. Labels that tell no process from another are left out of what
 * tells them apart: a version of Go, a quantile. */
static bool scan_labels(struct ow_str *s, struct sample *sample)
{
	struct ow_str rest = *s, key, value;

	if (!ow_scan_char(&rest, '{'))
		return true;
	sample->labels = (struct ow_str){ rest.p, 0 };
	for (;;) {
		(void)ow_scan_blanks(&rest);
		if (ow_scan_char(&rest, '}'))
			break;
		if (!ow_scan_until(&rest, "=", &key) || !scan_quoted(&rest, &value))
			return false;
		if (ow_str_is(ow_str_trim(key), "version") && ow_str_is(sample->name, "go_info"))
			sample->version = value;
		(void)ow_scan_blanks(&rest);
		(void)ow_scan_char(&rest, ',');
	}
	sample->labels.n = (size_t)(rest.p - sample->labels.p) - 1;
	if (sample->version.n)
		sample->labels.n = 0;
	*s = rest;
	return true;
}

/* A time behind a value: milliseconds in Prometheus' form, seconds in OpenMetrics'. */
static int64_t scan_time(struct ow_str s)
{
	double time;

	(void)ow_scan_blanks(&s);
	if (s.n == 0 || s.p[0] == '#' || !ow_scan_f64(&s, &time) || !(time > 0 && time < 9e15))
		return 0;
	return time < 1e11 ? (int64_t)(time * OW_USEC_PER_SEC) : (int64_t)time * 1000;
}

/* "go_goroutines 4", 'process_resident_memory_bytes{pod="a"} 4.9e+07 1795154646000',
 * "/gc/cycles/total:gc-cycles 11", and how programs print the latter themselves:
 * "/gc/cycles/total:gc-cycles: 11", '"/gc/cycles/total:gc-cycles": 11,' */
static bool scan_sample(struct ow_str line, struct sample *ret)
{
	struct sample sample = { 0 };
	size_t n = 0;

	(void)ow_scan_char(&line, '"');
	while (n < line.n && line.p[n] && !strchr(" \t{\"=", line.p[n]))
		n++;
	sample.name = (struct ow_str){ line.p, n };
	line = ow_str_skip(line, n);
	if (n && sample.name.p[n - 1] == ':') /* "NAME: VALUE" */
		sample.name.n--;
	if (n == 0 || sample.name.p[0] == '#' || !scan_labels(&line, &sample))
		return false;
	while (line.n && line.p[0] && strchr(" \t\":=", line.p[0]))
		line = ow_str_skip(line, 1);
	if (!ow_scan_f64(&line, &sample.value) || (line.n && !strchr(" \t,", line.p[0])))
		return false;
	sample.time_usec = scan_time(line);
	*ret = sample;
	return true;
}

/* The process with those labels; a new one for new labels. NULL: too many, or no memory. */
static struct process *process_of(struct ow_go_page_reader *reader, struct ow_str labels)
{
	struct process *more;

	for (size_t i = 0; i < reader->n; i++)
		if (reader->process[i].labels.n == labels.n &&
		    (labels.n == 0 || memcmp(reader->process[i].labels.p, labels.p, labels.n) == 0))
			return &reader->process[i];
	reader->too_many |= reader->n == PROCESSES_MAX;
	if (reader->too_many)
		return NULL;
	more = ow_grow(reader->scratch, reader->process, reader->n, sizeof(*more));
	if (!more)
		return NULL;
	reader->process = more;
	more += reader->n;
	*more = (struct process){ .labels = { "", 0 } };
	if (labels.n)
		more->labels = (struct ow_str){ ow_str_keep(reader->scratch, labels), labels.n };
	if (!more->labels.p)
		return NULL;
	reader->n++;
	return more;
}

/* Only names that may be wanted get as far as having labels. */
static bool may_be(struct ow_str name)
{
	(void)ow_scan_char(&name, '"');
	return ow_scan_lit(&name, "go_") || ow_scan_lit(&name, "process_") ||
	       ow_scan_lit(&name, "/");
}

static int take_line(void *arg, struct ow_str line)
{
	struct ow_go_page_reader *reader = arg;
	const struct ow_str instance =
		reader->options.instance ? ow_str(reader->options.instance) : OW_STR("");
	struct page_numbers probe = { 0 };
	struct process *process;
	struct sample sample;

	line = ow_str_trim(line);
	if (!may_be(line) || !scan_sample(line, &sample))
		return 0;
	if (!sample.version.n && !page_take(&probe, sample.name, sample.value))
		return 0;
	if (instance.n && !sample.version.n && !ow_str_find(sample.labels, instance))
		return 0;
	process = process_of(reader, sample.labels);
	if (!process)
		return reader->too_many ? 0 : -ENOMEM;
	if (sample.version.n) {
		process->numbers.stats.version = ow_str_keep(reader->arena, sample.version);
		return process->numbers.stats.version ? 0 : -ENOMEM;
	}
	(void)page_take(&process->numbers, sample.name, sample.value);
	if (sample.name.p[0] == '/')
		process->numbers.stats.page = OW_GO_PAGE_RUNTIME;
	else
		process->numbers.stats.page = OW_GO_PAGE_METRICS;
	if (sample.time_usec > process->numbers.stats.source.time_usec)
		process->numbers.stats.source.time_usec = sample.time_usec;
	return 0;
}

int ow_go_page_reader_feed(struct ow_go_page_reader *reader, const char *bytes, size_t n)
{
	return ow_pieces_feed(&reader->pieces, bytes, n, take_line, reader);
}

/* A process of Go, as opposed to one that only has process_* numbers. */
static bool is_go(const struct process *process)
{
	const unsigned own = OW_GO_RESIDENT | OW_GO_VIRTUAL | OW_GO_START;

	return process->numbers.stats.memstats.have || (process->numbers.stats.have & ~own);
}

static int shown(struct ow_str labels)
{
	return labels.n < LABELS_SHOWN ? (int)labels.n : LABELS_SHOWN;
}

static int refuse(const struct ow_go_page_reader *reader, const struct process *const go[2],
		  struct ow_err *err)
{
	if (reader->too_many)
		return ow_fail(err, ENOTUNIQ,
			       "'%s' has numbers of more than %d processes; take the page of one",
			       reader->options.source, PROCESSES_MAX);
	return ow_fail(err, ENOTUNIQ,
		       "'%s' has numbers of several processes, of {%.*s} and of {%.*s}; say "
		       "which is meant, by a label that only it has",
		       reader->options.source, shown(go[0]->labels), go[0]->labels.p,
		       shown(go[1]->labels), go[1]->labels.p);
}

int ow_go_page_reader_end(struct ow_go_page_reader *reader, struct ow_go_stats *ret,
			  struct ow_err *err)
{
	const struct process *go[2] = { NULL };
	int r = ow_pieces_end(&reader->pieces, take_line, reader);

	if (r < 0)
		return ow_fail(err, -r, "cannot read '%s': %m", reader->options.source);
	for (size_t i = 0; i < reader->n; i++) {
		page_finish(&reader->process[i].numbers);
		if (is_go(&reader->process[i]))
			go[go[0] ? 1 : 0] = &reader->process[i];
	}
	if (go[1] || reader->too_many)
		return refuse(reader, go, err);
	if (!go[0])
		return ow_fail(err, EBADMSG, "'%s' has no numbers of a Go process",
			       reader->options.source);
	*ret = go[0]->numbers.stats;
	ret->source.name = reader->options.source;
	if (!ret->source.time_usec)
		ret->source.time_usec = reader->options.time_usec;
	for (size_t i = 0; i < reader->n && !ret->version; i++) /* it has labels of its own */
		ret->version = reader->process[i].numbers.stats.version;
	return 0;
}
