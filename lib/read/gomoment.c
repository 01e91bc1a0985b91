/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gomoment.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/types.h>

#include "base/stream.h"
#include "read/cgroup.h"
#include "read/goroutine.h"
#include "read/process.h"
#include "read/profile.h"

#define HEAD_BYTES    4096        /* that a kind is told by */
#define SMALL_MAX     OW_MIB(1)   /* of a file of /proc or a cgroup */
#define PROFILE_BYTES OW_MIB(512) /* that a profile may take while it is read */

/* A stream whose first bytes were looked at. */
struct source {
	struct ow_stream *stream;
	const struct ow_go_page_options *options;
	struct ow_arena *arena;
	char head[HEAD_BYTES];
	size_t n_head;
	const char *rest; /* of the piece that the head ended in */
	size_t n_rest;
};

typedef int feed_fn(void *reader, const char *bytes, size_t n, struct ow_err *err);

static int look(struct source *s, struct ow_err *err)
{
	ssize_t n;

	while (s->n_head < HEAD_BYTES && (n = ow_stream_next(s->stream, &s->rest, err)) != 0) {
		size_t take = HEAD_BYTES - s->n_head;

		if (n < 0)
			return (int)n;
		take = take < (size_t)n ? take : (size_t)n;
		memcpy(s->head + s->n_head, s->rest, take);
		s->n_head += take;
		s->rest += take;
		s->n_rest = (size_t)n - take;
	}
	return 0;
}

static int feed_all(struct source *s, feed_fn *feed, void *reader, struct ow_err *err)
{
	const char *bytes;
	ssize_t n;
	int r = feed(reader, s->head, s->n_head, err);

	if (r == 0 && s->n_rest)
		r = feed(reader, s->rest, s->n_rest, err);
	while (r == 0 && (n = ow_stream_next(s->stream, &bytes, err)) != 0)
		r = n < 0 ? (int)n : feed(reader, bytes, (size_t)n, err);
	return r;
}

static int full(const struct source *s, struct ow_err *err)
{
	return ow_fail(err, ENOMEM, "cannot read '%s': %m", s->options->source);
}

static int feed_page(void *reader, const char *bytes, size_t n, struct ow_err *err)
{
	const int r = ow_go_page_reader_feed(reader, bytes, n);

	return r < 0 ? ow_fail(err, -r, "cannot read the page: %m") : 0;
}

static int read_page(struct source *s, struct ow_go_moment *part, struct ow_err *err)
{
	ow_scoped(ow_go_page_reader_freep) struct ow_go_page_reader *reader =
		ow_go_page_reader_new(s->options, s->arena);
	int r;

	part->stats = ow_alloc(s->arena, 1, sizeof(*part->stats));
	if (!reader || !part->stats)
		return full(s, err);
	r = feed_all(s, feed_page, reader, err);
	if (r == 0)
		r = ow_go_page_reader_end(reader, part->stats, err);
	part->n_stats = r == 0;
	return r;
}

static int feed_stacks(void *reader, const char *bytes, size_t n, struct ow_err *err)
{
	const int r = ow_goroutine_reader_feed(reader, bytes, n);

	return r < 0 ? ow_fail(err, -r, "cannot read the goroutines: %m") : 0;
}

static void put_goroutines(struct ow_go_moment *part, const struct ow_goroutines *goroutines,
			   int64_t time_usec)
{
	part->goroutines = goroutines;
	part->goroutines_source = (struct ow_go_source){ goroutines->source, time_usec };
}

static int read_stacks(struct source *s, struct ow_go_moment *part, struct ow_err *err)
{
	ow_scoped(ow_goroutine_reader_freep) struct ow_goroutine_reader *reader =
		ow_goroutine_reader_new(s->options->source, s->arena);
	struct ow_goroutines *goroutines;
	int r;

	if (!reader)
		return full(s, err);
	r = feed_all(s, feed_stacks, reader, err);
	if (r == 0)
		r = ow_goroutine_reader_end(reader, &goroutines, err);
	if (r == 0)
		put_goroutines(part, goroutines, s->options->time_usec);
	return r;
}

