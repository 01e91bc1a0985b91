/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "read/case.h"
#include "read/json.h"

#define SCHEMA        "oomwhy.case/1"
#define SHA256_DIGITS 64

static bool is_part(struct ow_str part)
{
	for (size_t i = 0; i < part.n; i++)
		if ((unsigned char)part.p[i] < 0x20 || part.p[i] == 0x7f)
			return false;
	return part.n && !ow_str_is(part, ".") && !ow_str_is(part, "..");
}

/* Does the path lead to a file below the case, and can it be shown? */
static bool is_inside(const char *path)
{
	struct ow_str rest = ow_str(path), part;

	while (ow_scan_until(&rest, "/", &part))
		if (!is_part(part))
			return false;
	return is_part(rest);
}

static bool is_sha256(const char *text)
{
	return strlen(text) == SHA256_DIGITS && strspn(text, "0123456789abcdef") == SHA256_DIGITS;
}

static int read_file(const json_t *json, size_t number, struct ow_arena *arena,
		     struct ow_manifest_file *file, struct ow_err *err)
{
	if (ow_json_get_text(json, "path", arena, &file->path) < 0 ||
	    ow_json_get_text(json, "source", arena, &file->source) < 0 ||
	    ow_json_get_text(json, "sha256", arena, &file->sha256) < 0)
		return ow_fail(err, ENOMEM, "cannot read the manifest: %m");
	if (!file->path || !file->source)
		return ow_fail(err, EBADMSG, "bad manifest: file %zu has no %s", number,
			       file->path ? "source" : "path");
	if (!is_inside(file->path))
		return ow_fail(err, EBADMSG,
			       "bad manifest: '%s' does not lead to a file of the case",
			       file->path);
	if (!file->sha256 || !is_sha256(file->sha256))
		return ow_fail(err, EBADMSG, "bad manifest: '%s' has no SHA-256", file->path);
	if (!ow_json_get_time(json, "time", &file->time_usec))
		return ow_fail(err, EBADMSG, "bad manifest: '%s' has no time", file->path);
	return 0;
}

/* paths is an object that serves as a set. */
static int add_path(json_t *paths, const char *path, struct ow_err *err)
{
	if (json_object_get(paths, path))
		return ow_fail(err, EBADMSG, "bad manifest: '%s' is named twice", path);
	if (json_object_set_new(paths, path, json_true()) < 0)
		return ow_fail(err, ENOMEM, "cannot read the manifest: %m");
	return 0;
}

int ow_manifest_read(struct ow_str json, struct ow_arena *arena, struct ow_manifest_file **ret,
		     size_t *ret_n, struct ow_err *err)
{
	ow_scoped(ow_json_freep) json_t *root = NULL, *paths = json_object();
	struct ow_manifest_file *file;
	const json_t *files;
	const char *schema;
	size_t n;
	int r = ow_json_load(json, &root, err);

	if (r < 0)
		return r == -EFBIG ? -EBADMSG : r;
	schema = json_string_value(json_object_get(root, "schema"));
	if (!schema || strcmp(schema, SCHEMA) != 0)
		return ow_fail(err, EBADMSG, "bad manifest: its schema is not " SCHEMA);
	files = json_object_get(root, "files");
	if (!json_is_array(files))
		return ow_fail(err, EBADMSG, "bad manifest: it lists no files");

	n = json_array_size(files);
	file = ow_alloc(arena, n, sizeof(*file));
	if (!file || !paths)
		return ow_fail(err, ENOMEM, "cannot read the manifest: %m");
	for (size_t i = 0; i < n; i++) {
		r = read_file(json_array_get(files, i), i + 1, arena, &file[i], err);
		if (r == 0)
			r = add_path(paths, file[i].path, err);
		if (r < 0)
			return r;
	}
	*ret = file;
	*ret_n = n;
	return 0;
}
