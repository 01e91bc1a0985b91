/* SPDX-License-Identifier: Apache-2.0 */
#include "read/case-go.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/stream.h"
#include "base/time.h"
#include "read/case-go-log.h"
#include "read/gopage.h"
#include "read/goroutine.h"
#include "read/profile.h"

#define ARENA_MAX    OW_MIB(64) /* all but the profiles */
#define NSEC_OF_USEC 1000

struct ow_go_intake {
	struct ow_arena *arena;
	struct ow_arena **profile; /* one a profile, n_heaps of them */
	size_t profile_bytes;
	struct ow_go_heap *heap;
	struct ow_arena **logs; /* one a log, n_logs of them */
	struct ow_go_log *log;
	struct ow_go_numbers *page;
	struct ow_go_stacks *stacks;
	struct ow_go_evidence all;
	struct ow_go_log_reader *reading; /* a log that comes in pieces, */
	struct ow_evidence reading_of;
};

/* A file while it is read. */
struct file {
	const struct ow_evidence *evidence;
	struct ow_go_origin of;
	struct ow_arena *arena; /* for the detail */
	const char *detail;
};

struct ow_go_intake *ow_go_intake_new(void)
{
	struct ow_go_intake *intake = calloc(1, sizeof(*intake));

	if (!intake)
		return NULL;
	intake->arena = ow_arena_new(ARENA_MAX);
	return intake->arena ? intake : ow_go_intake_free(intake);
}

struct ow_go_intake *ow_go_intake_free(struct ow_go_intake *intake)
{
	if (!intake)
		return NULL;
	(void)ow_go_log_reader_free(intake->reading);
	for (size_t i = 0; i < intake->all.n_heaps; i++)
		(void)ow_arena_free(intake->profile[i]);
	for (size_t i = 0; i < intake->all.n_logs; i++)
		(void)ow_arena_free(intake->logs[i]);
	(void)ow_arena_free(intake->arena);
	free(intake);
	return NULL;
}

const struct ow_go_evidence *ow_go_intake_all(const struct ow_go_intake *intake)
{
	return &intake->all;
}

/* What is to be said of a file; NULL is no memory. */
static int say(struct file *f, int r, const char *detail)
{
	f->detail = detail;
	return detail ? r : -ENOMEM;
}

static int too_large(struct file *f)
{
	return say(f, -EBADMSG,
		   ow_printf(f->arena, "it takes more than %zu MiB to read, or is one of too many",
			     OW_GO_PROFILE_MAX >> 20));
}

static int read_profile(struct file *f, struct ow_arena *arena, const struct ow_profile **ret)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct ow_profile *profile = NULL;
	struct ow_err err = { "" };
	int r = ow_stream_open_bytes(f->evidence->bytes, f->evidence->source, &stream, &err);

	if (r == 0)
		r = ow_profile_read_stream(stream, f->evidence->source, arena, &profile, &err);
	if (r == -ENOMEM)
		return too_large(f);
	if (r < 0)
		return say(f, -EBADMSG, ow_printf(f->arena, "%s", err.text));
	*ret = profile;
	return 0;
}

/* When it was taken: a profile.proto says so, a page does not. */
static void take_time(struct file *f, const struct ow_profile *profile)
{
	if (profile->time_nanos <= 0)
		return;
	f->of.source.time_usec = profile->time_nanos / NSEC_OF_USEC;
	f->of.loose = false;
}

static bool is_heap(const struct ow_profile *profile)
{
	size_t type;

	return ow_profile_type_index(profile, "inuse_space", &type) ||
	       ow_profile_type_index(profile, "alloc_space", &type);
}

/* Takes the profile over, with the arena that it lives in. */
static int keep_profile(struct ow_go_intake *intake, struct file *f,
			const struct ow_profile *profile, struct ow_arena **arena)
{
	struct ow_go_evidence *all = &intake->all;
	struct ow_arena **arenas =
		ow_grow(intake->arena, intake->profile, all->n_heaps, sizeof(*arenas));
	struct ow_go_heap *more;

	if (!arenas)
		return -ENOMEM;
	intake->profile = arenas;
	more = ow_grow(intake->arena, intake->heap, all->n_heaps, sizeof(*more));
	if (!more)
		return -ENOMEM;
	take_time(f, profile);
	intake->heap = more;
	more[all->n_heaps] = (struct ow_go_heap){ .of = f->of, .profile = profile };
	all->heap = more;
	intake->profile_bytes += ow_arena_bytes(*arena);
	arenas[all->n_heaps++] = *arena;
	*arena = NULL;
	return 0;
}