static int feed_profile(void *reader, const char *bytes, size_t n, struct ow_err *err)
{
	return ow_profile_reader_feed(reader, bytes, n, err);
}

bool ow_go_profile_total(const struct ow_profile *profile, struct ow_arena *scratch,
			 uint64_t *ret_bytes, uint64_t *ret_error)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	double variance = 0, error;
	size_t bytes_at, count_at = 0;
	uint64_t sum = 0;
	bool counted;

	if (!ow_profile_type_index(profile, "inuse_space", &bytes_at) ||
	    ow_profile_walk_init(&walk, profile, scratch) < 0)
		return false;
	counted = ow_profile_type_index(profile, "inuse_objects", &count_at) && profile->period > 1;
	while (ow_profile_walk_next_values(&walk, &sample)) {
		const int64_t bytes = sample.value[bytes_at], count = sample.value[count_at];
		double size, chance;

		if (bytes > 0 && __builtin_add_overflow(sum, (uint64_t)bytes, &sum))
			sum = UINT64_MAX;
		if (!counted || bytes <= 0 || count <= 0)
			continue;
		size = (double)bytes / (double)count;
		chance = -expm1(-size / (double)profile->period);
		if (chance > 0)
			variance += (double)count * size * size * (1 - chance) / chance;
	}
	error = sqrt(variance);
	*ret_bytes = sum;
	*ret_error = error < 9e18 ? (uint64_t)error : 0;
	return true;
}

/* A heap profile's own time; 0: it has none. */
static int64_t time_of(const struct ow_profile *profile, int64_t otherwise)
{
	return profile->time_nanos > 0 ? profile->time_nanos / 1000 : otherwise;
}

static int take_heap(struct source *s, const struct ow_profile *profile, struct ow_arena *scratch,
		     struct ow_go_moment *part, struct ow_err *err)
{
	const char *name = ow_str_keep(s->arena, ow_str(s->options->source));

	if (!name)
		return full(s, err);
	if (profile->duration_nanos > 0)
		return ow_fail(err, EBADMSG,
			       "'%s' says what changed while it was taken, not what is held: get "
			       "one without seconds=",
			       name);
	if (!ow_go_profile_total(profile, scratch, &part->profile_bytes,
				 &part->profile_error_bytes))
		return ow_fail(err, EBADMSG, "'%s' is no profile of a heap or of goroutines", name);
	part->profile_source = (struct ow_go_source){
		.name = name,
		.time_usec = time_of(profile, s->options->time_usec),
	};
	if (!profile->memstats.have)
		return 0;
	part->stats = ow_alloc(s->arena, 1, sizeof(*part->stats));
	if (!part->stats)
		return full(s, err);
	part->stats[0] = (struct ow_go_stats){
		.page = OW_GO_PAGE_HEAP,
		.source = part->profile_source,
		.memstats = profile->memstats,
	};
	part->n_stats = 1;
	return 0;
}

static int read_profile(struct source *s, struct ow_go_moment *part, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(PROFILE_BYTES);
	ow_scoped(ow_profile_reader_freep) struct ow_profile_reader *reader =
		scratch ? ow_profile_reader_new(s->options->source, scratch) : NULL;
	struct ow_goroutines *goroutines;
	struct ow_profile *profile;
	int r;

	if (!reader)
		return full(s, err);
	r = feed_all(s, feed_profile, reader, err);
	if (r == 0)
		r = ow_profile_reader_end(reader, &profile, err);
	if (r < 0)
		return r;
	if (profile->n_types == 0 || !ow_str_is(profile->type[0].type, "goroutine"))
		return take_heap(s, profile, scratch, part, err);
	r = ow_goroutines_from_profile(profile, s->arena, &goroutines, err);
	if (r == 0)
		put_goroutines(part, goroutines, time_of(profile, s->options->time_usec));
	return r;
}

/* All of a small file. */
struct small {
	struct source *source;
	char *text;
	size_t n;
};

static int feed_small(void *arg, const char *bytes, size_t n, struct ow_err *err)
{
	struct small *small = arg;

	if (n > SMALL_MAX - small->n)
		return ow_fail(err, EFBIG, "'%s' is too large for a file of /proc or of a cgroup",
			       small->source->options->source);
	memcpy(small->text + small->n, bytes, n);
	small->n += n;
	return 0;
}

