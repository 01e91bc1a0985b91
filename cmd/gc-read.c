/* SPDX-License-Identifier: Apache-2.0 */
/* Where oomwhy gc reads from: files, standard input, containers, units. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/stream.h"
#include "collect/docker.h"
#include "collect/journal.h"
#include "gc.h"
#include "read/container.h"

static int take_event(void *arg, const struct ow_gc_event *event)
{
	struct gc_log *log = arg;
	const struct ow_gc_life *life;
	const bool bounded =
		log->period.since_usec != INT64_MIN || log->period.until_usec != INT64_MAX;
	int r;

	if (bounded && !event->have_time) {
		log->undated += event->kind == OW_GC_EVENT_CYCLE;
		return 0;
	}
	if (bounded && (event->time_usec < log->period.since_usec ||
			event->time_usec > log->period.until_usec))
		return 0;
	r = ow_gc_lives_add(log->lives, log->source, event, &life);
	if (r < 0 || !log->take || event->kind != OW_GC_EVENT_CYCLE || !life)
		return r;
	return log->take(log->arg, life, event);
}

int gc_log_begin(struct gc_log *log, const char *source, struct ow_err *err)
{
	const struct ow_gctrace_options options = {
		.pattern = arg_gc.pattern,
		.utc = arg_gc.source.utc,
		.now_usec = log->period.now_usec,
	};

	log->source = ow_printf(log->arena, "%s", source);
	if (!log->source)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", source);
	ow_gc_lives_next_source(log->lives);
	return ow_gctrace_reader_new(&options, take_event, log, &log->reader, err);
}

int gc_log_feed(void *arg, const char *bytes, size_t n)
{
	struct gc_log *log = arg;

	return ow_gctrace_reader_feed(log->reader, bytes, n);
}

int gc_log_end(struct gc_log *log)
{
	const struct ow_gctrace_seen *seen;
	int r;

	if (!log->reader)
		return 0;
	r = ow_gctrace_reader_end(log->reader);
	seen = ow_gctrace_reader_seen(log->reader);
	log->seen.lines += seen->lines;
	log->seen.bytes += seen->bytes;
	log->seen.torn += seen->torn;
	log->seen.lost += seen->lost;
	log->seen.skipped += seen->skipped;
	log->seen.cut_lines += seen->cut_lines;
	for (size_t i = 0; i < OW_GC_EVENT_COUNT; i++)
		log->seen.events[i] += seen->events[i];
	log->reader = ow_gctrace_reader_free(log->reader);
	return r;
}

static int failed(const struct gc_log *log, int status, const struct ow_err *err)
{
	return ow_command_fail(log->command, status, "%s", err->text);
}

/* What ends the whole reading: no memory, output that nobody takes, a signal. */
static int stopped(const struct gc_log *log, int error)
{
	if (error == -ECANCELED)
		return OW_EXIT_DONE;
	return ow_command_fail(log->command, OW_EXIT_FAILED, "cannot go on: %s", strerror(-error));
}

static int read_file(struct gc_log *log, const char *path)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct ow_err err;
	const char *bytes;
	ssize_t n;
	int r = ow_stream_open(path, &stream, &err);

	if (r < 0 || (r = gc_log_begin(log, path, &err)) < 0)
		return failed(log, OW_EXIT_FAILED, &err);
	while ((n = ow_stream_next(stream, &bytes, &err)) > 0)
		if ((r = gc_log_feed(log, bytes, (size_t)n)) < 0)
			return stopped(log, r);
	r = gc_log_end(log);
	if (r < 0)
		return stopped(log, r);
	return n < 0 ? failed(log, OW_EXIT_FAILED, &err) : OW_EXIT_DONE;
}

static int follow_file(struct gc_log *log, const char *path)
{
	struct ow_err err;
	int r = gc_log_begin(log, path, &err);

	if (r < 0)
		return failed(log, OW_EXIT_FAILED, &err);
	r = gc_follow_file(log, path, &err);
	if (r < 0 && r != -ECANCELED)
		return failed(log, OW_EXIT_FAILED, &err);
	r = gc_log_end(log);
	return r < 0 ? stopped(log, r) : OW_EXIT_DONE;
}