static int keep_numbers(struct ow_go_intake *intake, const struct file *f,
			const struct ow_go_stats *stats)
{
	struct ow_go_evidence *all = &intake->all;
	struct ow_go_numbers *more =
		ow_grow(intake->arena, intake->page, all->n_pages, sizeof(*more));

	if (!more)
		return -ENOMEM;
	intake->page = more;
	more[all->n_pages] = (struct ow_go_numbers){ .of = f->of, .stats = *stats };
	more[all->n_pages++].stats.source = f->of.source;
	all->page = more;
	return 0;
}

/* The numbers of the runtime that stand behind a heap profile as text. */
static int keep_memstats(struct ow_go_intake *intake, const struct file *f,
			 const struct ow_profile *profile)
{
	if (!profile->memstats.have)
		return 0;
	return keep_numbers(
		intake, f,
		&(struct ow_go_stats){ .page = OW_GO_PAGE_HEAP, .memstats = profile->memstats });
}

/* "heap profile of 2026-11-20T14:14:28Z" */
static int say_what(struct file *f, const char *what)
{
	char utc[OW_TIME_MAX];
	const int64_t usec = f->of.source.time_usec;

	if (usec <= 0)
		return say(f, 0, ow_printf(f->arena, "%s, at an unknown time", what));
	return say(f, 0,
		   ow_printf(f->arena, "%s of %s", what,
			     ow_time_utc(usec - usec % OW_USEC_PER_SEC, utc)));
}

static int add_heap(struct ow_go_intake *intake, struct file *f)
{
	const size_t left = OW_GO_PROFILES_MAX - intake->profile_bytes;
	ow_scoped(ow_arena_freep) struct ow_arena *arena =
		ow_arena_new(left < OW_GO_PROFILE_MAX ? left : OW_GO_PROFILE_MAX);
	const struct ow_profile *profile;
	int r = arena ? read_profile(f, arena, &profile) : -ENOMEM;

	if (r < 0)
		return r;
	if (!is_heap(profile))
		return say(f, -EBADMSG, "it is a profile, but not of the heap");
	r = keep_profile(intake, f, profile, &arena);
	if (r == 0)
		r = keep_memstats(intake, f, profile);
	return r < 0 ? r : say_what(f, "heap profile");
}

/* Unpacks the file into take, which returns 0 or a negative errno. */
static int feed(struct file *f, int (*take)(void *arg, const char *bytes, size_t n), void *arg)
{
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct ow_err err = { "" };
	const char *bytes;
	ssize_t n;
	int r = ow_stream_open_bytes(f->evidence->bytes, f->evidence->source, &stream, &err);

	if (r < 0)
		return r;
	while ((n = ow_stream_next(stream, &bytes, &err)) > 0) {
		r = take(arg, bytes, (size_t)n);
		if (r < 0)
			return r;
	}
	return n == -ENOMEM ? -ENOMEM
	       : n < 0      ? say(f, -EBADMSG, ow_printf(f->arena, "%s", err.text))
			    : 0;
}

static int take_page(void *arg, const char *bytes, size_t n)
{
	return ow_go_page_reader_feed(arg, bytes, n);
}

static int add_metrics(struct ow_go_intake *intake, struct file *f)
{
	const struct ow_go_page_options options = { .source = f->evidence->source,
						    .time_usec = f->evidence->time_usec };
	ow_scoped(ow_go_page_reader_freep) struct ow_go_page_reader *reader =
		ow_go_page_reader_new(&options, intake->arena);
	struct ow_go_stats stats;
	struct ow_err err = { "" };
	int r = reader ? feed(f, take_page, reader) : -ENOMEM;

	if (r == 0)
		r = ow_go_page_reader_end(reader, &stats, &err);
	if (r == -ENOTUNIQ || (r == -EBADMSG && !f->detail))
		return say(f, -EBADMSG, ow_printf(f->arena, "%s", err.text));
	if (r < 0)
		return r;
	f->of.loose &= stats.source.time_usec == f->of.source.time_usec;
	f->of.source.time_usec = stats.source.time_usec;
	r = keep_numbers(intake, f, &stats);
	return r < 0 ? r : say_what(f, "metrics");
}

