/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_COMMAND_H
#define OW_CMD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/*
 * What all commands share. A command is one table of options and one run(): the table is the
 * parser, --help, the OPTIONS of the man page and the completions of three shells.
 */

/* Exit statuses, the same for every command. */
enum ow_exit {
	OW_EXIT_DONE = 0,
	OW_EXIT_FAILED = 1,  /* also: a file that was named is missing or cannot be read */
	OW_EXIT_USAGE = 2,   /* wrong usage */
	OW_EXIT_NOTHING = 3, /* readable, and what was asked for is not in it */
	OW_EXIT_PARTIAL = 4, /* done, but a source that exists could not be read */
	OW_EXIT_OOM = 10,    /* with --fail-on=oom: an OOM kill was found */
};

/* What the shell completes an argument with. */
enum ow_complete {
	OW_COMPLETE_NONE,
	OW_COMPLETE_FILE,
	OW_COMPLETE_DIR,
	OW_COMPLETE_WORDS, /* those of words, or of hint: "text|markdown|json" */
};

/* The arguments of an option that may be given more than once, in their order; zeroed before. */
struct ow_words {
	const char **item; /* for the life of the program */
	size_t n;
};

struct ow_option {
	char brief;            /* 'n' for -n; 0 for none */
	const char *name;      /* "lines" for --lines */
	bool *flag;            /* set to true; or */
	const char **arg;      /* set to the argument; or */
	int64_t *number;       /* set to the argument, a whole number not below 0; or */
	struct ow_words *list; /* gets each argument: it may be given again */
	bool truth;            /* the flag may also be given as --name=true and --name=false */
	const char *refuse;    /* not supported: what to use in its place */
	const char *hint;      /* the argument as help calls it: "N", "FILE", "text|json" */
	bool optional; /* the argument may be left out: --boot, --boot=ID; *arg is then "" */
	enum ow_complete complete;
	const char *words; /* separated by |, where hint is but a name for them; may be NULL */
	const char *help;  /* one line, as --help prints it */
	const char *more;  /* what the man page says in addition; may be NULL */
};

/* A command of a command: `oomwhy kills`. */
struct ow_verb {
	const char *name;
	const char *purpose; /* a few words */
};

struct ow_command {
	const char *name;     /* "oomwhy-kills" */
	const char *synopsis; /* what follows the name: "[OPTION...] [SOURCE...]" */
	const char *purpose;  /* one line without a full stop */
	const char *about;    /* further paragraphs of --help; may be NULL */
	enum ow_complete operands;
	bool single_dash;            /* -name is --name, as Go's programs have it */
	const struct ow_verb *verbs; /* then the first operand ends the options; may be NULL */
	size_t n_verbs;
	const struct ow_option *options;
	size_t n_options;
	/* Returns an enum ow_exit. argv holds the operands, n of them. */
	int (*run)(const struct ow_command *command, int n, char *argv[]);
};

/*
 * The main() of a command: parses argv, answers --help, --version and --describe (the option table
 * for the build, see docs/HACKING.md), runs. Output that could not be written is a failure.
 */
int ow_command_main(const struct ow_command *command, int argc, char *argv[]);

/* Says on stderr what went wrong, after the command's name. Returns status. */
int ow_command_fail(const struct ow_command *command, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* As above for a mistake in the words of the call, with the way to the help. */
int ow_command_misuse(const struct ow_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A remark on stderr that does not fail the command. */
void ow_command_warn(const struct ow_command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* One more word of a list. False when there is no memory. */
bool ow_words_add(struct ow_words *list, const char *word);

/* Is stream a terminal that is to be written in colour? Honours NO_COLOR and TERM=dumb. */
bool ow_command_colour(int fd);

/* Is standard output a terminal? */
bool ow_command_is_terminal(void);

/* The columns to write to: the terminal's, $COLUMNS, or 80. */
size_t ow_command_width(void);

/*
 * Starts a pager in front of standard output when that is a terminal and nobody said --no-pager:
 * $OOMWHY_PAGER, $PAGER or less -FRX; "" or "cat" is none. ow_command_main waits for it.
 */
void ow_command_pager(void);

#endif
