/* SPDX-License-Identifier: Apache-2.0 */
#include "read/case.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "read/case-go.h"
#include "read/cgroup.h"
#include "read/container.h"
#include "read/event.h"
#include "read/host.h"
#include "read/incident.h"
#include "read/name.h"
#include "read/oom.h"
#include "read/owner.h"
#include "read/seen.h"

#define ARENA_MAX OW_MIB(64) /* all but the kills */

struct ow_case_reader {
	const struct ow_case_select *select;
	struct ow_arena *arena;
	struct ow_incidents *incidents;
	struct ow_go_intake *go;
	struct ow_host host;

	struct ow_oom_reader *log; /* the one that is being read, and its line in the sources */
	struct ow_source source;
	struct ow_source looked;                     /* what its collector knows besides */
	uint64_t log_kills, log_reports, log_copies; /* reports: the kernel's of the kills */
	unsigned n_logs;

	/* ow_grow keeps these, so each is the whole array of its kind. */
	struct ow_source *sources;
	struct ow_container *containers;
	struct ow_cgroup *cgroups;
	struct ow_event *events;
	struct ow_name *names;
	size_t n_sources, n_containers, n_cgroups, n_events, n_names;
};

struct ow_case_reader *ow_case_reader_new(const struct ow_case_select *select)
{
	struct ow_case_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return NULL;
	reader->select = select;
	reader->arena = ow_arena_new(ARENA_MAX);
	reader->incidents = ow_incidents_new(select);
	reader->go = ow_go_intake_new();
	if (!reader->arena || !reader->incidents || !reader->go)
		return ow_case_reader_free(reader);
	return reader;
}

struct ow_case_reader *ow_case_reader_free(struct ow_case_reader *reader)
{
	if (!reader)
		return NULL;
	(void)ow_oom_reader_free(reader->log);
	(void)ow_incidents_free(reader->incidents);
	(void)ow_go_intake_free(reader->go);
	(void)ow_arena_free(reader->arena);
	free(reader);
	return NULL;
}

/* A copy of text, which may be NULL. False when there is no room. */
static bool copy(struct ow_arena *arena, const char **text)
{
	if (*text)
		*text = ow_str_keep(arena, ow_str(*text));
	return *text;
}

/* Takes the source over; its strings stay. */
static int add_source(struct ow_case_reader *reader, struct ow_source source)
{
	struct ow_source *more =
		ow_grow(reader->arena, reader->sources, reader->n_sources, sizeof(*more));

	if (!more)
		return -ENOMEM;
	reader->sources = more;
	more[reader->n_sources++] = source;
	return 0;
}

int ow_case_reader_note(struct ow_case_reader *reader, const struct ow_source *source)
{
	struct ow_source kept = *source;

	if ((kept.name && !copy(reader->arena, &kept.name)) ||
	    (kept.path && !copy(reader->arena, &kept.path)) ||
	    (kept.detail && !copy(reader->arena, &kept.detail)))
		return -ENOMEM;
	return add_source(reader, kept);
}

static int take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct ow_case_reader *reader = arg;
	int r = ow_incidents_take(reader->incidents, reader->n_logs, oom, arena);

	if (r < 0)
		return r;
	reader->log_kills++;
	reader->log_reports += !oom->killer;
	reader->log_copies += (uint64_t)r;
	return 0;
}

int ow_case_log_begin(struct ow_case_reader *reader, const char *name, const char *path,
		      const struct ow_line_clock *clock)
{
	struct ow_source source = { .name = name, .path = path, .state = OW_SOURCE_READ };

	assert(!reader->log);
	if (!copy(reader->arena, &source.name) || (path && !copy(reader->arena, &source.path)))
		return -ENOMEM;
	reader->log = ow_oom_reader_new(&(struct ow_oom_options){ .source = source.name,
								  .clock = *clock,
								  .keep_texts = true },
					take, reader);
	if (!reader->log)
		return -ENOMEM;
	reader->source = source;
	reader->looked = (struct ow_source){ 0 };
	reader->log_kills = reader->log_reports = reader->log_copies = 0;
	reader->n_logs++;
	return 0;
}

