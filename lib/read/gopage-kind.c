/* SPDX-License-Identifier: Apache-2.0 */
#include "read/gopage.h"

/* How a line begins, or what stands in it. */
static const struct {
	const char *begin, *has; /* NULL: it does not matter */
	enum ow_go_kind kind;
} signs[] = {
	{ "heap profile: ", NULL, OW_GO_KIND_HEAP_TEXT },
	{ "goroutine profile: total ", NULL, OW_GO_KIND_GOROUTINES },
	{ "goroutine ", "]:", OW_GO_KIND_STACKS },
	{ "Name:\t", NULL, OW_GO_KIND_STATUS },
	{ NULL, "[rollup]", OW_GO_KIND_SMAPS_ROLLUP },
	{ "/memory/classes/", NULL, OW_GO_KIND_RUNTIME },
	{ "/gc/", ":", OW_GO_KIND_RUNTIME },
	{ "/cgo/", ":", OW_GO_KIND_RUNTIME },
	{ "/cpu/", ":", OW_GO_KIND_RUNTIME },
	{ "/sched/", ":", OW_GO_KIND_RUNTIME },
	{ "/sync/", ":", OW_GO_KIND_RUNTIME },
	{ "/godebug/", ":", OW_GO_KIND_RUNTIME },
	{ "\"/memory/classes/", NULL, OW_GO_KIND_RUNTIME },
	{ "# HELP ", NULL, OW_GO_KIND_METRICS },
	{ "# TYPE ", NULL, OW_GO_KIND_METRICS },
	{ "go_", NULL, OW_GO_KIND_METRICS },
	{ "process_", NULL, OW_GO_KIND_METRICS },
	{ "cache ", NULL, OW_GO_KIND_MEMORY_STAT },
	{ "anon ", NULL, OW_GO_KIND_MEMORY_STAT },
};

static enum ow_go_kind kind_of_line(struct ow_str line)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(signs); i++) {
		struct ow_str s = line;

		if (signs[i].begin && !ow_scan_lit(&s, signs[i].begin))
			continue;
		if (!signs[i].has || ow_str_has(s, signs[i].has))
			return signs[i].kind;
	}
	return OW_GO_KIND_UNKNOWN;
}

#define FRONT 16 /* profile.proto has a control character in it: the length of its first part */

static bool is_binary(struct ow_str head)
{
	for (size_t i = 0; i < head.n && i < FRONT; i++)
		if (head.p[i] == '\0' ||
		    ((unsigned char)head.p[i] < ' ' && !strchr("\t\n\r\033", head.p[i])))
			return true;
	return false;
}

enum ow_go_kind ow_go_kind_of(struct ow_str head)
{
	struct ow_str rest = head, line;

	if (is_binary(head))
		return OW_GO_KIND_PROFILE;
	while (ow_scan_line(&rest, &line)) {
		const enum ow_go_kind kind = kind_of_line(line);

		if (kind != OW_GO_KIND_UNKNOWN)
			return kind;
	}
	return OW_GO_KIND_UNKNOWN;
}
