/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "account.h"
#include "base/file.h"
#include "base/stream.h"
#include "base/time.h"
#include "collect/http.h"
#include "read/cgroup.h"

#define FILE_MAX      OW_MIB(1) /* of a cgroup */
#define PATIENCE_USEC (30 * OW_USEC_PER_SEC)

int64_t account_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

int account_add_input(struct account_inputs *inputs, const char *name,
		      const struct ow_go_file *file)
{
	struct account_input *more = ow_grow(inputs->arena, inputs->item, inputs->n, sizeof(*more));

	if (!more)
		return -ENOMEM;
	inputs->item = more;
	inputs->item[inputs->n].name = ow_str_keep(inputs->arena, ow_str(name));
	inputs->item[inputs->n].file = *file;
	return inputs->item[inputs->n++].name ? 0 : -ENOMEM;
}

static int add(struct account_inputs *inputs, const char *name, const struct ow_go_file *file,
	       struct ow_err *err)
{
	const int r = account_add_input(inputs, name, file);

	return r < 0 ? ow_fail(err, -r, "cannot read '%s': %m", name) : 0;
}

static int read_stream(struct account_inputs *inputs, struct ow_stream *stream, const char *name,
		       int64_t time_usec, struct ow_err *err)
{
	const struct ow_go_page_options options = {
		.source = name,
		.time_usec = time_usec,
		.instance = arg_account.instance,
	};
	struct ow_go_file file;
	int r = ow_go_file_read(stream, &options, inputs->arena, &file, err);

	return r < 0 ? r : add(inputs, name, &file, err);
}

/* The files of a cgroup in a folder, as the file system shows them or as they were copied. */
static int read_group(struct account_inputs *inputs, const char *path, struct ow_err *err)
{
	ow_scoped(ow_closep) int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct ow_cgroup *group = ow_alloc(inputs->arena, 1, sizeof(*group));
	struct ow_go_file file = { .kind = OW_GO_KIND_MEMORY_STAT };
	int r = 0;

	if (dir < 0)
		return ow_fail(err, errno, "cannot open '%s': %m", path);
	if (!group)
		return ow_fail(err, ENOMEM, "cannot read '%s': %m", path);
	if (faccessat(dir, "memory.stat", F_OK, 0) < 0)
		return ow_fail(err, ENOENT, "'%s' is a folder without memory.stat: give the files",
			       path);
	group->version = faccessat(dir, "memory.usage_in_bytes", F_OK, 0) == 0 ? 1 : 2;
	group->path = group->source = path;
	for (size_t i = 0; i < ow_cgroup_files_n && r >= 0; i++) {
		const struct ow_cgroup_file *f = &ow_cgroup_files[i];
		struct ow_str text;

		if (f->is_pids || !ow_cgroup_file_is_of(f, group->version) ||
		    ow_file_read(dir, f->name, FILE_MAX, inputs->arena, &text, NULL) < 0)
			continue;
		r = ow_cgroup_read(f, text, NULL, inputs->arena, group);
		r = r == -EBADMSG ? 0 : r;
	}
	if (r < 0)
		return ow_fail(err, -r, "cannot read '%s': %m", path);
	file.part.cgroup = group;
	file.part.cgroup_source.name = path;
	return add(inputs, path, &file, err);
}

