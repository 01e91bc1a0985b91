/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_ACCOUNT_H
#define OW_CMD_ACCOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "command.h"
#include "read/gomoment.h"

/* What the files of oomwhy-account share. */

/* The options as they were given. */
struct account_options {
	bool goroutines, json, no_pager, no_names;
	int64_t pid, lines, moments, interval;
	const char *limit, *instance, *now, *host;
};

extern struct account_options arg_account;

/* One operand that was read. */
struct account_input {
	const char *name;
	struct ow_go_file file;
};

/* Everything that was read, in the order of the operands. */
struct account_inputs {
	const struct ow_command *command;
	struct ow_arena *arena;
	struct account_input *item;
	size_t n;
};

/* Now, since 1970 UTC. */
int64_t account_now(void);

/* Is the operand the address of a server? */
bool account_is_url(const char *operand, struct ow_arena *arena);

/* Reads a file, "-", or the folder of a cgroup, and adds what it says. Errors are those of
 * ow_go_file_read. */
int account_read_file(struct account_inputs *inputs, const char *path, struct ow_err *err);

/* Gets the pages of a server that say something. The first that fails is the error when none
 * answers. */
int account_read_url(struct account_inputs *inputs, const char *url, struct ow_err *err);

/* Adds one part. -ENOMEM. */
int account_add_input(struct account_inputs *inputs, const char *name,
		      const struct ow_go_file *file);

/* Puts what was read together to moments, in order. -EINVAL: nobody can say what is of which
 * moment. */
int account_arrange(const struct account_inputs *inputs, struct ow_go_series *ret,
		    struct ow_err *err);

/* The process that word names, a container, unit or cgroup: the Go program in it that is largest,
 * else the largest process. -ENOENT when there is none, -ENOTUNIQ. */
int account_find_process(const struct ow_command *command, const char *word, int64_t *ret_pid,
			 struct ow_err *err);

/* What /proc and the cgroup files say of the process now. -ESRCH. */
int account_read_process(struct ow_arena *arena, int64_t pid, struct ow_go_moment *ret,
			 struct ow_err *err);

/* Prints goroutines: those of the last page, and what grew since the first. An enum ow_exit. */
int account_show_goroutines(const struct account_inputs *inputs);

#endif
