/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_REPORT_GO_H
#define OW_CMD_REPORT_GO_H

#include <stdbool.h>

#include "command.h"
#include "read/case.h"

/* What `oomwhy report` is given besides the kernel's log: what a Go program said of itself. */
struct report_go_options {
	struct ow_words heap, pprof, gctrace, metrics;
};

/* The rows of the option table. options has static storage. */
/* clang-format off */
#define REPORT_GO_OPTIONS(options)                                                                 \
	{ .name = "heap", .list = &(options).heap, .hint = "FILE...",                              \
	  .complete = OW_COMPLETE_FILE, .help = "heap profiles of the Go program that was killed", \
	  .more = "In any order; two or more of one life say what grows. With this option, "       \
		  "operands that are profiles count, too: --heap heap.*." },                       \
	{ .name = "pprof", .list = &(options).pprof, .hint = "URL",                                \
	  .help = "ask a program that lives, at its pprof port",                                   \
	  .more = "Its heap profile, goroutines and, if it has them, metrics. What another "       \
		  "process says decides nothing of one that is dead." },                           \
	{ .name = "gctrace", .list = &(options).gctrace, .hint = "FILE|CONTAINER",                 \
	  .complete = OW_COMPLETE_FILE, .help = "a log with lines of GODEBUG=gctrace=1",           \
	  .more = "In any wrapper, between other lines; of a container its engine is asked." },    \
	{ .name = "metrics", .list = &(options).metrics, .hint = "FILE|URL",                       \
	  .complete = OW_COMPLETE_FILE, .help = "a page of metrics of the Go program" }
/* clang-format on */

/* Is the file a heap profile, by its first bytes? */
bool report_go_is_profile(const char *path);

/* Reads what the options name into the case. Returns an enum ow_exit; said. */
int report_go_read(const struct ow_command *command, const struct report_go_options *options,
		   struct ow_case_reader *reader);

#endif