static int read_small(struct source *s, struct ow_arena *arena, struct ow_str *ret,
		      struct ow_err *err)
{
	struct small small = { .source = s, .text = ow_alloc(arena, SMALL_MAX, 1) };
	int r = small.text ? feed_all(s, feed_small, &small, err) : full(s, err);

	*ret = (struct ow_str){ small.text, small.n };
	return r;
}

static int read_proc(struct source *s, enum ow_go_kind kind, struct ow_go_moment *part,
		     struct ow_err *err)
{
	const char *file = kind == OW_GO_KIND_STATUS ? "status" : "smaps_rollup";
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(2 * SMALL_MAX);
	struct ow_process *process = ow_alloc(s->arena, 1, sizeof(*process));
	const char *name = ow_str_keep(s->arena, ow_str(s->options->source));
	const struct ow_go_source source = { name, s->options->time_usec };
	struct ow_str text;
	int r;

	if (!scratch || !process || !name)
		return full(s, err);
	process->pid = -1;
	r = read_small(s, scratch, &text, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < ow_process_files_n; i++)
		if (strcmp(ow_process_files[i].name, file) == 0)
			r = ow_process_read(&ow_process_files[i], text, s->arena, process);
	if (r < 0)
		return ow_fail(err, -r, "'%s' is no %s of /proc: %m", name, file);
	part->process = process;
	*(kind == OW_GO_KIND_STATUS ? &part->status_source : &part->smaps_source) = source;
	return 0;
}

static int read_stat(struct source *s, struct ow_go_moment *part, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(2 * SMALL_MAX);
	struct ow_cgroup *group = ow_alloc(s->arena, 1, sizeof(*group));
	const char *name = ow_str_keep(s->arena, ow_str(s->options->source));
	const struct ow_cgroup_file *file;
	struct ow_str text;
	int r;

	if (!scratch || !group || !name)
		return full(s, err);
	r = read_small(s, scratch, &text, err);
	if (r < 0)
		return r;
	group->version = ow_str_find(text, OW_STR("anon ")) == text.p ? 2 : 1;
	group->path = group->source = name;
	file = ow_cgroup_file((unsigned)group->version, "memory.stat");
	r = file ? ow_cgroup_read(file, text, NULL, s->arena, group) : -EBADMSG;
	if (r < 0)
		return ow_fail(err, -r, "'%s' is no memory.stat: %m", name);
	part->cgroup = group;
	part->cgroup_source = (struct ow_go_source){ name, s->options->time_usec };
	return 0;
}

static int read_kind(struct source *s, struct ow_go_file *file, struct ow_err *err)
{
	switch (file->kind) {
	case OW_GO_KIND_METRICS:
	case OW_GO_KIND_RUNTIME:
		return read_page(s, &file->part, err);
	case OW_GO_KIND_STACKS:
		return read_stacks(s, &file->part, err);
	case OW_GO_KIND_PROFILE:
	case OW_GO_KIND_HEAP_TEXT:
	case OW_GO_KIND_GOROUTINES:
		return read_profile(s, &file->part, err);
	case OW_GO_KIND_STATUS:
	case OW_GO_KIND_SMAPS_ROLLUP:
		return read_proc(s, file->kind, &file->part, err);
	case OW_GO_KIND_MEMORY_STAT:
		return read_stat(s, &file->part, err);
	case OW_GO_KIND_UNKNOWN:
	case OW_GO_KIND_COUNT:
		break;
	}
	return ow_fail(err, EBADMSG,
		       "'%s' is no heap or goroutine profile, page of metrics, dump of "
		       "runtime/metrics, status, smaps_rollup or memory.stat",
		       s->options->source);
}

int ow_go_file_read(struct ow_stream *stream, const struct ow_go_page_options *options,
		    struct ow_arena *arena, struct ow_go_file *ret, struct ow_err *err)
{
	struct source source = { .stream = stream, .options = options, .arena = arena };
	struct ow_go_file file = { 0 };
	int r = look(&source, err);

