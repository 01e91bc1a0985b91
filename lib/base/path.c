/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include <string.h>

static bool is_clean(struct ow_str path)
{
	if (path.n && (path.p[path.n - 1] == '/' || path.p[0] == '.'))
		return path.n == 1;
	for (size_t i = 0; i + 1 < path.n; i++)
		if (path.p[i] == '/' && (path.p[i + 1] == '/' || path.p[i + 1] == '.'))
			return false;
	return true;
}

static struct ow_str clean(struct ow_arena *arena, struct ow_str path)
{
	const bool rooted = path.n && path.p[0] == '/';
	size_t n = 0, floor, i = 0;
	char *out;

	if (path.n == 0)
		return path;
	out = ow_alloc(arena, path.n + 2, 1);
	if (!out)
		return path;
	if (rooted)
		out[n++] = '/';
	floor = n;
	while (i < path.n) {
		size_t end = i;

		while (end < path.n && path.p[end] != '/')
			end++;
		if (end - i == 2 && path.p[i] == '.' && path.p[i + 1] == '.') {
			if (n > floor) {
				while (n > floor && out[n - 1] != '/')
					n--;
				n -= n > floor;
			} else if (!rooted) {
				if (n)
					out[n++] = '/';
				out[n++] = '.';
				out[n++] = '.';
				floor = n;
			}
		} else if (end > i && !(end - i == 1 && path.p[i] == '.')) {
			if (n > (size_t)rooted)
				out[n++] = '/';
			memcpy(out + n, path.p + i, end - i);
			n += end - i;
		}
		i = end + 1;
	}
	if (n == 0)
		out[n++] = '.';
	return (struct ow_str){ out, n };
}

struct ow_str ow_path_clean(struct ow_arena *arena, struct ow_str path)
{
	return is_clean(path) ? path : clean(arena, path);
}

struct ow_str ow_path_base(struct ow_str path)
{
	if (path.n == 0)
		return OW_STR(".");
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	for (size_t i = path.n; i-- > 0 && path.n > 1;)
		if (path.p[i] == '/')
			return ow_str_skip(path, i + 1);
	return path;
}

bool ow_path_next(struct ow_str *list, struct ow_str *ret)
{
	if (list->n == 0)
		return false;
	if (!ow_scan_until(list, ":", ret)) {
		*ret = *list;
		list->n = 0;
	}
	return true;
}

/* Where a folder of this name lies in the path: what is behind it. */
static bool behind_folder(struct ow_str path, struct ow_str name, struct ow_str *ret)
{
	for (size_t i = 0; i + name.n + 2 <= path.n; i++) {
		if (path.p[i] == '/' && path.p[i + 1 + name.n] == '/' &&
		    memcmp(path.p + i + 1, name.p, name.n) == 0) {
			*ret = ow_str_skip(path, i + name.n + 2);
			return true;
		}
	}
	return false;
}

static bool cut_front(struct ow_str *path, struct ow_str front)
{
	size_t n = front.n;

	if (n == 0 || path->n < n || memcmp(path->p, front.p, n) != 0)
		return false;
	if (front.p[n - 1] != '/') {
		if (path->n == n || path->p[n] != '/')
			return false;
		n++;
	}
	*path = ow_str_skip(*path, n);
	return true;
}

struct ow_str ow_path_trim(struct ow_str path, const char *trim_path, const char *source_path)
{
	struct ow_str list = ow_str(trim_path ? trim_path : ""), one, rest;

	if (list.n == 0) {
		list = ow_str(source_path ? source_path : "");
		while (ow_path_next(&list, &one))
			if (behind_folder(path, ow_path_base(one), &rest))
				return rest;
	}
	list = ow_str(trim_path ? trim_path : "");
	while (ow_path_next(&list, &one))
		if (cut_front(&path, one))
			return path;
	if (!cut_front(&path, OW_STR("/proc/self/cwd/./")))
		(void)cut_front(&path, OW_STR("/proc/self/cwd/"));
	return path;
}
