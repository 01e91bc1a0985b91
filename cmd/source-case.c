/* SPDX-License-Identifier: Apache-2.0 */
/* A case as a source: the files that its manifest lists, checked against their digests. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256.h"
#include "read/case.h"
#include "read/host.h"
#include "source-internal.h"

#define MANIFEST_MAX OW_MIB(1)
#define FILE_MAX     OW_MIB(64)

struct opened {
	int fd; /* of the folder */
	const char *folder;
	struct ow_manifest_file *file;
	size_t n;
};

/* Reads a file into the arena and holds it against its digest. */
static int load(const struct opened *c, const struct ow_manifest_file *file, struct ow_arena *arena,
		struct ow_str *ret, struct ow_err *err)
{
	char digest[OW_SHA256_MAX];
	int error = ow_file_read(c->fd, file->path, FILE_MAX, arena, ret, err);

	if (error < 0)
		return error;
	error = ow_sha256(*ret, digest);
	if (error < 0)
		return ow_fail(err, -error, "cannot check '%s': %m", file->path);
	if (strcmp(digest, file->sha256) != 0)
		return ow_fail(
			err, EBADMSG,
			"'%s' in case '%s' is not what the manifest says: its SHA-256 differs",
			file->path, c->folder);
	return 0;
}

/* The machine's file says when the kernel's clock began, and when the case was collected. */
static void read_moment(const struct ow_host *host, struct ow_source_reading *r)
{
	if (!(host->have & OW_HOST_TIME))
		return;
	r->clock.has_boot = true;
	r->clock.boot_time_usec = host->time_usec - (int64_t)host->boot_usec;
	if (!r->options->now)
		r->period->now_usec = host->time_usec;
}

static int read_log(const struct ow_source_reading *r, const struct ow_manifest_file *file,
		    struct ow_str bytes)
{
	const struct ow_log_sink *sink = r->sink;
	int error = sink->begin(sink->arg, file->source, file->path, &r->clock);

	if (error == 0)
		error = sink->feed(sink->arg, bytes.p, bytes.n, NULL);
	if (error == 0)
		error = sink->end(sink->arg);
	return error;
}

static bool is_log(const struct ow_manifest_file *file)
{
	return strncmp(file->path, "kernel/", strlen("kernel/")) == 0;
}

static int read_file(struct ow_source_reading *r, const struct opened *c,
		     const struct ow_manifest_file *file)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena =
		ow_arena_new(2 * FILE_MAX + MANIFEST_MAX);
	struct ow_err err = { "" };
	struct ow_str bytes;
	int error;

	if (!arena)
		return ow_source_stopped(r, -ENOMEM);
	error = load(c, file, arena, &bytes, &err);
	if (error < 0)
		return ow_source_failed(r, file->path, error, &err);

	if (strcmp(file->path, "host") == 0) {
		struct ow_host read;

		if (ow_host_read(bytes, file->source, arena, &read) == 0)
			read_moment(&read, r);
	}
	if (is_log(file))
		error = read_log(r, file, bytes);
	else if (r->sink->add)
		error = r->sink->add(r->sink->arg,
				     &(struct ow_evidence){ .path = file->path,
							    .source = file->source,
							    .time_usec = file->time_usec,
							    .bytes = bytes });
	return error < 0 ? ow_source_stopped(r, error) : OW_EXIT_DONE;
}

int ow_source_read_case(struct ow_source_reading *r, const char *folder)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(4 * MANIFEST_MAX);
	ow_scoped(ow_closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct opened c = { .fd = fd, .folder = folder };
	int status = OW_EXIT_DONE, error;
	struct ow_err err = { "" };
	struct ow_str json;

	if (!arena)
		return ow_source_stopped(r, -ENOMEM);
	if (fd < 0)
		error = ow_fail(&err, errno, "cannot open case '%s': %m", folder);
	else
		error = ow_file_read(fd, OW_CASE_MANIFEST, MANIFEST_MAX, arena, &json, &err);
	if (error == 0)
		error = ow_manifest_read(json, arena, &c.file, &c.n, &err);
	if (error < 0)
		return ow_source_failed(r, folder, error, &err);

	/* The logs come last: the others say when the kernel's clock began and who is who. */
	for (size_t i = 0; i < 2 * c.n && !r->stopped; i++) {
		const struct ow_manifest_file *file = &c.file[i % c.n];
		int one = is_log(file) == (i >= c.n) ? read_file(r, &c, file) : OW_EXIT_DONE;

		if (one != OW_EXIT_DONE)
			status = one;
	}
	return status;
}
