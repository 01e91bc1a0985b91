/* SPDX-License-Identifier: Apache-2.0 */
#include "command.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/scan.h"

#define OPTIONS_MAX 112
#define KEY_FIRST   0x100 /* getopt's value of option i is KEY_FIRST + i */

static bool want_help, want_version, want_describe;

/* Behind the options of every command. The last one is for the build and not shown. */
static const struct ow_option common[] = {
	{ .brief = 'h', .name = "help", .flag = &want_help, .help = "show this help" },
	{ .name = "version", .flag = &want_version, .help = "show the version" },
	{ .name = "describe", .flag = &want_describe },
};

static const struct ow_option *option_at(const struct ow_command *command, size_t i)
{
	return i < command->n_options ? &command->options[i] : &common[i - command->n_options];
}

static size_t options_of(const struct ow_command *command)
{
	return command->n_options + OW_ARRAY_SIZE(common);
}

static void print_option(const struct ow_option *o)
{
	char left[64];

	if (!o->help)
		return;
	(void)snprintf(left, sizeof(left), "%c%c%s--%s%s%s%s", o->brief ? '-' : ' ',
		       o->brief ? o->brief : ' ', o->brief ? ", " : "  ", o->name,
		       o->optional ? "[=" : (o->hint ? "=" : ""), o->hint ? o->hint : "",
		       o->optional ? "]" : "");
	printf("  %-28s %s\n", left, o->help);
}

static void print_help(const struct ow_command *command)
{
	printf("Usage: %s %s\n\n%s.\n", command->name, command->synopsis, command->purpose);
	if (command->n_verbs)
		printf("\nCommands:\n");
	for (size_t i = 0; i < command->n_verbs; i++)
		printf("  %-10s %s\n", command->verbs[i].name, command->verbs[i].purpose);
	if (command->about)
		printf("\n%s\n", command->about);
	printf("\nOptions:\n");
	for (size_t i = 0; i < options_of(command); i++)
		print_option(option_at(command, i));
	printf("\nSee %s(1) for more.\n", command->name);
}

static const char *completion(enum ow_complete complete)
{
	static const char *const names[] = {
		[OW_COMPLETE_NONE] = "none",
		[OW_COMPLETE_FILE] = "file",
		[OW_COMPLETE_DIR] = "dir",
		[OW_COMPLETE_WORDS] = "words",
	};

	return names[complete];
}

/* The table as lines of tab-separated words, for the man page and the completions. */
static void print_description(const struct ow_command *command)
{
	printf("command\t%s\t%s\t%s\t%s\n", command->name, command->synopsis, command->purpose,
	       completion(command->operands));
	for (size_t i = 0; i < command->n_verbs; i++)
		printf("verb\t%s\t%s\n", command->verbs[i].name, command->verbs[i].purpose);
	for (size_t i = 0; i < options_of(command); i++) {
		const struct ow_option *o = option_at(command, i);
		const char brief[] = { o->brief ? o->brief : '-', '\0' };

		if (o->help)
			printf("option\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", brief, o->name,
			       o->hint ? o->hint : "-",
			       o->flag ? "none" : (o->optional ? "optional" : "required"),
			       completion(o->complete), o->help, o->more ? o->more : "-",
			       o->words ? o->words : "-");
	}
}

/* A word that an option with an optional argument may have meant, as journalctl -b takes it: an
 * offset or an id, and nothing that could be a file. */
static bool is_detached(const char *word)
{
	const size_t n = word ? strlen(word) : 0;
	const size_t sign = n && (word[0] == '-' || word[0] == '+');

	return (n > sign && strspn(word + sign, "0123456789") == n - sign) ||
	       (n == 32 && strspn(word, "0123456789abcdef") == n);
}

/* As Go's strconv.ParseBool. */
static bool scan_truth(const char *word, bool *ret)
{
	static const char *const words[] = { "0", "f", "F", "false", "FALSE", "False",
					     "1", "t", "T", "true",  "TRUE",  "True" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++) {
		if (strcmp(word, words[i]) == 0) {
			*ret = i >= OW_ARRAY_SIZE(words) / 2;
			return true;
		}
	}
	return false;
}

static int take_argument(const struct ow_command *command, const struct ow_option *o,
			 const char *argument)
{
	struct ow_str rest;
	uint64_t number;

	if (o->refuse)
		return ow_command_misuse(command, "--%s is not supported: %s", o->name, o->refuse);
	if (o->flag)
		*o->flag = true;
	if (o->flag && argument && !scan_truth(argument, o->flag))
		return ow_command_misuse(command, "--%s takes true or false, not '%s'", o->name,
					 argument);
	if (o->arg)
		*o->arg = argument ? argument : "";
	if (!o->number)
		return 0;
	rest = ow_str(argument);
	if (!ow_scan_u64(&rest, &number) || rest.n || number > INT64_MAX)
		return ow_command_misuse(command, "--%s takes a whole number, not '%s'", o->name,
					 argument);
	*o->number = (int64_t)number;
	return 0;
}

/* Fills the tables of getopt_long(3) from ours. */
static void fill_getopt(const struct ow_command *command, struct option *longs, char *shorts)
{
	if (command->n_verbs)
		*shorts++ = '+'; /* what follows the verb is the verb's */
	for (size_t i = 0; i < options_of(command); i++) {
		const struct ow_option *o = option_at(command, i);
		int colons = o->flag && !o->truth ? 0 : 1 + (o->optional || o->truth || o->refuse);

		longs[i] = (struct option){ .name = o->name,
					    .has_arg = colons,
					    .val = KEY_FIRST + (int)i };
		if (!o->brief)
			continue;
		*shorts++ = o->brief;
		for (int k = 0; k < colons; k++)
			*shorts++ = ':';
	}
}

