/* SPDX-License-Identifier: Apache-2.0 */
#include "read/cgroup.h"

#include <errno.h>

/* The byte that "%2f" stands for; -1 when it stands for none that can be in a path. */
static int percent(struct ow_str s)
{
	struct ow_str digits = { s.p + 1, 2 };
	uint64_t byte;

	if (s.n < 3 || !ow_scan_hex(&digits, &byte) || digits.n || byte == 0)
		return -1;
	return (int)byte;
}

/* "docker/a%20b" as "/docker/a b". -EINVAL, -ENOMEM. */
static int decode(struct ow_str s, struct ow_arena *arena, const char **ret)
{
	char *path = ow_alloc(arena, s.n + 2, 1), *out = path;

	if (!path)
		return -ENOMEM;
	*out++ = '/';
	(void)ow_scan_char(&s, '/');
	while (s.n) {
		int c = s.p[0] == '%' ? percent(s) : (unsigned char)s.p[0];

		if (c <= 0)
			return -EINVAL;
		s = ow_str_skip(s, s.p[0] == '%' ? 3 : 1);
		*out++ = (char)c;
	}
	*ret = path;
	return 0;
}

int ow_cgroup_place_read(const char *path, struct ow_arena *arena, struct ow_cgroup_place *ret)
{
	struct ow_str s = ow_str(path), group = { 0 };
	struct ow_cgroup_place place = { .version = 1 };
	int r;

	if (!ow_scan_lit(&s, "cgroup/v1/")) {
		if (!ow_scan_lit(&s, "cgroup/v2/"))
			return -EINVAL;
		place.version = 2;
	}
	(void)ow_scan_until_last(&s, "/", &group); /* the root has no path */
	if (s.n == 0)
		return -EINVAL;
	r = decode(group, arena, &place.path);
	if (r < 0)
		return r;
	place.name = ow_str_keep(arena, s);
	if (!place.name)
		return -ENOMEM;
	*ret = place;
	return 0;
}