static int keep_stacks(struct ow_go_intake *intake, struct file *f,
		       const struct ow_goroutines *goroutines)
{
	struct ow_go_evidence *all = &intake->all;
	struct ow_go_stacks *more =
		ow_grow(intake->arena, intake->stacks, all->n_stacks, sizeof(*more));

	if (!more)
		return -ENOMEM;
	intake->stacks = more;
	more[all->n_stacks++] = (struct ow_go_stacks){ .of = f->of, .goroutines = goroutines };
	all->stacks = more;
	return say_what(f, ow_printf(f->arena, "%" PRIu64 " goroutine%s", goroutines->total,
				     goroutines->total == 1 ? "" : "s"));
}

static int take_stacks(void *arg, const char *bytes, size_t n)
{
	return ow_goroutine_reader_feed(arg, bytes, n);
}

/* debug=2, which no reader of profiles knows. */
static int add_dump(struct ow_go_intake *intake, struct file *f)
{
	ow_scoped(ow_goroutine_reader_freep) struct ow_goroutine_reader *reader =
		ow_goroutine_reader_new(f->evidence->source, intake->arena);
	struct ow_goroutines *goroutines;
	struct ow_err err = { "" };
	int r = reader ? feed(f, take_stacks, reader) : -ENOMEM;

	if (r == 0)
		r = ow_goroutine_reader_end(reader, &goroutines, &err);
	if (r == -EBADMSG && !f->detail)
		return say(f, r, ow_printf(f->arena, "%s", err.text));
	return r < 0 ? r : keep_stacks(intake, f, goroutines);
}

static int add_goroutines(struct ow_go_intake *intake, struct file *f)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_GO_PROFILE_MAX);
	const struct ow_profile *profile;
	struct ow_goroutines *goroutines;
	struct ow_err err = { "" };
	int r = arena ? read_profile(f, arena, &profile) : -ENOMEM;

	if (r == -EBADMSG) {
		const char *why = f->detail;

		f->detail = NULL;
		r = add_dump(intake, f);
		return r == -EBADMSG ? say(f, r, why) : r;
	}
	if (r == 0)
		r = ow_goroutines_from_profile(profile, intake->arena, &goroutines, &err);
	if (r == -EBADMSG)
		return say(f, r, ow_printf(f->arena, "%s", err.text));
	if (r < 0)
		return r;
	take_time(f, profile);
	return keep_stacks(intake, f, goroutines);
}

static int take_line(void *arg, const char *bytes, size_t n)
{
	return ow_go_log_reader_feed(arg, bytes, n);
}

static int keep_log(struct ow_go_intake *intake, const struct ow_go_log *log,
		    struct ow_arena **arena)
{
	struct ow_go_evidence *all = &intake->all;
	struct ow_arena **arenas =
		ow_grow(intake->arena, intake->logs, all->n_logs, sizeof(*arenas));
	struct ow_go_log *more;

	if (!arenas)
		return -ENOMEM;
	intake->logs = arenas;
	more = ow_grow(intake->arena, intake->log, all->n_logs, sizeof(*more));
	if (!more)
		return -ENOMEM;
	intake->log = more;
	more[all->n_logs] = *log;
	all->log = more;
	arenas[all->n_logs++] = *arena;
	*arena = NULL;
	return 0;
}

static uint64_t count_cycles(const struct ow_go_log *log)
{
	uint64_t n = 0;

	for (size_t i = 0; i < log->n; i++)
		n += log->event[i].kind == OW_GC_EVENT_CYCLE;
	return n;
}

static int end_log(struct ow_go_intake *intake, struct file *f, struct ow_go_log_reader *reader)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = NULL;
	struct ow_go_log log = { .of = f->of };
	uint64_t cycles;
	int r = ow_go_log_reader_end(reader, &log, &arena);

	if (r < 0)
		return r;
	if (log.n == 0)
		return say(f, -EBADMSG, "no line of Go's collector is in it");
	cycles = count_cycles(&log);
	r = keep_log(intake, &log, &arena);
	return r < 0 ? r
		     : say(f, 0,
			   ow_printf(f->arena, "%" PRIu64 " collection%s%s", cycles,
				     cycles == 1 ? "" : "s",
				     log.thinned ? "; of the older ones only the floor is kept"
						 : ""));
}

