/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_NAMES_INTERNAL_H
#define OW_COLLECT_NAMES_INTERNAL_H

#include "collect/docker.h"
#include "collect/names.h"
#include "read/name.h"

/* What the files of the resolver share. */

/* How long files and the journal are read, after the engines have had their time. */
#define OW_NAMES_USEC INT64_C(5000000)

struct ow_names_entry {
	struct ow_name name;
	size_t rank; /* of several that know an id, the first place counts */
};

struct ow_names {
	struct ow_arena *arena;
	struct ow_arena *scratch; /* of one question; cleared by the next one */
	const char *host, *root;  /* root is "" for this host */
	bool no_engines, loaded;
	struct ow_docker *docker;
	int64_t deadline_usec; /* on the monotonic clock; 0: not begun */

	struct ow_names_entry *entry; /* by id once loaded; each id once */
	size_t n, room;
	size_t n_left_out;  /* past OW_NAMES_MAX */
	bool gone_loaded;   /* engines were asked for containers that are removed, too */
	size_t n_questions; /* to the journal */

	struct ow_source *source;
	size_t n_sources;
};

/* Is the time used up? */
bool ow_names_late(const struct ow_names *names);

/* Is there no room for more names? Counts the one that is left out for it. */
bool ow_names_full(struct ow_names *names);

/* One more that somebody knows. Its strings are in the arena; one without an id is dropped. 0 or
 * -ENOMEM. */
int ow_names_add(struct ow_names *names, const struct ow_name *name);

/* What came of a place: n names, or error with what it says. An absent one costs nothing. */
int ow_names_note(struct ow_names *names, const char *place, size_t n, int error,
		  const struct ow_err *err);

/* The places. 0 or -ENOMEM: what else goes wrong is noted. */
int ow_names_load_engines(struct ow_names *names);
int ow_names_load_files(struct ow_names *names);

/* The second place to ask, for what the others do not know: containers that were removed and are
 * still in the engines' events. */
int ow_names_load_gone(struct ow_names *names);

/*
 * What the journal has of one container: field is CONTAINER_ID_FULL or CONTAINER_NAME. -ENOENT when
 * it has nothing, or there is none; ret is in the arena.
 */
int ow_names_ask_journal(struct ow_names *names, const char *field, const char *value,
			 struct ow_name *ret);

#endif
