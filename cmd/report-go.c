/* SPDX-License-Identifier: Apache-2.0 */
#include "report-go.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/stream.h"
#include "base/time.h"
#include "collect/docker.h"
#include "collect/http.h"

#define FILE_MAX OW_MIB(64)
#define PATIENCE (30 * OW_USEC_PER_SEC)
#define PPROF    "/debug/pprof/"

/* What the pieces go into. */
struct intake {
	const struct ow_command *command;
	struct ow_case_reader *reader;
	unsigned n; /* of pieces: their names in the case are numbers */
	int status;
};

bool report_go_is_profile(const char *path)
{
	static const char text[] = "heap profile:";
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	char head[sizeof(text) - 1];
	size_t n = 0;
	ssize_t got = 1;

	if (strcmp(path, "-") == 0 || ow_stream_open(path, &stream, NULL) < 0)
		return false;
	while (n < sizeof(head) && got > 0) {
		got = ow_stream_read(stream, head + n, sizeof(head) - n, NULL);
		n += got > 0 ? (size_t)got : 0;
	}
	/* profile.proto begins with the type of its period (Go) or of its first value (others). */
	return n == sizeof(head) &&
	       (memcmp(head, text, n) == 0 ||
		((head[0] == '\x5a' || head[0] == '\x0a') && head[1] == 4 && head[2] == 8));
}

static int64_t now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static int worse(struct intake *in, const char *text)
{
	return in->status = ow_command_fail(in->command, OW_EXIT_FAILED, "%s", text);
}

static void add(struct intake *in, const char *kind, const char *source, int64_t time_usec,
		bool loose, struct ow_str bytes)
{
	char path[64];
	int r;

	(void)snprintf(path, sizeof(path), "go/%s/%u", kind, ++in->n);
	r = ow_case_reader_add(in->reader, &(struct ow_evidence){ .path = path,
								  .source = source,
								  .time_usec = time_usec,
								  .loose = loose,
								  .bytes = bytes });
	if (r < 0)
		(void)worse(in, "cannot put the case together: out of memory");
}

/* A file counts from when it was written last: a page does not say when it was taken. */
static void add_file(struct intake *in, const char *kind, const char *path)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(2 * FILE_MAX);
	struct ow_err err = { "" };
	struct ow_str bytes;
	struct stat st = { 0 };

	if (!arena)
		(void)worse(in, "cannot put the case together: out of memory");
	else if (ow_file_read(AT_FDCWD, path, FILE_MAX, arena, &bytes, &err) < 0 ||
		 stat(path, &st) < 0)
		(void)worse(in, err.text[0] ? err.text : strerror(errno));
	else
		add(in, kind, path,
		    (int64_t)st.st_mtim.tv_sec * OW_USEC_PER_SEC + st.st_mtim.tv_nsec / 1000, true,
		    bytes);
}

/* -ENOENT and the like where nothing was had; err says why. */
static int add_page(struct intake *in, const char *kind, const char *url, const char *name,
		    struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(2 * FILE_MAX);
	ow_scoped(ow_closep) int fd = memfd_create("page", MFD_CLOEXEC);
	const int64_t time_usec = now();
	char path[32];
	struct ow_str bytes;
	int r;

	if (!arena || fd < 0)
		return ow_fail(err, ENOMEM, "cannot get '%s': %m", name);
	r = ow_http_get(url, PATIENCE, fd, err);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (r == 0)
		r = ow_file_read(AT_FDCWD, path, FILE_MAX, arena, &bytes, err);
	if (r == 0)
		add(in, kind, name, time_usec, false, bytes);
	return r;
}

/* Where the pages of a program lie, by the address of one of them, or of its port. */
static int ask(struct intake *in, const char *address)
{
	static const struct {
		const char *kind, *page;
		bool wanted; /* it is an error not to have it */
	} pages[] = {
		{ "heap", PPROF "heap", true },
		{ "heap", PPROF "heap?debug=1", false },
		{ "goroutine", PPROF "goroutine?debug=1", false },
		{ "metrics", "/metrics", false },
	};
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_KIB(64));
	struct ow_err err = { "" };
	char *url, *name;
	struct ow_str base, at;

	if (!arena || ow_http_profile_url(address, 0, arena, &url, &name) < 0)
		return worse(in,
			     ow_printf(arena, "--pprof: '%s' is no address of a server", address));
	at = ow_str(url);
	if (!ow_scan_until(&at, PPROF, &base))
		base = ow_str(url);
	for (size_t i = 0; i < OW_ARRAY_SIZE(pages); i++) {
		url = ow_printf(arena, "%.*s%s", (int)base.n, base.p, pages[i].page);
		if (!url || ow_http_profile_url(url, 0, arena, &url, &name) < 0)
			return worse(in, "cannot put the case together: out of memory");
		if (add_page(in, pages[i].kind, url, name, &err) < 0 && pages[i].wanted)
			return worse(in, err.text);
	}
	return 0;
}

