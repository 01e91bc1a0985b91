/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy: runs oomwhy-NAME, which may be ours or anybody's. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"

#define PREFIX "oomwhy-"

/* What --help lists and a typo is compared with. Programs of others are found all the same. */
static const struct ow_verb verbs[] = {
	{ "report", "why something was killed, and what to change" },
	{ "kills", "what was killed, when, by which limit" },
	{ "cgroups", "who is near its limit now, what the memory is made of" },
	{ "heap", "which function holds the memory" },
	{ "gc", "does a Go heap grow, does its collector cope" },
	{ "explain", "what a label, a field or a kernel's record means" },
};

/* The folder of this very file, so that the build tree runs its own commands. */
static bool own_folder(char *buffer, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", buffer, size - 1);
	char *slash;

	if (n <= 0)
		return false;
	buffer[n] = '\0';
	slash = strrchr(buffer, '/');
	if (slash)
		*slash = '\0';
	return slash != NULL;
}

/* Runs NAME in folder; comes back only when it is not there. */
static void try(const char *folder, const char *name, char *argv[])
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/" PREFIX "%s", folder, name) < (int)sizeof(path))
		(void)execv(path, argv);
}

/* Letters to change, add, leave out or swap to make b of a. */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][32] = { 0 }, n = strlen(a), m = strlen(b);

	if (n >= OW_ARRAY_SIZE(row[0]) || m >= OW_ARRAY_SIZE(row[0]))
		return SIZE_MAX;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[n % 3][m];
}

static int unknown(const struct ow_command *command, const char *name)
{
	size_t best = 3, found = SIZE_MAX; /* more than two letters off is another word */

	for (size_t i = 0; i < OW_ARRAY_SIZE(verbs); i++) {
		size_t d = distance(name, verbs[i].name);

		if (d < best) {
			best = d;
			found = i;
		}
	}
	if (found < OW_ARRAY_SIZE(verbs))
		return ow_command_misuse(command, "there is no command '%s'; did you mean '%s'?",
					 name, verbs[found].name);
	return ow_command_misuse(command, "there is no command '%s'", name);
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	char folder[PATH_MAX], program[NAME_MAX];

	if (n == 0)
		return ow_command_misuse(command, "which command?");
	if (strchr(argv[0], '/') || strlen(argv[0]) > sizeof(program) - sizeof(PREFIX))
		return unknown(command, argv[0]);

	(void)snprintf(program, sizeof(program), PREFIX "%s", argv[0]);
	if (own_folder(folder, sizeof(folder)))
		try(folder, argv[0], argv);
	try(OW_LIBEXECDIR, argv[0], argv);
	(void)execvp(program, argv);
	/* EACCES is also what a folder of PATH gives that this user may not search. */
	if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
		return ow_command_fail(command, OW_EXIT_FAILED, "cannot run %s: %s", program,
				       strerror(errno));
	return unknown(command, argv[0]);
}

static const struct ow_command oomwhy = {
	.name = "oomwhy",
	.synopsis = "COMMAND [ARGUMENT...]",
	.purpose = "Find out why something was killed for lack of memory",
	.about = "'oomwhy COMMAND --help' shows the options of one. Any program oomwhy-NAME\n"
		 "beside this one, in its libexec folder or on PATH is a command as well.",
	.verbs = verbs,
	.n_verbs = OW_ARRAY_SIZE(verbs),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&oomwhy, argc, argv);
}
