/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups-plan.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/scan.h"

/* A table is sorted by who is near a limit, a tree and a stream of JSON are as the groups come. */
static int plan_order(const struct ow_command *command, const struct ow_cgroups_request *request,
		      struct ow_cgroups_plan *plan)
{
	const bool ordered = request->reverse || request->lines >= 0;
	const bool as_they_come = request->tree || (request->json && !ordered);
	const char *name = request->sort ? request->sort : (as_they_come ? NULL : "near");

	if (!name)
		return OW_EXIT_DONE;
	plan->key = ow_cgroups_key(name);
	if (!plan->key)
		return ow_command_misuse(command, "--sort: '%s' is none of %s", name,
					 OW_CGROUPS_KEYS);
	return OW_EXIT_DONE;
}

static const char *list_names(const struct ow_fields *fields, char *all, size_t size)
{
	size_t n = 0;

	all[0] = '\0';
	for (size_t i = 0; i < fields->n && n < size; i++)
		n += (size_t)snprintf(all + n, size - n, "%s%s", i ? ", " : "",
				      fields->item[i].name);
	return all;
}

/* A field that has others in it is shown whole: "swap.usage_bytes" is in swap. */
static int misuse(const struct ow_command *command, struct ow_str name)
{
	struct ow_str inner = name, outer;
	const struct ow_field *field = NULL;
	char all[2048];

	if (ow_scan_until(&inner, ".", &outer))
		field = ow_cgroup_field(outer);
	if (!field)
		return ow_command_misuse(command, "--fields: '%.*s' is none of %s", (int)name.n,
					 name.p, list_names(&ow_cgroup_fields, all, sizeof(all)));
	if (!field->fields)
		return ow_command_misuse(command,
					 "--fields: '%.*s' is in '%s', which is shown whole",
					 (int)name.n, name.p, field->name);
	return ow_command_misuse(command, "--fields: give '%s', which is shown whole; it has %s",
				 field->name, list_names(field->fields, all, sizeof(all)));
}

static bool is_planned(const struct ow_cgroups_plan *plan, const struct ow_field *field)
{
	for (size_t i = 0; i < plan->fields.n; i++)
		if (plan->item[i].offset == field->offset)
			return true;
	return false;
}

static int plan_fields(const struct ow_command *command, const char *list,
		       struct ow_cgroups_plan *plan)
{
	struct ow_str rest = ow_str(list), word;

	do {
		const struct ow_field *field;

		if (!ow_scan_until(&rest, ",", &word)) {
			word = rest;
			rest.n = 0;
		}
		word = ow_str_trim(word);
		field = ow_cgroup_field(word);
		if (!field)
			return misuse(command, word);
		if (!is_planned(plan, field)) {
			assert(plan->fields.n < OW_ARRAY_SIZE(plan->item));
			plan->item[plan->fields.n++] = *field;
			plan->want |= field->have;
		}
	} while (rest.n);
	return OW_EXIT_DONE;
}

int ow_cgroups_plan(const struct ow_command *command, const struct ow_cgroups_request *request,
		    struct ow_cgroups_plan *ret)
{
	int status = OW_EXIT_DONE;

	*ret = (struct ow_cgroups_plan){ .by_fields = request->fields };
	ret->fields = ow_cgroup_fields;
	if (request->fields) {
		ret->fields.item = ret->item;
		ret->fields.n = 0;
		status = plan_fields(command, request->fields, ret);
	} else if (request->json) {
		ret->want = OW_CGROUP_ALL;
	} else {
		for (size_t i = 0; i < ow_cgroups_columns_n; i++)
			ret->want |= ow_cgroups_columns[i].wants;
	}
	return status == OW_EXIT_DONE ? plan_order(command, request, ret) : status;
}