static void add_metrics(struct intake *in, const char *source)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_KIB(64));
	struct ow_err err = { "" };
	char *url, *name;

	if (access(source, F_OK) == 0 || !arena ||
	    ow_http_profile_url(source, 0, arena, &url, &name) < 0)
		add_file(in, "metrics", source);
	else if (add_page(in, "metrics", url, name, &err) < 0)
		(void)worse(in, err.text);
}

/* The name of a log in the case, which lasts until its end. */
struct log {
	char path[128];
};

static int take_log(void *arg, const char *bytes, size_t n)
{
	return ow_case_go_log_feed(arg, bytes, n);
}

static int begin_log(struct intake *in, const char *owner, const char *source, int64_t time_usec,
		     struct log *log)
{
	(void)snprintf(log->path, sizeof(log->path), "go/%sgctrace/%u", owner, ++in->n);
	return ow_case_go_log_begin(in->reader, &(struct ow_evidence){ .path = log->path,
								       .source = source,
								       .time_usec = time_usec });
}

static int feed_log(struct intake *in, struct ow_stream *stream, struct ow_err *err)
{
	const char *bytes;
	ssize_t n;
	int r;

	while ((n = ow_stream_next(stream, &bytes, err)) > 0) {
		r = ow_case_go_log_feed(in->reader, bytes, (size_t)n);
		if (r < 0)
			return ow_fail(err, -r, "cannot put the case together: %m");
	}
	return (int)n;
}

static void add_log_file(struct intake *in, const char *path)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct ow_err err = { "" };
	struct stat st = { 0 };
	struct log log;
	int r = ow_stream_open(path, &stream, &err), ended;

	if (r < 0) {
		(void)worse(in, err.text);
		return;
	}
	(void)stat(path, &st);
	r = begin_log(in, "", path, (int64_t)st.st_mtim.tv_sec * OW_USEC_PER_SEC, &log);
	if (r == 0)
		r = feed_log(in, stream, &err);
	ended = r == -ENOMEM ? r : ow_case_go_log_end(in->reader);
	if (r < 0 || ended < 0)
		(void)worse(in,
			    err.text[0] ? err.text : "cannot put the case together: out of memory");
}

/* "docker/3418....json" is of 3418...: whose log it is, as the case says it. */
static void owner_of(struct ow_docker *docker, const char *name, struct ow_arena *arena,
		     char owner[static 96])
{
	struct ow_evidence inspect;
	struct ow_str path, id;

	*owner = '\0';
	if (ow_docker_inspect(docker, name, arena, &inspect, NULL) < 0)
		return;
	path = ow_str(inspect.path);
	if (ow_scan_lit(&path, "docker/") && ow_scan_until(&path, ".", &id) && id.n <= 64)
		(void)snprintf(owner, 96, "container/%.*s/", (int)id.n, id.p);
}

static void add_container_log(struct intake *in, const char *name)
{
	static const struct ow_docker_logs all = { INT64_MIN, INT64_MAX, false, NULL };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
	struct ow_err err = { "" };
	char owner[96], *source;
	struct log log;
	int r = ow_docker_open(NULL, &docker, &err);

	if (r < 0 || !arena) {
		(void)worse(in, err.text[0] ? err.text : "cannot begin: out of memory");
		return;
	}
	owner_of(docker, name, arena, owner);
	source = ow_printf(arena, "logs of %s", name);
	r = source ? begin_log(in, owner, source, now(), &log) : -ENOMEM;
	if (r == 0)
		r = ow_docker_read_logs(docker, name, &all, take_log, in->reader, &err);
	if (r < 0)
		(void)ow_command_fail(in->command, in->status = OW_EXIT_FAILED,
				      "--gctrace: there is no file '%s', and %s", name,
				      err.text[0] ? err.text : "no memory");
	if (source && ow_case_go_log_end(in->reader) < 0)
		(void)worse(in, "cannot put the case together: out of memory");
}

static void add_log(struct intake *in, const char *source)
{
	if (strcmp(source, "-") == 0 || strchr(source, '/') || access(source, F_OK) == 0)
		add_log_file(in, source);
	else
		add_container_log(in, source);
}

int report_go_read(const struct ow_command *command, const struct report_go_options *options,
		   struct ow_case_reader *reader)
{
	struct intake in = { .command = command, .reader = reader };

	for (size_t i = 0; i < options->heap.n; i++)
		add_file(&in, "heap", options->heap.item[i]);
	for (size_t i = 0; i < options->gctrace.n; i++)
		add_log(&in, options->gctrace.item[i]);
	for (size_t i = 0; i < options->metrics.n; i++)
		add_metrics(&in, options->metrics.item[i]);
	for (size_t i = 0; i < options->pprof.n; i++)
		(void)ask(&in, options->pprof.item[i]);
	return in.status;
}