/*
 * Where one dash is enough, "-n5" and "-n=5" are options and "-nonsense" is a mistake, though
 * getopt(3) takes all of them for -n with an argument. False when it is a mistake.
 */
static bool settle_attached(const char *word)
{
	const size_t n = strlen(word);

	if (!optarg || optarg <= word || optarg > word + n)
		return true; /* a word of its own */
	if (*optarg == '=')
		optarg++;
	else if (strspn(optarg, "0123456789") != strlen(optarg))
		return false;
	return true;
}

/* The index of the first operand, or -OW_EXIT_USAGE after having said what was wrong. */
static int parse(const struct ow_command *command, int argc, char *argv[])
{
	struct option longs[OPTIONS_MAX + 1] = { 0 };
	char shorts[3 * OPTIONS_MAX + 2] = "";
	int c;

	assert(options_of(command) <= OPTIONS_MAX);
	fill_getopt(command, longs, shorts);

	while ((c = command->single_dash ? getopt_long_only(argc, argv, shorts, longs, NULL)
					 : getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		const struct ow_option *o = NULL;

		for (size_t i = 0; i < options_of(command) && !o; i++)
			if (c == KEY_FIRST + (int)i || c == option_at(command, i)->brief)
				o = option_at(command, i);
		if (!o) { /* getopt_long(3) has named the offender */
			fprintf(stderr, "Try '%s --help'.\n", command->name);
			return -OW_EXIT_USAGE;
		}
		if (command->single_dash && c == o->brief && !settle_attached(argv[optind - 1]))
			return -ow_command_misuse(command, "unrecognized option '%s'",
						  argv[optind - 1]);
		if (o->optional && !optarg && is_detached(argv[optind]))
			optarg = argv[optind++];
		if (take_argument(command, o, optarg) != 0)
			return -OW_EXIT_USAGE;
	}
	return optind;
}

static pid_t pager;

static void end_pager(void)
{
	if (pager > 0) {
		(void)fclose(stdout);
		while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
			;
		pager = 0;
	}
}

int ow_command_main(const struct ow_command *command, int argc, char *argv[])
{
	static char name[64];
	int first, status;

	/* getopt(3) begins its messages with argv[0]: a name, not a path. */
	(void)snprintf(name, sizeof(name), "%s", command->name);
	if (argc > 0)
		argv[0] = name;
	first = parse(command, argc, argv);
	if (first < 0)
		return -first;

	if (want_help) {
		print_help(command);
		status = OW_EXIT_DONE;
	} else if (want_version) {
		printf("%s %s\n", command->name, OW_VERSION);
		status = OW_EXIT_DONE;
	} else if (want_describe) {
		print_description(command);
		status = OW_EXIT_DONE;
	} else {
		status = command->run(command, argc - first, argv + first);
	}

	/* A full disk must not look like a short list. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && errno != EPIPE && !pager &&
	    status != OW_EXIT_FAILED)
		status = ow_command_fail(command, OW_EXIT_FAILED,
					 "cannot write to standard output: %s", strerror(errno));
	end_pager();
	return status;
}

__attribute__((format(printf, 2, 0))) static void say(const struct ow_command *command,
						      const char *format, va_list args)
{
	fprintf(stderr, "%s: ", command->name);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
}

int ow_command_fail(const struct ow_command *command, int status, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(command, format, args);
	va_end(args);
	return status;
}

int ow_command_misuse(const struct ow_command *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(command, format, args);
	va_end(args);
	fprintf(stderr, "Try '%s --help'.\n", command->name);
	return OW_EXIT_USAGE;
}

void ow_command_warn(const struct ow_command *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(command, format, args);
	va_end(args);
}

bool ow_command_colour(int fd)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no && *no) && term && strcmp(term, "dumb") != 0 && isatty(fd);
}

bool ow_command_is_terminal(void)
{
	return isatty(STDOUT_FILENO) || pager > 0;
}

size_t ow_command_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct ow_str s = ow_str(columns ? columns : "");
	struct winsize size;
	uint64_t width;

	if (ow_scan_u64(&s, &width) && s.n == 0 && width >= 20 && width <= 1000)
		return (size_t)width;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) /* a pager took standard output */
		if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
			return size.ws_col;
	return 80;
}

void ow_command_pager(void)
{
	const char *words = getenv("OOMWHY_PAGER");
	int ends[2];

	if (!words)
		words = getenv("PAGER");
	if (!words)
		words = "less -FRX";
	if (!isatty(STDOUT_FILENO) || !*words || strcmp(words, "cat") == 0 || pipe(ends) < 0)
		return;

	(void)fflush(stdout);
	pager = fork();
	if (pager == 0) {
		(void)dup2(ends[0], STDIN_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		(void)execlp("sh", "sh", "-c", words, (char *)NULL);
		_exit(127);
	}
	if (pager > 0) {
		(void)signal(SIGPIPE, SIG_IGN); /* the reader may quit first: no failure */
		(void)dup2(ends[1], STDOUT_FILENO);
	}
	(void)close(ends[0]);
	(void)close(ends[1]);
}
