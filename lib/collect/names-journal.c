/* SPDX-License-Identifier: Apache-2.0 */
/* What Docker's and Podman's log driver journald wrote beside each line: it outlives a container.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/journal-internal.h"
#include "collect/names-internal.h"

#define QUESTIONS_MAX 16

static void freep(struct ow_journal_collector **c)
{
	if (*c)
		(void)ow_arena_free((*c)->arena);
	free(*c);
}

/* The value of a field of the entry that the journal stands on; NULL stays where it has none. */
static int take(sd_journal *journal, const char *field, struct ow_arena *arena, const char **ret)
{
	const void *data;
	size_t n, front = strlen(field) + 1;

	if (sd_journal_get_data(journal, field, &data, &n) < 0 || n <= front)
		return 0;
	*ret = ow_str_keep(arena, (struct ow_str){ (const char *)data + front, n - front });
	return *ret ? 0 : -ENOMEM;
}

static int read_entry(sd_journal *journal, struct ow_arena *arena, struct ow_name *ret)
{
	struct ow_name name = { .from = "journal" };
	int r = take(journal, "CONTAINER_ID_FULL", arena, &name.id);

	if (r == 0)
		r = take(journal, "CONTAINER_NAME", arena, &name.name);
	if (r == 0)
		r = take(journal, "IMAGE_NAME", arena, &name.image);
	if (r == 0)
		*ret = name;
	return r;
}

/* The last entry of one file that has the value. */
static int ask_file(struct ow_journal_collector *c, size_t file, const char *field,
		    const char *value, struct ow_arena *arena, uint64_t *newest,
		    struct ow_name *ret)
{
	ow_scoped(ow_journal_closep) sd_journal *journal = NULL;
	uint64_t usec;
	int r = ow_journal_open(c, &file, 1, &journal);

	if (r < 0 || !journal)
		return r == -ENOMEM ? r : 0;
	if (ow_journal_match(journal, field, value) < 0 || sd_journal_seek_tail(journal) < 0 ||
	    sd_journal_previous(journal) <= 0 || sd_journal_get_realtime_usec(journal, &usec) < 0 ||
	    usec <= *newest)
		return 0;
	r = read_entry(journal, arena, ret);
	if (r == 0)
		*newest = usec;
	return r;
}

int ow_names_ask_journal(struct ow_names *names, const char *field, const char *value,
			 struct ow_name *ret)
{
	const struct ow_journal_options options = { .root = *names->root ? names->root : NULL };
	struct ow_journal_seen seen = { 0 };
	ow_scoped(freep) struct ow_journal_collector *c = NULL;
	struct ow_name name = { 0 };
	uint64_t newest = 0;
	int r;

	if (names->n_questions == QUESTIONS_MAX || ow_names_late(names))
		return -ENOENT;
	names->n_questions++;
	c = calloc(1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	c->arena = ow_arena_new(OW_MIB(4));
	c->seen = &seen;
	if (!c->arena)
		return -ENOMEM;
	r = ow_journal_list(c, &options, NULL);
	if (r < 0)
		return r == -ENOMEM ? r : -ENOENT;
	for (size_t i = 0; r == 0 && i < c->n_files && !ow_names_late(names); i++)
		r = ask_file(c, i, field, value, names->arena, &newest, &name);
	if (r < 0)
		return r;
	if (!name.id)
		return -ENOENT;
	*ret = name;
	return 0;
}