int ow_case_log_feed(struct ow_case_reader *reader, const char *bytes, size_t n,
		     const struct ow_oom_scout *scout)
{
	assert(reader->log);
	return ow_oom_reader_feed_scouted(reader->log, bytes, n, scout);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* "412 lines, no OOM kill", and what may have kept one from being seen. */
static const char *describe(const struct ow_case_reader *reader, const struct ow_oom_seen *seen)
{
	const struct {
		uint64_t n;
		const char *what;
	} parts[] = {
		{ reader->log_copies, "also in a source before it" },
		{ seen->cut_lines, "cut, as they were too long" },
		{ seen->binary_lines, "skipped, as they were binary" },
		{ seen->foreign_lines, "like a report, but not the kernel's" },
	};
	const uint64_t lines = reader->source.lines;
	char *text;

	if (seen->bytes == 0 && !(reader->source.have & OW_SOURCE_PERIOD))
		return "empty";
	if (lines == 0)
		text = ow_printf(reader->arena, "no OOM kill");
	else if (reader->log_kills)
		text = ow_printf(reader->arena, "%" PRIu64 " line%s, %" PRIu64 " OOM kill%s", lines,
				 plural(lines), reader->log_kills, plural(reader->log_kills));
	else
		text = ow_printf(reader->arena, "%" PRIu64 " line%s, %sno OOM kill", lines,
				 plural(lines),
				 reader->source.kernel_lines ? "" : "none of them the kernel's, ");
	for (size_t i = 0; text && i < OW_ARRAY_SIZE(parts); i++)
		if (parts[i].n)
			text = ow_printf(reader->arena, "%s, %" PRIu64 " %s", text, parts[i].n,
					 parts[i].what);
	return text;
}

static int end_log(struct ow_case_reader *reader, const struct ow_oom_seen *seen)
{
	struct ow_source *source = &reader->source;

	ow_seen_source(seen, &reader->looked, reader->log_reports, source);
	source->detail = describe(reader, seen);
	return source->detail ? add_source(reader, *source) : -ENOMEM;
}

void ow_case_log_looked(struct ow_case_reader *reader, const struct ow_source *source)
{
	reader->looked = *source;
}

int ow_case_log_end(struct ow_case_reader *reader)
{
	int r;

	assert(reader->log);
	r = ow_oom_reader_end(reader->log);
	if (r == 0)
		r = end_log(reader, ow_oom_reader_seen(reader->log));
	reader->log = ow_oom_reader_free(reader->log);
	return r;
}

size_t ow_case_reader_incident(const struct ow_case_reader *reader,
			       const struct ow_oom *const **ret)
{
	const struct ow_incident incident = ow_incidents_chosen(reader->incidents);

	*ret = incident.kills;
	return incident.n_kills;
}

static int note_file(struct ow_case_reader *reader, const struct ow_evidence *file,
		     enum ow_source_state state, const char *detail)
{
	return ow_case_reader_note(reader, &(struct ow_source){ .name = file->source,
								.path = file->path,
								.detail = detail,
								.state = state });
}

static int add_log(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	struct ow_line_clock clock = { 0 };
	int r;

	if (reader->host.have & OW_HOST_TIME && reader->host.boot_usec <= INT64_MAX)
		clock.has_boot = !__builtin_sub_overflow(reader->host.time_usec,
							 (int64_t)reader->host.boot_usec,
							 &clock.boot_time_usec);
	r = ow_case_log_begin(reader, file->source, file->path, &clock);
	if (r == 0 && file->bytes.n)
		r = ow_case_log_feed(reader, file->bytes.p, file->bytes.n, NULL);
	if (r == 0)
		r = ow_case_log_end(reader);
	return r;
}

static int add_container(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	struct ow_container container, *more;
	struct ow_err err = { "" };
	int r = ow_container_read(file->bytes, file->path, reader->arena, &container, &err);

	if (r == -EBADMSG)
		return note_file(reader, file, OW_SOURCE_UNREADABLE, err.text);
	if (r < 0)
		return r;
	more = ow_grow(reader->arena, reader->containers, reader->n_containers, sizeof(*more));
	if (!more)
		return -ENOMEM;
	reader->containers = more;
	more[reader->n_containers++] = container;
	return note_file(reader, file, OW_SOURCE_READ, container.status);
}

static const char *count_words(struct ow_case_reader *reader, size_t n, const char *what,
			       size_t bad)
{
	return bad ? ow_printf(reader->arena, "%zu %s%s, and %zu line%s that make no sense", n,
			       what, plural(n), bad, plural(bad))
		   : ow_printf(reader->arena, "%zu %s%s", n, what, plural(n));
}

/* Those of several files stand one file after the other. */
static int add_events(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	struct ow_event *events, *more;
	size_t n, bad;
	int r = ow_events_read(file->bytes, file->path, reader->arena, &events, &n, &bad);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		more = ow_grow(reader->arena, reader->events, reader->n_events, sizeof(*more));
		if (!more)
			return -ENOMEM;
		reader->events = more;
		more[reader->n_events++] = events[i];
	}
	if (n == 0 && bad)
		return note_file(reader, file, OW_SOURCE_UNREADABLE, "no line of it makes sense");
	return note_file(reader, file, OW_SOURCE_READ, count_words(reader, n, "event", bad));
}