int account_read_file(struct account_inputs *inputs, const char *path, struct ow_err *err)
{
	static const char stat_file[] = "/memory.stat";
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;
	const size_t n = strlen(path), n_stat = sizeof(stat_file) - 1;
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	struct stat st;
	char *folder;
	int r;

	if (name == path && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return read_group(inputs, path, err);
	if (n > n_stat && strcmp(path + n - n_stat, stat_file) == 0) {
		folder = ow_str_keep(inputs->arena, (struct ow_str){ path, n - n_stat });
		return folder ? read_group(inputs, folder, err)
			      : ow_fail(err, ENOMEM, "cannot read '%s': %m", path);
	}
	r = ow_stream_open(path, &stream, err);
	return r < 0 ? r : read_stream(inputs, stream, name, 0, err);
}

bool account_is_url(const char *operand, struct ow_arena *arena)
{
	char *url, *name;

	return strcmp(operand, "-") != 0 && access(operand, F_OK) < 0 && strchr(operand, ':') &&
	       ow_http_profile_url(operand, 0, arena, &url, &name) == 0;
}

static int get(struct account_inputs *inputs, const char *url, struct ow_err *err)
{
	ow_scoped(ow_closep) int fd = memfd_create("page", MFD_CLOEXEC);
	ow_scoped(ow_stream_closep) struct ow_stream *stream = NULL;
	char *whole, *name;
	int64_t time_usec;
	int r;

	if (fd < 0)
		return ow_fail(err, errno, "cannot get a page: %m");
	r = ow_http_profile_url(url, 0, inputs->arena, &whole, &name);
	if (r < 0)
		return ow_fail(err, -r, "'%s' is no address: %m", url);
	r = ow_http_get(whole, PATIENCE_USEC, fd, err);
	if (r < 0)
		return r;
	time_usec = account_now();
	(void)lseek(fd, 0, SEEK_SET);
	r = ow_stream_open_fd(fd, name, &stream, err);
	return r < 0 ? r : read_stream(inputs, stream, name, time_usec, err);
}

/* The pages of a server, dearest first, so that what /proc says is read next to the last one. */
static const char *const pages[] = {
	"/debug/pprof/goroutine?debug=1",
	"/debug/pprof/heap?debug=1",
	"/metrics",
};

/* Only what --goroutines shows: with what they wait for, and the sum of their stacks. */
static const char *const pages_of_goroutines[] = {
	"/debug/pprof/goroutine?debug=2",
	"/metrics",
};

int account_read_url(struct account_inputs *inputs, const char *url, struct ow_err *err)
{
	const char *const *page = arg_account.goroutines ? pages_of_goroutines : pages;
	const size_t n =
		arg_account.goroutines ? OW_ARRAY_SIZE(pages_of_goroutines) : OW_ARRAY_SIZE(pages);
	struct ow_err first = { "" };
	const char *query = strchr(url, '?');
	char *whole, *name, *at;
	size_t got = 0;

	if (ow_http_profile_url(url, 0, inputs->arena, &whole, &name) < 0)
		return ow_fail(err, EINVAL, "'%s' is no address", url);
	at = strstr(whole, "/debug/pprof");
	if (!at || query) /* a page of its own */
		return get(inputs, url, err);
	*at = '\0';
	for (size_t i = 0; i < n; i++) {
		const char *one = ow_printf(inputs->arena, "%s%s", whole, page[i]);
		struct ow_err why;

		if (!one)
			return ow_fail(err, ENOMEM, "cannot get '%s': %m", name);
		if (get(inputs, one, &why) == 0)
			got++;
		else if (!*first.text)
			first = why;
	}
	if (got == 0)
		return ow_fail(err, EPROTO, "%s", first.text);
	return 0;
}

/* The first number in the name of a file: heap.3.pb.gz and metrics.3.prom are of one moment. */
static struct ow_str key_of(const char *name)
{
	const char *slash = strrchr(name, '/');
	const char *base = slash ? slash + 1 : name;

	base += strcspn(base, "0123456789");
	return (struct ow_str){ base, strspn(base, "0123456789") };
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Does each file have a number that no other one of its kind has? */
static bool have_keys(const struct account_inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++) {
		const struct ow_str key = key_of(inputs->item[i].name);

		if (key.n == 0)
			return false;
		for (size_t k = 0; k < i; k++)
			if (inputs->item[k].file.kind == inputs->item[i].file.kind &&
			    same(key_of(inputs->item[k].name), key))
				return false;
	}
	return true;
}

static size_t count_kind(const struct account_inputs *inputs, enum ow_go_kind kind, size_t before)
{
	size_t n = 0;

	for (size_t i = 0; i < before; i++)
		n += inputs->item[i].file.kind == kind;
	return n;
}

/* The moment that the i-th file is of, by its number; of is that of those before it, n how many
 * moments they make. */
static size_t moment_by_key(const struct account_inputs *inputs, size_t i, const size_t *of,
			    size_t n)
{
	const struct ow_str key = key_of(inputs->item[i].name);

	for (size_t k = 0; k < i; k++)
		if (same(key_of(inputs->item[k].name), key))
			return of[k];
	return n;
}

static int uneven(const struct account_inputs *inputs, const char *name, struct ow_err *err)
{
	return ow_fail(
		err, EINVAL,
		"of which moment '%s' is cannot be told: give as many files of each kind, or "
		"number them as heap.1.txt, metrics.1.prom (%zu were read)",
		name, inputs->n);
}

int account_arrange(const struct account_inputs *inputs, struct ow_go_series *ret,
		    struct ow_err *err)
{
	struct ow_go_moment *moment = ow_alloc(inputs->arena, inputs->n, sizeof(*moment));
	size_t *of = ow_alloc(inputs->arena, inputs->n, sizeof(*of));
	size_t n = 0, most = 0;
	bool by_key;

	if (!moment || !of)
		return ow_fail(err, ENOMEM, "cannot put the files together: %m");
	for (size_t i = 0; i < inputs->n; i++) {
		const size_t count = count_kind(inputs, inputs->item[i].file.kind, inputs->n);

		most = count > most ? count : most;
	}
	by_key = most > 1 && have_keys(inputs);
	for (size_t i = 0; i < inputs->n; i++) {
		const struct account_input *input = &inputs->item[i];
		const enum ow_go_kind kind = input->file.kind;
		int r;

		of[i] = by_key ? moment_by_key(inputs, i, of, n) : count_kind(inputs, kind, i);
		if (!by_key && count_kind(inputs, kind, inputs->n) != most)
			return uneven(inputs, input->name, err);
		r = ow_go_moment_add(&moment[of[i]], &input->file.part, inputs->arena);
		if (r < 0)
			return ow_fail(err, -r,
				       r == -EEXIST ? "'%s' says again what another file "
						      "of its moment says"
						    : "cannot take '%s': %m",
				       input->name);
		n = of[i] + 1 > n ? of[i] + 1 : n;
	}
	*ret = (struct ow_go_series){ moment, n };
	return 0;
}
