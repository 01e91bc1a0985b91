/* SPDX-License-Identifier: Apache-2.0 */
#include "read/cgroup.h"

#include <errno.h>
#include <stddef.h>

#include "record/oom.h"

static const struct {
	unsigned version;
	const char *name;
	const char *key; /* of the line; NULL: the file is one number */
	enum ow_cgroup_have have;
	bool limit; /* it may be "max" */
	size_t offset;
} files[] = {
#define AT(member) offsetof(struct ow_cgroup, member)
	{ 1, "memory.limit_in_bytes", NULL, OW_CGROUP_LIMIT, true, AT(limit_bytes) },
	{ 1, "memory.usage_in_bytes", NULL, OW_CGROUP_USAGE, false, AT(usage_bytes) },
	{ 1, "memory.oom_control", "oom_kill", OW_CGROUP_OOM_KILLS, false, AT(oom_kills) },
	{ 2, "memory.max", NULL, OW_CGROUP_LIMIT, true, AT(limit_bytes) },
	{ 2, "memory.current", NULL, OW_CGROUP_USAGE, false, AT(usage_bytes) },
	{ 2, "memory.events", "oom_kill", OW_CGROUP_OOM_KILLS, false, AT(oom_kills) },
#undef AT
};

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

int ow_cgroup_file_read(const char *path, struct ow_arena *arena, struct ow_cgroup_file *ret)
{
	struct ow_str s = ow_str(path), group = { 0 };
	struct ow_cgroup_file file = { .version = 1 };
	int r;

	if (!ow_scan_lit(&s, "cgroup/v1/")) {
		if (!ow_scan_lit(&s, "cgroup/v2/"))
			return -EINVAL;
		file.version = 2;
	}
	(void)ow_scan_until_last(&s, "/", &group); /* the root has no path */
	if (s.n == 0)
		return -EINVAL;
	r = decode(group, arena, &file.path);
	if (r < 0)
		return r;
	file.name = ow_str_keep(arena, s);
	if (!file.name)
		return -ENOMEM;
	*ret = file;
	return 0;
}

/* The whole of the text is one number, or "max". */
static bool scan_number(struct ow_str s, bool limit, uint64_t *ret)
{
	uint64_t value = UINT64_MAX;

	if (!(limit && ow_scan_lit(&s, "max")) && !ow_scan_u64(&s, &value))
		return false;
	(void)ow_scan_char(&s, '\n');
	if (s.n)
		return false;
	*ret = limit && ow_bytes_unlimited(value) ? UINT64_MAX : value;
	return true;
}

/* The number behind the key at the front of one of the lines. */
static bool scan_keyed(struct ow_str s, const char *key, uint64_t *ret)
{
	struct ow_str line;

	while (ow_scan_line(&s, &line))
		if (ow_scan_lit(&line, key) && ow_scan_char(&line, ' '))
			return scan_number(line, false, ret);
	return false;
}

int ow_cgroup_read(const char *name, struct ow_str text, struct ow_cgroup *group)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(files); i++) {
		uint64_t *to = (uint64_t *)((char *)group + files[i].offset);
		bool ok;

		if (files[i].version != group->version || strcmp(files[i].name, name) != 0)
			continue;
		ok = files[i].key ? scan_keyed(text, files[i].key, to)
				  : scan_number(text, files[i].limit, to);
		if (!ok)
			return -EBADMSG;
		group->have |= files[i].have;
		return 0;
	}
	return 0;
}
