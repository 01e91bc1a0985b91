/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/name.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const char *a, const char *b)
{
	if (!a != !b || (a && strcmp(a, b) != 0))
		abort();
}

/* What is written of a name is read to the same name. */
static void check_line(const struct ow_name *name, struct ow_arena *arena)
{
	const char *line = ow_name_write(name, arena);
	struct ow_name *again;
	size_t n, bad;

	if (!line)
		return;
	if (strchr(line, '\n') || ow_names_read(ow_str(line), arena, &again, &n, &bad) < 0)
		abort();
	if (!name->id)
		return;
	if (n != 1 || bad != 0)
		abort();
	check_same(name->id, again->id);
	check_same(name->name, again->name);
	check_same(name->image, again->image);
	check_same(name->pod, again->pod);
	check_same(name->namespace, again->namespace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	const struct ow_str text = { (const char *)data, size };
	struct ow_name name, *names;
	const char *word;
	size_t n, bad;

	if (!arena)
		return 0;
	for (enum ow_name_form form = 0; form < OW_NAME_FORM_COUNT; form++) {
		name = (struct ow_name){ .id = "before" };
		if (ow_name_read(form, text, arena, &name) == 0)
			check_line(&name, arena);
		else if (strcmp(name.id, "before") != 0)
			abort();
	}
	if (ow_names_read(text, arena, &names, &n, &bad) == 0)
		for (size_t i = 0; i < n; i++)
			if (!names[i].id)
				abort();
	word = ow_str_keep(arena, text);
	if (word && ow_name_read_log(word, arena, &name) == 0 &&
	    (strlen(name.id) != 64 || !*name.pod || !*name.namespace || !*name.name))
		abort();
	if (word && ow_name_read_pod(word, arena, &name) == 0 && (!*name.id || !*name.pod))
		abort();
	return 0;
}