static int add_log(struct ow_go_intake *intake, struct file *f)
{
	ow_scoped(ow_go_log_reader_freep) struct ow_go_log_reader *reader =
		ow_go_log_reader_new(f->evidence->time_usec);
	int r = reader ? feed(f, take_line, reader) : -ENOMEM;

	return r < 0 ? r : end_log(intake, f, reader);
}

/* "container/ID/" or "process/PID/", or nothing: whose it is. */
static int read_owner(struct ow_go_intake *intake, struct ow_str *path, struct ow_go_origin *of)
{
	struct ow_str rest = *path, id;
	uint64_t pid;

	if (ow_scan_lit(&rest, "container/") && ow_scan_until(&rest, "/", &id) && id.n) {
		of->container = ow_str_keep(intake->arena, id);
		if (!of->container)
			return -ENOMEM;
		*path = rest;
		return 0;
	}
	rest = *path;
	if (ow_scan_lit(&rest, "process/") && ow_scan_u64(&rest, &pid) && pid <= INT32_MAX &&
	    ow_scan_char(&rest, '/')) {
		of->pid = (int64_t)pid;
		*path = rest;
	}
	return 0;
}

static int read_origin(struct ow_go_intake *intake, struct file *f, struct ow_str *path)
{
	int r;

	*path = ow_str_skip(ow_str(f->evidence->path), strlen("go/"));
	r = read_owner(intake, path, &f->of);
	if (r < 0)
		return r;
	f->of.path = ow_str_keep(intake->arena, ow_str(f->evidence->path));
	f->of.source.name = ow_str_keep(intake->arena, ow_str(f->evidence->source));
	f->of.source.time_usec = f->evidence->time_usec;
	f->of.loose = f->evidence->loose;
	return f->of.path && f->of.source.name ? 0 : -ENOMEM;
}

static int add(struct ow_go_intake *intake, struct file *f)
{
	static const struct {
		const char *folder;
		int (*add)(struct ow_go_intake *intake, struct file *f);
	} kinds[] = {
		{ "heap/", add_heap },
		{ "gctrace/", add_log },
		{ "metrics/", add_metrics },
		{ "goroutine/", add_goroutines },
	};
	struct ow_str path;
	int r = read_origin(intake, f, &path);

	for (size_t i = 0; r == 0 && i < OW_ARRAY_SIZE(kinds); i++)
		if (ow_scan_lit(&path, kinds[i].folder) && path.n)
			return kinds[i].add(intake, f);
	return r < 0 ? r : say(f, -EBADMSG, "this version does not know what kind of file it is");
}

static struct ow_source source_of(const struct file *f, int r)
{
	return (struct ow_source){
		.name = f->evidence->source,
		.path = f->evidence->path,
		.detail = f->detail,
		.state = r < 0 ? OW_SOURCE_UNREADABLE : OW_SOURCE_READ,
	};
}

int ow_go_intake_add(struct ow_go_intake *intake, const struct ow_evidence *file,
		     struct ow_arena *arena, struct ow_source *ret)
{
	struct file f = { .evidence = file, .arena = arena };
	int r = add(intake, &f);

	if (r < 0 && r != -EBADMSG)
		return r;
	*ret = source_of(&f, r);
	return 0;
}

int ow_go_intake_log_begin(struct ow_go_intake *intake, const struct ow_evidence *file)
{
	assert(!intake->reading);
	intake->reading = ow_go_log_reader_new(file->time_usec);
	intake->reading_of = *file;
	return intake->reading ? 0 : -ENOMEM;
}

int ow_go_intake_log_feed(struct ow_go_intake *intake, const char *bytes, size_t n)
{
	assert(intake->reading);
	return ow_go_log_reader_feed(intake->reading, bytes, n);
}

int ow_go_intake_log_end(struct ow_go_intake *intake, struct ow_arena *arena, struct ow_source *ret)
{
	struct file f = { .evidence = &intake->reading_of, .arena = arena };
	struct ow_str path;
	int r = read_origin(intake, &f, &path);

	if (r == 0)
		r = end_log(intake, &f, intake->reading);
	intake->reading = ow_go_log_reader_free(intake->reading);
	if (r < 0 && r != -EBADMSG)
		return r;
	*ret = source_of(&f, r);
	return 0;
}
