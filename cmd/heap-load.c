/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "analyze/profile-merge.h"
#include "base/file.h"
#include "base/stream.h"
#include "base/time.h"
#include "collect/http.h"
#include "heap.h"
#include "read/profile.h"

/* The program that was named before the profiles, or its build id. */
struct program {
	const char *file, *build_id;
};

static bool begins_as_elf(const char *path)
{
	ow_scoped(ow_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char magic[4];

	return fd >= 0 && read(fd, magic, sizeof(magic)) == sizeof(magic) &&
	       memcmp(magic,
		      "\x7f"
		      "ELF",
		      sizeof(magic)) == 0;
}

/* The first of several operands may be the program: a file of code, or hex digits and no file. */
static struct program take_program(int *n, char **argv[])
{
	struct program program = { .build_id = arg_heap.build_id };
	const char *first = (*argv)[0];

	if (*n < 2)
		return program;
	if (begins_as_elf(first))
		program.file = first;
	else if (!program.build_id && access(first, F_OK) < 0 &&
		 strspn(first, "0123456789abcdefABCDEF") == strlen(first))
		program.build_id = first;
	else
		return program;
	(*n)--;
	(*argv)++;
	return program;
}

/* Seconds to wait for a server. */
static int64_t patience(void)
{
	if (arg_heap.timeout > 0)
		return arg_heap.timeout;
	return arg_heap.seconds > 0 ? arg_heap.seconds + arg_heap.seconds / 2 + 5 : 60;
}

static int read_url(const struct ow_command *command, const char *url, const char *name,
		    struct ow_arena *arena, struct ow_profile **ret, struct ow_err *err)
{
	ow_scoped(ow_closep) int fd = memfd_create("profile", MFD_CLOEXEC);
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	int r;

	if (fd < 0)
		return ow_fail(err, errno, "cannot get '%s': %m", name);
	if (arg_heap.seconds > 0)
		ow_command_warn(command, "'%s' is asked what changes in %lld s", name,
				(long long)arg_heap.seconds);
	r = ow_http_get(url, patience() * OW_USEC_PER_SEC, fd, err);
	if (r < 0)
		return r;
	(void)lseek(fd, 0, SEEK_SET);
	r = ow_stream_open_fd(fd, name, &stream, err);
	return r < 0 ? r : ow_profile_read_stream(stream, name, arena, ret, err);
}

static int read_one(const struct ow_command *command, const char *source,
		    const struct program *program, struct ow_arena *arena, struct ow_profile **ret,
		    struct ow_err *err)
{
	char *url, *name;
	int r;

	if (strcmp(source, "-") != 0 && access(source, F_OK) < 0 &&
	    ow_http_profile_url(source, arg_heap.seconds, arena, &url, &name) == 0)
		r = read_url(command, url, name, arena, ret, err);
	else
		r = ow_profile_read_file(source, arena, ret, err);
	if (r == 0 && ow_profile_set_program(*ret, program->file, program->build_id, arena) < 0)
		r = ow_fail(err, ENOMEM, "cannot read '%s': %m", source);
	return r;
}

/* All sources as one profile; *each gets them as they were. */
static int read_all(const struct ow_command *command, const char *const *source, size_t n,
		    const struct program *program, struct ow_arena *arena, struct ow_profile **ret,
		    const struct ow_profile ***each, struct ow_err *err)
{
	struct ow_profile_merge *part = ow_alloc(arena, n, sizeof(*part));
	const struct ow_profile **read = ow_alloc(arena, n, sizeof(const struct ow_profile *));
	int r = 0;

	if (!part || !read)
		return ow_fail(err, ENOMEM, "cannot read %zu profiles: %m", n);
	for (size_t i = 0; i < n && r == 0; i++) {
		struct ow_profile *profile = NULL;

		r = read_one(command, source[i], program, arena, &profile, err);
		part[i].profile = read[i] = profile;
	}
	*each = read;
	return r < 0 ? r : ow_profile_merge(part, n, arena, ret, err);
}

static int add_comment(struct ow_profile *profile, struct ow_arena *arena)
{
	struct ow_str *comment = ow_alloc(arena, profile->n_comments + 1, sizeof(*comment));

	if (!comment)
		return -ENOMEM;
	if (profile->n_comments)
		memcpy(comment, profile->comment, profile->n_comments * sizeof(*comment));
	comment[profile->n_comments++] = ow_str(arg_heap.comment);
	profile->comment = comment;
	return 0;
}

void heap_warn_nameless(const struct ow_command *command, const struct ow_profile *profile)
{
	size_t nameless = 0, named = 0;

	for (size_t i = 0; i < profile->n_locations; i++) {
		named += profile->location[i].n_lines != 0;
		nameless += profile->location[i].n_lines == 0 && profile->location[i].address;
	}
	if (nameless && !named && !arg_heap.symbolize)
		ow_command_warn(command, "the profile has addresses and no names; "
					 "'go tool pprof -proto BINARY FILE' makes one with names");
}

/* An empty word is as none, as pprof has it. */
static bool given(const char *word)
{
	return word && *word;
}

static int name_parts(struct heap_sources *sources, char *const argv[], struct ow_arena *arena,
		      struct ow_err *err)
{
	sources->name = ow_alloc(arena, sources->n_parts, sizeof(*sources->name));
	for (size_t i = 0; sources->name && i < sources->n_parts; i++) {
		const bool is_file = strcmp(argv[i], "-") == 0 || access(argv[i], F_OK) == 0;

		sources->name[i] = is_file ? argv[i] : ow_str_keep(arena, sources->part[i]->name);
		sources->live |= !is_file;
	}
	return ow_arena_refused(arena) ? ow_fail(err, ENOMEM, "cannot name the profiles: %m") : 0;
}

int heap_load(const struct ow_command *command, int n, char *argv[], struct ow_arena *arena,
	      struct ow_profile **ret, struct heap_sources *sources)
{
	const char *base = given(arg_heap.base) ? arg_heap.base : arg_heap.diff_base;
	const struct program program = take_program(&n, &argv);
	struct ow_profile *profile, *subtracted;
	struct ow_err err;
	int r;

	if (given(arg_heap.base) && given(arg_heap.diff_base))
		return ow_command_misuse(command, "-base and -diff_base exclude each other");
	if (arg_heap.normalize && !given(base))
		return ow_command_misuse(command, "-normalize needs -base or -diff_base");
	if (n == 0)
		return ow_command_misuse(command, "no profile is named");
	sources->n_parts = (size_t)n;
	r = read_all(command, (const char *const *)argv, (size_t)n, &program, arena, &profile,
		     &sources->part, &err);
	if (r == 0)
		r = name_parts(sources, argv, arena, &err);
	if (r == 0 && given(base)) {
		sources->n_bases = 1;
		r = read_all(command, &base, 1, &program, arena, &subtracted, &sources->base, &err);
		if (r == 0)
			r = ow_profile_subtract(profile, subtracted, given(arg_heap.diff_base),
						arg_heap.normalize, arena, &profile, &err);
	}
	if (r == 0 && arg_heap.comment && add_comment(profile, arena) < 0)
		r = ow_fail(&err, ENOMEM, "cannot add a comment: %m");
	if (r < 0)
		return ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text);
	*ret = profile;
	return OW_EXIT_DONE;
}

int heap_load_each(const struct ow_command *command, int n, char *argv[],
		   int (*take)(void *arg, struct ow_profile *profile, struct ow_arena *arena,
			       struct ow_err *err),
		   void *arg, struct ow_err *err)
{
	const struct program program = take_program(&n, &argv);
	int r = 0;

	for (int i = 0; i < n && r == 0; i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(HEAP_MEMORY_MAX);
		struct ow_profile *profile;

		r = arena ? read_one(command, argv[i], &program, arena, &profile, err)
			  : ow_fail(err, ENOMEM, "cannot read '%s': %m", argv[i]);
		if (r == 0)
			r = take(arg, profile, arena, err);
	}
	return r;
}
