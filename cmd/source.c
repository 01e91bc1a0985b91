/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/stream.h"
#include "base/time.h"
#include "collect/journal.h"
#include "collect/kmsg.h"
#include "source-internal.h"

#define JOURNAL_MAGIC "LPKSHHRH"

static int64_t clock_usec(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

int ow_source_settle(const struct ow_command *command, const struct ow_source_options *options,
		     struct ow_source_period *ret)
{
	struct ow_source_period period = { INT64_MIN, INT64_MAX, clock_usec(CLOCK_REALTIME), "" };
	const struct {
		const char *name, *text;
		int64_t *ret;
	} times[] = {
		{ "now", options->now, &period.now_usec }, /* the others count from it */
		{ "since", options->since, &period.since_usec },
		{ "until", options->until, &period.until_usec },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(times); i++)
		if (times[i].text &&
		    ow_time_parse(times[i].text, period.now_usec, options->utc, times[i].ret) < 0)
			return ow_command_misuse(command, "--%s: '%s' is no time", times[i].name,
						 times[i].text);
	*ret = period;
	return 0;
}

static int note(const struct ow_source_reading *r, const char *name, int error, const char *detail)
{
	const struct ow_source source = {
		.name = name,
		.state = error == -ENOENT ? OW_SOURCE_ABSENT : OW_SOURCE_UNREADABLE,
		.detail = detail,
	};

	return r->sink->note(r->sink->arg, &source);
}

int ow_source_stopped(struct ow_source_reading *r, int error)
{
	r->stopped = error;
	if (error == -ECANCELED)
		return OW_EXIT_FAILED;
	return ow_command_fail(r->command, OW_EXIT_FAILED, "cannot go on: %s", strerror(-error));
}

int ow_source_failed(const struct ow_source_reading *r, const char *name, int error,
		     const struct ow_err *err)
{
	(void)note(r, name, error, err->text);
	return ow_command_fail(r->command, OW_EXIT_FAILED, "%s", err->text);
}

static int feed_stream(struct ow_source_reading *r, struct ow_stream *stream, struct ow_err *err,
		       ssize_t *ret_error)
{
	for (;;) {
		const char *bytes;
		ssize_t n = ow_stream_next(stream, &bytes, err);
		int sunk;

		*ret_error = n < 0 ? n : 0;
		if (n <= 0)
			return 0;
		sunk = r->sink->feed(r->sink->arg, bytes, (size_t)n, ow_stream_found(stream));
		if (sunk < 0)
			return sunk;
	}
}

static int read_log(struct ow_source_reading *r, const char *name)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct ow_err err = { "" };
	ssize_t error = 0;
	int status;

	status = ow_stream_open(name, &stream, &err);
	if (status < 0)
		return ow_source_failed(r, name, status, &err);
	ow_stream_look(stream,
		       &(struct ow_ahead_look){ ow_oom_scout, sizeof(struct ow_oom_scout) });
	status = r->sink->begin(r->sink->arg, name, NULL, &r->clock);
	if (status == 0)
		status = feed_stream(r, stream, &err, &error);
	if (status == 0)
		status = r->sink->end(r->sink->arg);
	if (status < 0)
		return ow_source_stopped(r, status);
	/* What could be read was; that the rest is damaged has to be known. */
	return error < 0 ? ow_source_failed(r, name, (int)error, &err) : OW_EXIT_DONE;
}

/*
 * A live source begins when it gives its first byte: one that turns out not to be there is only
 * noted, and does not look like a log without a kill.
 */
struct live {
	struct ow_source_reading *r;
	const char *name;
	const struct ow_line_clock *clock;
	const struct ow_journal_seen *seen; /* NULL for a source that is no journal */
	bool begun;
};

static int live_begin(struct live *live)
{
	const struct ow_log_sink *sink = live->r->sink;

	if (live->begun)
		return 0;
	live->begun = true;
	if (live->seen)
		memcpy(live->r->period->boot_id, live->seen->boot_id, sizeof(live->seen->boot_id));
	live->r->stopped = sink->begin(sink->arg, live->name, NULL, live->clock);
	return live->r->stopped;
}

static int live_feed(void *arg, const char *bytes, size_t n)
{
	struct live *live = arg;
	int error = live_begin(live);

	if (error == 0)
		error = live->r->stopped = live->r->sink->feed(live->r->sink->arg, bytes, n, NULL);
	return error;
}

