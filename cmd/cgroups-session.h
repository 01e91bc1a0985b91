/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_CGROUPS_SESSION_H
#define OW_CMD_CGROUPS_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cgroups-plan.h"
#include "cgroups-processes.h"
#include "cgroups-survey.h"
#include "command.h"

/* One look at the groups, or one after the other: what is open for it, and what came of it. */
struct ow_cgroups_session {
	const struct ow_command *command;
	const struct ow_cgroups_request *request;
	struct ow_cgroups_plan plan;

	struct ow_arena *words; /* of the call */
	struct ow_cgroupfs *fs;
	struct ow_names *names;
	int64_t named_usec; /* when they were asked for */
	int proc;           /* an open /proc, with processes; else -1 */
	struct ow_cgroups_list list;
	struct ow_cgroups_survey survey;
	struct ow_cgroups_lack lack;
};

/* Opens what request needs; word are n operands. Returns 0, or an enum ow_exit after having said
 * what was wrong. Whatever it returns, the session is to be released. */
int ow_cgroups_session_start(struct ow_cgroups_session *session, const struct ow_command *command,
			     const struct ow_cgroups_request *request, char *const *word, size_t n);

void ow_cgroups_session_release(struct ow_cgroups_session *session);

/* Prints the groups once, and what is missing on stderr. Returns an enum ow_exit. */
int ow_cgroups_session_show(struct ow_cgroups_session *session);

/* Draws them: an ow_screen_fn, for a session. */
int ow_cgroups_session_draw(void *session, size_t columns, size_t rows, FILE *out);

#endif