/* docker/ID.json and docker/ID.events.json */
static int add_docker(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	static const char ending[] = ".events.json";
	const size_t n = strlen(file->path), m = sizeof(ending) - 1;

	if (n > m && strcmp(file->path + n - m, ending) == 0)
		return add_events(reader, file);
	return add_container(reader, file);
}

static int add_names(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	struct ow_name *names, *more;
	size_t n, bad;
	int r = ow_names_read(file->bytes, reader->arena, &names, &n, &bad);

	if (r < 0)
		return r;
	for (size_t i = 0; i < n; i++) {
		more = ow_grow(reader->arena, reader->names, reader->n_names, sizeof(*more));
		if (!more)
			return -ENOMEM;
		reader->names = more;
		more[reader->n_names++] = names[i];
	}
	if (n == 0 && bad)
		return note_file(reader, file, OW_SOURCE_UNREADABLE, "no line of it makes sense");
	return note_file(reader, file, OW_SOURCE_READ, count_words(reader, n, "name", bad));
}

/* One line in the sources stands for all files of a group. */
static int note_cgroup(struct ow_case_reader *reader, const struct ow_cgroup *group)
{
	const char *name = ow_printf(reader->arena, "cgroup %s", group->path);

	if (!name)
		return -ENOMEM;
	return add_source(reader, (struct ow_source){ .name = name,
						      .path = group->source,
						      .detail = group->version == 1 ? "version 1"
										    : "version 2",
						      .state = OW_SOURCE_READ });
}

/* The group of that path and version, made where there is none. NULL when there is no memory. */
static struct ow_cgroup *find_cgroup(struct ow_case_reader *reader, const struct ow_evidence *file,
				     const struct ow_cgroup_place *place)
{
	struct ow_cgroup *more = reader->cgroups;
	struct ow_owner owner;

	for (size_t i = 0; i < reader->n_cgroups; i++)
		if (more[i].version == place->version && strcmp(more[i].path, place->path) == 0)
			return &more[i];
	more = ow_grow(reader->arena, more, reader->n_cgroups, sizeof(*more));
	if (!more)
		return NULL;
	reader->cgroups = more;
	more += reader->n_cgroups;
	*more = (struct ow_cgroup){
		.version = place->version,
		.path = place->path,
		.source = ow_str_keep(reader->arena, ow_str(file->path)),
	};
	if (!more->source || ow_owner_read(place->path, reader->arena, &owner) < 0)
		return NULL;
	if (owner.kind == OW_OWNER_CONTAINER || owner.kind == OW_OWNER_POD)
		more->container = (struct ow_name){ .runtime = owner.runtime, .id = owner.id };
	if (note_cgroup(reader, more) < 0)
		return NULL;
	reader->n_cgroups++;
	return more;
}