static void tell_looked(const struct ow_log_sink *sink, const struct ow_journal_seen *seen)
{
	struct ow_source looked = {
		.have = OW_SOURCE_SEARCHED,
		.lines = seen->entries,
		.first_usec = seen->first_usec,
		.last_usec = seen->last_usec,
		.boot_first_usec = seen->boot_first_usec,
		.lost = seen->lost,
		.noticed = seen->noticed,
		.failures = seen->failures,
		.late_boots = seen->late_boots,
		.bad_files = seen->damaged_files,
	};

	if (seen->last_usec)
		looked.have |= OW_SOURCE_PERIOD | OW_SOURCE_BOOT_PERIOD;
	if (seen->running)
		looked.have |= OW_SOURCE_LIVE;
	if (seen->is_volatile)
		looked.have |= OW_SOURCE_VOLATILE;
	sink->looked(sink->arg, &looked);
}

/* What the collector came to: ends the log, or notes why there is none. Below 0 the sink stops. */
static int live_end(struct live *live, int collected, const struct ow_err *err)
{
	const struct ow_log_sink *sink = live->r->sink;
	int error = live->r->stopped;

	if (error == 0 && collected == 0)
		error = live_begin(live);

	if (error == 0 && live->begun && live->seen && sink->looked)
		tell_looked(sink, live->seen);
	if (error == 0 && live->begun)
		error = sink->end(sink->arg);
	if (error == 0 && collected < 0)
		error = note(live->r, live->name, collected, err->text);
	live->r->stopped = error;
	return error;
}

static int read_journal(struct ow_source_reading *r, const char *name,
			const struct ow_journal_options *what, struct ow_journal_seen *seen,
			struct ow_err *err)
{
	struct live live = { r, name, &r->clock, seen, false };
	int collected, error;

	collected = ow_journal_collect(what, live_feed, &live, seen, err);
	if (seen->damaged_files)
		ow_command_warn(r->command,
				"%s: %" PRIu64 " of %" PRIu64 " files could not be read whole: %s",
				name, seen->damaged_files, seen->files, seen->damaged);
	error = live_end(&live, collected, err);
	return error < 0 ? error : collected;
}

/* A journal that was named. */
static int read_named_journal(struct ow_source_reading *r, const char *name,
			      const struct ow_journal_options *what)
{
	struct ow_journal_seen seen = { 0 };
	struct ow_err err = { "" };
	int error = read_journal(r, name, what, &seen, &err);

	if (r->stopped)
		return ow_source_stopped(r, r->stopped);
	if (error < 0)
		return ow_command_fail(r->command, OW_EXIT_FAILED, "%s", err.text);
	return seen.damaged_files ? OW_EXIT_PARTIAL : OW_EXIT_DONE;
}

static int read_kmsg(struct ow_source_reading *r, struct ow_err *err)
{
	/* The kernel's clock is CLOCK_MONOTONIC to within its drift: neither counts sleep. */
	const struct ow_line_clock clock = {
		.has_boot = true,
		.boot_time_usec = clock_usec(CLOCK_REALTIME) - clock_usec(CLOCK_MONOTONIC),
	};
	struct live live = { r, "/dev/kmsg", &clock, NULL, false };
	int collected = ow_kmsg_collect(live_feed, &live, err);
	int error = live_end(&live, collected, err);

	return error < 0 ? error : collected;
}

/* "", "0", "+0", "-0": the boot that is running, as journalctl takes it. */
static bool is_this_boot(const char *boot)
{
	return strspn(boot, "+-0") == strlen(boot);
}

/* Nothing was named: the journal of this host, else the ring buffer. */
static int read_host(struct ow_source_reading *r)
{
	const char *boot = r->options->boot;
	const struct ow_journal_options what = { .failures = r->options->all, .boot = boot };
	struct ow_journal_seen seen = { 0 };
	struct ow_err journal_err = { "" }, kmsg_err = { "" };
	int journal, kmsg;

	journal = read_journal(r, "journal", &what, &seen, &journal_err);
	if (r->stopped)
		return ow_source_stopped(r, r->stopped);
	if (journal == -ENXIO)
		return ow_command_fail(r->command, OW_EXIT_NOTHING, "%s", journal_err.text);
	if (journal == 0 && seen.has_kernel)
		return seen.damaged_files ? OW_EXIT_PARTIAL : OW_EXIT_DONE;

	if (boot && !is_this_boot(boot))
		return ow_command_fail(r->command, OW_EXIT_FAILED,
				       "cannot look at boot %s: there is no journal to read, and "
				       "/dev/kmsg only knows this boot",
				       boot);
	kmsg = read_kmsg(r, &kmsg_err);
	if (r->stopped)
		return ow_source_stopped(r, r->stopped);
	if (journal < 0 && journal != -ENOENT)
		ow_command_warn(r->command, "%s", journal_err.text);
	if (kmsg < 0)
		return ow_command_fail(r->command, OW_EXIT_FAILED, "%s", kmsg_err.text);
	return journal < 0 && journal != -ENOENT ? OW_EXIT_PARTIAL : OW_EXIT_DONE;
}