	if (r < 0)
		return r;
	file.kind = ow_go_kind_of((struct ow_str){ source.head, source.n_head });
	r = read_kind(&source, &file, err);
	if (r == 0)
		*ret = file;
	return r;
}

/* What only smaps_rollup says. */
static void add_smaps(struct ow_process *process, const struct ow_process *smaps)
{
	process->have |= smaps->have;
	process->pss_bytes = smaps->pss_bytes;
	process->pss_anon_bytes = smaps->pss_anon_bytes;
	process->pss_file_bytes = smaps->pss_file_bytes;
	process->pss_shmem_bytes = smaps->pss_shmem_bytes;
	process->swap_pss_bytes = smaps->swap_pss_bytes;
	process->private_bytes = smaps->private_bytes;
	process->lazy_free_bytes = smaps->lazy_free_bytes;
	process->anon_thp_bytes = smaps->anon_thp_bytes;
}

/* status and smaps_rollup are two files of one process. */
static int add_process(struct ow_go_moment *moment, const struct ow_go_moment *part,
		       struct ow_arena *arena)
{
	const bool is_status = part->status_source.name;
	const struct ow_process *old = moment->process;
	struct ow_process *process = ow_alloc(arena, 1, sizeof(*process));

	if (!process)
		return -ENOMEM;
	*process = is_status || !old ? *part->process : *old;
	if (old)
		add_smaps(process, is_status ? old : part->process);
	moment->process = process;
	if (is_status)
		moment->status_source = part->status_source;
	if (part->smaps_source.name)
		moment->smaps_source = part->smaps_source;
	return 0;
}

static int add_stats(struct ow_go_moment *moment, const struct ow_go_moment *part,
		     struct ow_arena *arena)
{
	for (size_t i = 0; i < part->n_stats; i++) {
		struct ow_go_stats *more =
			ow_grow(arena, moment->stats, moment->n_stats, sizeof(*more));

		if (!more)
			return -ENOMEM;
		moment->stats = more;
		moment->stats[moment->n_stats++] = part->stats[i];
	}
	return 0;
}

/* Does a page of that kind stand there already? */
static bool has_page(const struct ow_go_moment *moment, enum ow_go_page page)
{
	for (size_t i = 0; i < moment->n_stats; i++)
		if (moment->stats[i].page == page)
			return true;
	return false;
}

/* A profile as text and one as profile.proto may be of one moment. */
static bool is_twice(const struct ow_go_moment *moment, const struct ow_go_moment *part)
{
	for (size_t i = 0; i < part->n_stats; i++)
		if (has_page(moment, part->stats[i].page))
			return true;
	return (part->profile_source.name && moment->profile_source.name && !part->n_stats &&
		!has_page(moment, OW_GO_PAGE_HEAP)) ||
	       (part->cgroup && moment->cgroup) || (part->goroutines && moment->goroutines) ||
	       (part->status_source.name && moment->status_source.name) ||
	       (part->smaps_source.name && moment->smaps_source.name);
}

int ow_go_moment_add(struct ow_go_moment *moment, const struct ow_go_moment *part,
		     struct ow_arena *arena)
{
	int r = is_twice(moment, part) ? -EEXIST : 0;

	if (r == 0 && part->process)
		r = add_process(moment, part, arena);
	/* Of two profiles that which came with MemStats counts: they are of one moment. */
	if (r == 0 && part->profile_source.name &&
	    (part->n_stats || !moment->profile_source.name)) {
		moment->profile_source = part->profile_source;
		moment->profile_bytes = part->profile_bytes;
		moment->profile_error_bytes = part->profile_error_bytes;
	}
	if (r == 0)
		r = add_stats(moment, part, arena);
	if (r < 0)
		return r;
	if (part->cgroup) {
		moment->cgroup = part->cgroup;
		moment->cgroup_source = part->cgroup_source;
	}
	if (part->goroutines) {
		moment->goroutines = part->goroutines;
		moment->goroutines_source = part->goroutines_source;
	}
	if (part->environment.source.name)
		moment->environment = part->environment;
	return 0;
}
