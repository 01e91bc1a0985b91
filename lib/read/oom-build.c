/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

#include <stdlib.h>

#include "read/oom.h"

struct ow_oom_build *ow_oom_build_new(struct ow_arena *arena, const char *source,
				      struct ow_str caller)
{
	struct ow_oom_build *b = ow_alloc(arena, 1, sizeof(*b));

	if (!b)
		return NULL;
	b->arena = arena;
	b->exiting_pid = -1;
	b->oom.source = source;
	if (caller.n < sizeof(b->caller))
		memcpy(b->caller, caller.p ? caller.p : "", caller.n);
	return b;
}

/* The arena is at its limit, or the host has no memory. An array that doubles asks for at most
 * twice what there is: where the arena is nearly empty it is the host. */
static void *refused(struct ow_oom_build *b)
{
	b->full = true;
	if (ow_arena_bytes(b->arena) < OW_OOM_RECORD_MAX / 4)
		b->exhausted = true;
	return NULL;
}

void *ow_oom_add(struct ow_oom_build *b, struct ow_list *list, size_t size)
{
	char *items = ow_grow(b->arena, list->item, list->n, size);

	if (!items)
		return refused(b);
	list->item = items;
	return items + list->n++ * size;
}

const char *ow_oom_keep(struct ow_oom_build *b, struct ow_str text)
{
	const char *kept = ow_str_keep(b->arena, text);

	return kept ? kept : refused(b);
}

void ow_oom_note_text(struct ow_oom_build *b, struct ow_str text)
{
	const char *kept = ow_oom_keep(b, text), **note;

	note = kept ? ow_oom_add(b, &b->oom.notes, sizeof(*note)) : NULL;
	if (note)
		*note = kept;
}

/* The kernel prints them in the order in which they were born: mostly nothing is to be done. */
static bool are_sorted(struct ow_oom_task *const *sorted, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (sorted[i - 1]->pid > sorted[i]->pid)
			return false;
	return true;
}

static int compare_pids(const void *a, const void *b)
{
	const struct ow_oom_task *const *left = a, *const *right = b;

	return ((*left)->pid > (*right)->pid) - ((*left)->pid < (*right)->pid);
}

/* The table is complete before anybody asks, so that it is sorted once. */
static bool sort_tasks(struct ow_oom_build *b)
{
	struct ow_oom_task *task = ow_oom_tasks(&b->oom), **sorted;

	if (b->by_pid.n == b->oom.tasks.n)
		return true;
	sorted = ow_alloc(b->arena, b->oom.tasks.n, sizeof(*sorted));
	if (!sorted)
		return refused(b) != NULL;
	for (size_t i = 0; i < b->oom.tasks.n; i++)
		sorted[i] = &task[i];
	if (!are_sorted(sorted, b->oom.tasks.n))
		qsort(sorted, b->oom.tasks.n, sizeof(*sorted), compare_pids);
	b->by_pid = (struct ow_list){ sorted, b->oom.tasks.n };
	return true;
}

struct ow_oom_task *ow_oom_find_task(struct ow_oom_build *b, int64_t pid)
{
	const struct ow_oom_task wanted = { .pid = pid }, *key = &wanted;
	struct ow_oom_task **found;

	if (b->oom.tasks.n == 0 || !sort_tasks(b))
		return NULL;
	found = bsearch(&key, b->by_pid.item, b->by_pid.n, sizeof(*found), compare_pids);
	return found ? *found : NULL;
}

bool ow_oom_scan_kb(struct ow_str *s, uint64_t *ret_bytes)
{
	struct ow_str rest = *s;
	uint64_t kb, bytes;

	if (!ow_scan_u64(&rest, &kb) || (!ow_scan_lit(&rest, "kB") && !ow_scan_lit(&rest, "KB")) ||
	    __builtin_mul_overflow(kb, 1024, &bytes))
		return false;
	*s = rest;
	*ret_bytes = bytes;
	return true;
}

bool ow_oom_scan_absurd(struct ow_str *s)
{
	struct ow_str rest = *s;
	uint64_t number;
	size_t n = 0;

	while (n < rest.n && rest.p[n] >= '0' && rest.p[n] <= '9')
		n++;
	if (n < 16)
		return false;
	if (ow_scan_u64(&rest, &number) && number <= INT64_MAX / 1024)
		return false;
	*s = ow_str_skip(*s, n);
	if (!ow_scan_lit(s, "kB"))
		(void)ow_scan_lit(s, "KB");
	return true;
}

void ow_oom_note_absurd(struct ow_oom_build *b, struct ow_str text)
{
	const char *note = ow_printf(b->arena, "%.*s is below zero, or damaged: left out",
				     (int)text.n, text.p);

	ow_oom_note_text(b, note ? ow_str(note) : text);
}
