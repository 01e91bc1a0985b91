/* SPDX-License-Identifier: Apache-2.0 */
#include "read/case-go.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/stream.h"
#include "base/time.h"
#include "read/profile.h"

#define ARENA_MAX    OW_MIB(64) /* all but the profiles */
#define NSEC_OF_USEC 1000

struct ow_go_intake {
	struct ow_arena *arena;
	struct ow_arena **profile; /* one a profile, n_heaps of them */
	size_t profile_bytes;
	struct ow_go_heap *heap;
	struct ow_go_evidence all;
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
	for (size_t i = 0; i < intake->all.n_heaps; i++)
		(void)ow_arena_free(intake->profile[i]);
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
	f->of.own_time = true;
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
	return r < 0 ? r
		     : say(f, 0,
			   f->of.own_time ? ow_printf(f->arena, "heap profile of %s",
						      ow_time_utc(f->of.source.time_usec,
								  (char[OW_TIME_MAX]){ "" }))
					  : "heap profile, which does not say when it was taken");
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

static int add(struct ow_go_intake *intake, struct file *f)
{
	static const struct {
		const char *folder;
		int (*add)(struct ow_go_intake *intake, struct file *f);
	} kinds[] = {
		{ "heap/", add_heap },
	};
	struct ow_str path = ow_str_skip(ow_str(f->evidence->path), strlen("go/"));
	int r = read_owner(intake, &path, &f->of);

	if (r < 0)
		return r;
	f->of.path = ow_str_keep(intake->arena, ow_str(f->evidence->path));
	f->of.source.name = ow_str_keep(intake->arena, ow_str(f->evidence->source));
	if (!f->of.path || !f->of.source.name)
		return -ENOMEM;
	for (size_t i = 0; i < OW_ARRAY_SIZE(kinds); i++)
		if (ow_scan_lit(&path, kinds[i].folder) && path.n)
			return kinds[i].add(intake, f);
	return say(f, -EBADMSG, "this version does not know what kind of file it is");
}

int ow_go_intake_add(struct ow_go_intake *intake, const struct ow_evidence *file,
		     struct ow_arena *arena, struct ow_source *ret)
{
	struct file f = {
		.evidence = file,
		.of = { .source = { .time_usec = file->time_usec } },
		.arena = arena,
	};
	int r = add(intake, &f);

	if (r < 0 && r != -EBADMSG)
		return r;
	*ret = (struct ow_source){
		.name = file->source,
		.path = file->path,
		.detail = f.detail,
		.state = r < 0 ? OW_SOURCE_UNREADABLE : OW_SOURCE_READ,
	};
	return 0;
}
