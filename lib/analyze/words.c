/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/words.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/scan.h"
#include "base/time.h"

#define ID_SHORT   12 /* digits of a container id that its engine prints */
#define NAME_SHOWN 64
#define PATH_SHOWN 64

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

const char *ow_words_count(struct ow_arena *arena, uint64_t count)
{
	char digits[24], *out;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, count);
	size_t at = 0;

	out = ow_alloc(arena, 2 * sizeof(digits), 1);
	if (!out)
		return "";
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	return out;
}

const char *ow_words_bytes(struct ow_arena *arena, uint64_t bytes)
{
	static const struct {
		uint64_t size;
		const char *name;
	} units[] = { { OW_KIB(1) << 20, "GiB" }, { OW_MIB(1), "MiB" }, { OW_KIB(1), "kB" } };

	for (size_t i = 0; i < OW_ARRAY_SIZE(units); i++)
		if (bytes && bytes % units[i].size == 0)
			return or_empty(ow_printf(arena, "%s %s",
						  ow_words_count(arena, bytes / units[i].size),
						  units[i].name));
	return or_empty(
		ow_printf(arena, "%s byte%s", ow_words_count(arena, bytes), bytes == 1 ? "" : "s"));
}

double ow_share(uint64_t part, uint64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

const char *ow_words_share(struct ow_arena *arena, double share)
{
	return or_empty(ow_printf(arena, "%.1f %%", 100 * share));
}

const char *ow_words_span(struct ow_arena *arena, uint64_t usec)
{
	uint64_t s = usec / OW_USEC_PER_SEC;

	if (s < 10)
		return or_empty(ow_printf(arena, "%.1f s", (double)usec / OW_USEC_PER_SEC));
	if (s < 60)
		return or_empty(ow_printf(arena, "%" PRIu64 " s", s));
	if (s < 3600)
		return or_empty(ow_printf(arena, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60));
	if (s < 48 * 3600)
		return or_empty(
			ow_printf(arena, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s % 3600 / 60));
	return or_empty(ow_printf(arena, "%" PRIu64 " days", s / 86400));
}

const char *ow_words_name(struct ow_arena *arena, const char *name)
{
	if (!name || strlen(name) <= NAME_SHOWN)
		return name;
	return or_empty(ow_printf(arena, "%.*s...", NAME_SHOWN, name));
}

/* The end of a path says more than its front. */
static const char *path_end(struct ow_arena *arena, const char *path)
{
	size_t n = strlen(path);

	if (n <= PATH_SHOWN)
		return path;
	return or_empty(ow_printf(arena, "...%s", path + n - PATH_SHOWN));
}

/* What the pods of a node share: its memory, less what is kept for the system. */
static const char *pods_words(struct ow_arena *arena, const char *id)
{
	const char *class = strstr(id, "burstable")    ? "burstable "
			    : strstr(id, "besteffort") ? "best-effort "
						       : "";

	return or_empty(
		ow_printf(arena, "all %spods of the node (\"%s\")", class, path_end(arena, id)));
}

const char *ow_words_owner(struct ow_arena *arena, const struct ow_case *c,
			   const struct ow_owner *owner)
{
	static const char *const kinds[] = {
		[OW_OWNER_CGROUP] = "cgroup",       [OW_OWNER_ROOT] = "the root cgroup",
		[OW_OWNER_CONTAINER] = "container", [OW_OWNER_POD] = "pod",
		[OW_OWNER_UNIT] = "unit",           [OW_OWNER_SLICE] = "slice",
		[OW_OWNER_SESSION] = "session",     [OW_OWNER_JOB] = "job",
		[OW_OWNER_VM] = "virtual machine",
	};
	const struct ow_name name = ow_case_name(c, owner);
	bool hex = owner->id && strspn(owner->id, "0123456789abcdef") >= ID_SHORT;

	if (!owner->id || owner->kind >= OW_ARRAY_SIZE(kinds))
		return "an unknown cgroup";
	if (owner->kind == OW_OWNER_ROOT)
		return kinds[OW_OWNER_ROOT];
	if (owner->kind == OW_OWNER_QOS)
		return pods_words(arena, owner->id);
	if (owner->kind == OW_OWNER_CONTAINER && name.name)
		return or_empty(ow_printf(
			arena, "container \"%s\"%s%s%s", ow_words_name(arena, name.name),
			name.pod ? " of pod \"" : "",
			name.pod ? ow_words_name(arena, name.pod) : "", name.pod ? "\"" : ""));
	if (owner->kind == OW_OWNER_POD && name.pod)
		return or_empty(ow_printf(arena, "pod \"%s\"", ow_words_name(arena, name.pod)));
	if (owner->kind == OW_OWNER_CONTAINER && hex)
		return or_empty(ow_printf(arena, "container %.*s", ID_SHORT, owner->id));
	return or_empty(
		ow_printf(arena, "%s \"%s\"", kinds[owner->kind], path_end(arena, owner->id)));
}

const char *ow_words_process(struct ow_arena *arena, const char *comm, int64_t pid)
{
	comm = ow_words_name(arena, comm);
	if (!comm && pid < 0)
		return "a process";
	if (!comm)
		return or_empty(ow_printf(arena, "pid %" PRId64, pid));
	if (pid < 0)
		return or_empty(ow_printf(arena, "\"%s\"", comm));
	return or_empty(ow_printf(arena, "\"%s\" (pid %" PRId64 ")", comm, pid));
}

const char *ow_words_shell(struct ow_arena *arena, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_./:@%+=,-";
	size_t n = strlen(text), at = 0;
	char *out;

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20 || (unsigned char)text[i] >= 0x7f)
			return NULL;
	if (n && strspn(text, plain) == n && text[0] != '-')
		return text;
	out = ow_alloc(arena, 4 * n + 3, 1);
	if (!out)
		return NULL;
	out[at++] = '\'';
	for (size_t i = 0; i < n; i++) {
		if (text[i] == '\'') {
			memcpy(out + at, "'\\'", 3);
			at += 3;
		}
		out[at++] = text[i];
	}
	out[at] = '\'';
	return out;
}

/* Of two digits, in the largest unit in which it is at least 1. */
const char *ow_words_about(struct ow_arena *arena, double bytes)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB" };
	const char *sign = bytes < 0 ? "-" : "", *text;
	double value = fabs(bytes), step = 1;
	size_t unit = 0;

	for (; value >= 1023.5 && unit + 1 < OW_ARRAY_SIZE(units); unit++)
		value /= 1024;
	while (value / step >= 99.5)
		step *= 10;
	value = value < 9.95 && unit ? round(value * 10) / 10 : round(value / step) * step;
	text = ow_printf(arena, "%s%.*f %s", sign, value < 9.95 && unit ? 1 : 0, value,
			 units[unit]);
	return text ? text : "";
}
