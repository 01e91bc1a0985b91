/* SPDX-License-Identifier: Apache-2.0 */
#include "read/select.h"

#include <stdio.h>
#include <string.h>

#include "read/owner.h"

#define ID_DIGITS_MIN 12 /* as docker ps prints them */

static bool names_owner(const char *wanted, const struct ow_owner *owner)
{
	const size_t n = strlen(wanted);

	if (strcmp(owner->id, wanted) == 0)
		return true;
	if (owner->kind == OW_OWNER_CONTAINER)
		return n >= ID_DIGITS_MIN && strspn(wanted, "0123456789abcdef") == n &&
		       strncmp(owner->id, wanted, n) == 0;
	return owner->kind == OW_OWNER_UNIT && strncmp(owner->id, wanted, n) == 0 &&
	       strcmp(owner->id + n, ".service") == 0;
}

/* The group at the end of path: its path, its name, or whom it belongs to. */
static bool names_group(const char *wanted, const char *path, struct ow_arena *scratch)
{
	const char *name = strrchr(path, '/');
	struct ow_owner owner;

	if (strcmp(path, wanted) == 0 || (name && strcmp(name + 1, wanted) == 0))
		return true;
	ow_arena_clear(scratch);
	return ow_owner_read(path, scratch, &owner) == 0 && names_owner(wanted, &owner);
}

bool ow_select_names(const char *wanted, const char *path, struct ow_arena *scratch)
{
	const char *end = path;
	char group[4096]; /* longer the kernel has none */

	do {
		end = strchrnul(*end ? end + 1 : end, '/');
		if ((size_t)(end - path) >= sizeof(group))
			return false;
		(void)snprintf(group, sizeof(group), "%.*s", (int)(end - path), path);
		if (names_group(wanted, group, scratch))
			return true;
	} while (*end);
	return false;
}

static bool killed(const struct ow_oom *oom, uint64_t pid)
{
	const struct ow_oom_victim *victim = ow_oom_victims(oom);

	for (size_t i = 0; i < oom->victims.n; i++)
		if (victim[i].have & OW_VICTIM_PID && victim[i].pid > 0 &&
		    (uint64_t)victim[i].pid == pid)
			return true;
	return false;
}

static bool in_period(const struct ow_case_select *select, const struct ow_oom *oom)
{
	if (select->since_usec == INT64_MIN && select->until_usec == INT64_MAX)
		return true;
	return oom->have & OW_OOM_TIME && oom->time_usec >= select->since_usec &&
	       oom->time_usec <= select->until_usec;
}

static bool of_boot(const char *boot_id, const struct ow_oom *oom)
{
	return !boot_id || !*boot_id || !oom->boot_id || strcmp(oom->boot_id, boot_id) == 0;
}

static bool of_owner(const char *wanted, const struct ow_oom *oom, struct ow_arena *scratch)
{
	if (!oom->task_memcg && oom->task_owner.id && names_owner(wanted, &oom->task_owner))
		return true;
	return (oom->task_memcg && ow_select_names(wanted, oom->task_memcg, scratch)) ||
	       (oom->limit_memcg && ow_select_names(wanted, oom->limit_memcg, scratch));
}

enum ow_select ow_select_match(const struct ow_case_select *select, uint64_t number,
			       const struct ow_oom *oom, struct ow_arena *scratch)
{
	if (!in_period(select, oom) || !of_boot(select->boot_id, oom) ||
	    (select->owner && !of_owner(select->owner, oom, scratch)))
		return OW_SELECT_NO;
	if (select->kill == number)
		return OW_SELECT_NUMBER;
	return !select->kill || killed(oom, select->kill) ? OW_SELECT_YES : OW_SELECT_NO;
}