/* The container's own limit, where nobody gave one. */
static void learn_limit(struct gc_log *log, struct ow_docker *docker, const char *name)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_MIB(32));
	struct ow_evidence inspect;
	struct ow_container container;

	if (log->known.have_limit || !scratch ||
	    ow_docker_inspect(docker, name, scratch, &inspect, NULL) < 0 ||
	    ow_container_read(inspect.bytes, inspect.source, scratch, &container, NULL) < 0 ||
	    !(container.have & OW_CONTAINER_LIMIT) || container.limit_bytes == 0)
		return;
	log->known.have_limit = true;
	log->known.limit_bytes = container.limit_bytes;
	log->known.limit_from = "docker inspect";
}

static int wait_for(void *arg)
{
	struct gc_log *log = arg;

	return log->wait(log->arg);
}

static int read_container(struct gc_log *log, const char *name)
{
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
	const struct ow_docker_logs logs = {
		.since_usec = log->period.since_usec,
		.until_usec = log->period.until_usec,
		.follow = arg_gc.follow,
		.wait = log->wait ? wait_for : NULL,
	};
	struct ow_err err;
	int r = ow_docker_open(arg_gc.host, &docker, &err), end;

	if (r < 0)
		return failed(log, OW_EXIT_FAILED, &err);
	learn_limit(log, docker, name);
	r = gc_log_begin(log, name, &err);
	if (r < 0)
		return failed(log, OW_EXIT_FAILED, &err);
	r = ow_docker_read_logs(docker, name, &logs, gc_log_feed, log, &err);
	end = gc_log_end(log);
	if (r == -ENOENT || r == -ENODATA)
		return ow_command_fail(log->command,
				       r == -ENODATA ? OW_EXIT_NOTHING : OW_EXIT_FAILED,
				       "'%s' is no file, and %s", name, err.text);
	if (r < 0 && r != -ECANCELED)
		return failed(log, OW_EXIT_FAILED, &err);
	return end < 0 ? stopped(log, end) : OW_EXIT_DONE;
}

static int read_unit(struct gc_log *log)
{
	const struct ow_journal_unit unit = {
		.unit = arg_gc.unit,
		.directory = arg_gc.source.directory,
		.file = arg_gc.source.file,
		.since_usec = log->period.since_usec,
		.until_usec = log->period.until_usec,
		.wait = log->wait ? wait_for : NULL,
	};
	struct ow_err err;
	int r = gc_log_begin(log, arg_gc.unit, &err), end;

	if (r < 0)
		return failed(log, OW_EXIT_FAILED, &err);
	r = ow_journal_read_unit(&unit, gc_log_feed, log, &err);
	end = gc_log_end(log);
	if (r == -ENODATA)
		return failed(log, OW_EXIT_NOTHING, &err);
	if (r == -EINVAL)
		return failed(log, OW_EXIT_USAGE, &err);
	if (r < 0 && r != -ECANCELED)
		return failed(log, OW_EXIT_FAILED, &err);
	return end < 0 ? stopped(log, end) : OW_EXIT_DONE;
}

static int read_operand(struct gc_log *log, const char *operand)
{
	if (strcmp(operand, "-") == 0 || strchr(operand, '/') || access(operand, F_OK) == 0)
		return arg_gc.follow ? follow_file(log, operand) : read_file(log, operand);
	return read_container(log, operand);
}

int gc_read(struct gc_log *log, int n, char *operand[])
{
	int status = OW_EXIT_DONE;

	if (arg_gc.unit)
		status = read_unit(log);
	else if (n == 0)
		status = read_operand(log, "-");
	for (int i = 0; i < n; i++) {
		const int one = read_operand(log, operand[i]);

		/* One that could not be read is said; the others are read all the same. */
		if (one != OW_EXIT_DONE && status != OW_EXIT_FAILED)
			status = one;
	}
	return status;
}