static int add_cgroup(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	const struct ow_cgroup_file *kind;
	struct ow_cgroup_place place;
	struct ow_cgroup *group;
	int r = ow_cgroup_place_read(file->path, reader->arena, &place);

	if (r == -EINVAL)
		return note_file(reader, file, OW_SOURCE_UNREADABLE,
				 "its path is not that of a cgroup's file");
	if (r < 0)
		return r;
	group = find_cgroup(reader, file, &place);
	if (!group)
		return -ENOMEM;
	kind = ow_cgroup_file(place.version, place.name);
	r = kind ? ow_cgroup_read(kind, file->bytes, NULL, reader->arena, group) : 0;
	if (r == -EBADMSG)
		return note_file(reader, file, OW_SOURCE_UNREADABLE, "it makes no sense");
	return r < 0 ? r : 0;
}

static int add_host(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	int r = ow_host_read(file->bytes, file->path, reader->arena, &reader->host);

	if (r == -EBADMSG)
		return note_file(reader, file, OW_SOURCE_UNREADABLE, "no line of it makes sense");
	return r < 0 ? r : note_file(reader, file, OW_SOURCE_READ, reader->host.name);
}

static int add_go(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	struct ow_source source;
	int r = ow_go_intake_add(reader->go, file, reader->arena, &source);

	return r < 0 ? r : ow_case_reader_note(reader, &source);
}

int ow_case_go_log_begin(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	return ow_go_intake_log_begin(reader->go, file);
}

int ow_case_go_log_feed(struct ow_case_reader *reader, const char *bytes, size_t n)
{
	return ow_go_intake_log_feed(reader->go, bytes, n);
}

int ow_case_go_log_end(struct ow_case_reader *reader)
{
	struct ow_source source;
	int r = ow_go_intake_log_end(reader->go, reader->arena, &source);

	return r < 0 ? r : ow_case_reader_note(reader, &source);
}

int ow_case_reader_add(struct ow_case_reader *reader, const struct ow_evidence *file)
{
	static const struct {
		const char *path;
		bool folder;
		int (*add)(struct ow_case_reader *reader, const struct ow_evidence *file);
	} kinds[] = {
		{ "kernel/", true, add_log },  { "docker/", true, add_docker },
		{ "names", false, add_names }, { "cgroup/", true, add_cgroup },
		{ "host", false, add_host },   { "go/", true, add_go },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(kinds); i++) {
		struct ow_str rest = ow_str(file->path);

		if (ow_scan_lit(&rest, kinds[i].path) && (rest.n != 0) == kinds[i].folder)
			return kinds[i].add(reader, file);
	}
	return note_file(reader, file, OW_SOURCE_UNREADABLE,
			 "this version does not know what kind of file it is");
}

static int asked(const struct ow_case_reader *reader, const char **ret)
{
	const struct ow_case_select *select = reader->select;
	const char *text;

	if (select->owner)
		text = ow_str_keep(reader->arena, ow_str(select->owner));
	else if (select->kill)
		text = ow_printf(reader->arena, "kill %" PRIu64, select->kill);
	else
		return 0;
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}

int ow_case_reader_finish(struct ow_case_reader *reader, struct ow_case *ret)
{
	const struct ow_incident incident = ow_incidents_chosen(reader->incidents);
	struct ow_case done = {
		.kills = incident.kills,
		.n_kills = incident.n_kills,
		.n_more_kills = incident.n_more_kills,
		.n_other_kills = incident.n_other_kills,
		.n_homeless = incident.n_homeless,
		.sources = reader->sources,
		.n_sources = reader->n_sources,
		.containers = reader->containers,
		.n_containers = reader->n_containers,
		.events = reader->events,
		.n_events = reader->n_events,
		.names = reader->names,
		.n_names = reader->n_names,
		.cgroups = reader->cgroups,
		.n_cgroups = reader->n_cgroups,
		.host = reader->host,
		.go = *ow_go_intake_all(reader->go),
		.now_usec = reader->host.have & OW_HOST_TIME ? reader->host.time_usec : 0,
	};
	int r = asked(reader, &done.asked);

	if (r == 0 && reader->select->owner)
		done.asked_id = done.asked;

	if (r < 0)
		return r;
	*ret = done;
	return 0;
}