/* Has the folder an entry whose name ends so? */
static bool folder_has(const char *folder, const char *ending)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		size_t n = strlen(entry->d_name), m = strlen(ending);

		found = n >= m && strcmp(entry->d_name + n - m, ending) == 0;
	}
	if (dir)
		(void)closedir(dir);
	return found;
}

static bool is_journal_file(const char *path)
{
	ow_scoped(ow_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char magic[sizeof(JOURNAL_MAGIC) - 1];

	return fd >= 0 && pread(fd, magic, sizeof(magic), 0) == (ssize_t)sizeof(magic) &&
	       memcmp(magic, JOURNAL_MAGIC, sizeof(magic)) == 0;
}

static int read_journal_folder(struct ow_source_reading *r, const char *folder)
{
	return read_named_journal(r, folder,
				  &(struct ow_journal_options){ .directory = folder,
								.failures = r->options->all,
								.boot = r->options->boot });
}

static int read_journal_file(struct ow_source_reading *r, const char *file)
{
	return read_named_journal(r, file,
				  &(struct ow_journal_options){ .files = &file,
								.n_files = 1,
								.failures = r->options->all,
								.boot = r->options->boot });
}

static int read_operand(struct ow_source_reading *r, const char *name)
{
	struct stat status;

	if (strcmp(name, "/dev/kmsg") == 0) {
		struct ow_err err = { "" };
		int error = read_kmsg(r, &err);

		if (r->stopped)
			return ow_source_stopped(r, r->stopped);
		return error < 0 ? ow_command_fail(r->command, OW_EXIT_FAILED, "%s", err.text)
				 : OW_EXIT_DONE;
	}
	if (strcmp(name, "-") != 0 && stat(name, &status) == 0 && S_ISDIR(status.st_mode)) {
		if (folder_has(name, OW_CASE_MANIFEST))
			return ow_source_read_case(r, name);
		return read_journal_folder(r, name);
	}
	if (is_journal_file(name))
		return read_journal_file(r, name);
	if (r->options->boot)
		return ow_command_misuse(r->command, "--boot needs a journal, which '%s' is not",
					 name);
	return read_log(r, name);
}

/* Of several sources the gravest outcome counts. */
static int graver(int a, int b)
{
	static const int order[] = { OW_EXIT_USAGE, OW_EXIT_FAILED, OW_EXIT_PARTIAL,
				     OW_EXIT_NOTHING, OW_EXIT_DONE };

	for (size_t i = 0; i < OW_ARRAY_SIZE(order); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return OW_EXIT_FAILED;
}

int ow_source_read(const struct ow_command *command, const struct ow_source_options *options, int n,
		   char *operand[], const struct ow_log_sink *sink, struct ow_source_period *period)
{
	struct ow_source_reading r = {
		.command = command,
		.options = options,
		.sink = sink,
		.period = period,
		.clock = { .utc = options->utc,
			   .has_now = options->now != NULL,
			   .now_usec = period->now_usec },
	};
	int status = OW_EXIT_DONE;

	if (n == 0 && !options->directory && !options->file && !options->root)
		return read_host(&r);
	if (options->root)
		status = read_named_journal(&r, options->root,
					    &(struct ow_journal_options){ .root = options->root,
									  .failures = options->all,
									  .boot = options->boot });
	if (options->directory && !r.stopped)
		status = graver(status, read_journal_folder(&r, options->directory));
	if (options->file && !r.stopped)
		status = graver(status, read_journal_file(&r, options->file));
	for (int i = 0; i < n && !r.stopped; i++)
		status = graver(status, read_operand(&r, operand[i]));
	return status;
}

bool ow_source_wanted(const struct ow_source_period *period, const struct ow_oom *oom)
{
	const bool bounded = period->since_usec != INT64_MIN || period->until_usec != INT64_MAX;

	if (bounded && (!(oom->have & OW_OOM_TIME) || oom->time_usec < period->since_usec ||
			oom->time_usec > period->until_usec))
		return false;
	/* Without a boot id it comes from /dev/kmsg, which only has this boot. */
	return !period->boot_id[0] || !oom->boot_id || strcmp(oom->boot_id, period->boot_id) == 0;
}
