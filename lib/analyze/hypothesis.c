/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/hypothesis.h"

const struct ow_level_info ow_levels[OW_LEVEL_COUNT] = {
	[OW_LEVEL_KILL] = { "kill", "Was it an OOM kill, and whose?" },
	[OW_LEVEL_LIMIT] = { "limit", "Which limit was hit, and who owns it?" },
	[OW_LEVEL_TENANT] = { "tenant", "Whose memory filled it?" },
	[OW_LEVEL_MAKEUP] = { "makeup", "What was the memory made of?" },
	[OW_LEVEL_SHAPE] = { "shape", "How did it get there?" },
	[OW_LEVEL_PROCESS] = { "process", "Who held it, and who died?" },
	[OW_LEVEL_RUNTIME] = { "runtime", "What does its runtime say?" },
	[OW_LEVEL_FUNCTION] = { "function", "Which code allocates what stays?" },
};

/* By level; within a level in the order in which they are told. */
/* clang-format off */
static const struct ow_family *const families[] = {
	&ow_family_kill_memcg,
	&ow_family_kill_kind,
	&ow_family_kill_shrink,
	&ow_family_kill_other,
	&ow_family_kill_none,
	&ow_family_kill_exit,
	&ow_family_limit_memcg,
	&ow_family_limit_swap,
	&ow_family_limit_machine,
	&ow_family_limit_zone,
	&ow_family_tenant,
	&ow_family_makeup_share,
	&ow_family_makeup_kernel,
	&ow_family_makeup_rest,
	&ow_family_shape_go,
	&ow_family_shape,
	&ow_family_process_holder,
	&ow_family_process_many,
	&ow_family_process_shared,
	&ow_family_process_group,
	&ow_family_runtime_heap,
	&ow_family_runtime_limit,
	&ow_family_runtime_rest,
	&ow_family_function_path,
};
/* clang-format on */

size_t ow_hypothesis_count(void)
{
	size_t n = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(families); i++)
		n += families[i]->n;
	return n;
}

const struct ow_hypothesis *ow_hypothesis_at(size_t i)
{
	for (size_t k = 0; k < OW_ARRAY_SIZE(families); k++) {
		if (i < families[k]->n)
			return &families[k]->item[i];
		i -= families[k]->n;
	}
	return NULL;
}

const struct ow_hypothesis *ow_hypothesis_find(const char *label)
{
	const struct ow_hypothesis *h;

	for (size_t i = 0; (h = ow_hypothesis_at(i)); i++)
		if (strcmp(h->label, label) == 0)
			return h;
	return NULL;
}

const char *ow_finding_role(const struct ow_finding *f)
{
	return f->hypothesis->role ? f->hypothesis->role : "holds most, growth unknown";
}

void ow_finding_open(const struct ow_scene *s, struct ow_finding *f, const char *format, ...)
{
	const struct ow_hypothesis *h = f->hypothesis;
	const char *text;
	va_list args;

	va_start(args, format);
	text = ow_vprintf(f->arena, format, args);
	va_end(args);
	f->outcome = OW_OPEN;
	f->statement = text ? text : "";
	ow_finding_need(f, h->datum, h->command ? ow_scene_command(s, f->arena, h->command) : NULL);
}
