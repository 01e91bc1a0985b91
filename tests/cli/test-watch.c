/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-cgroups --watch in a terminal of its own: what it draws, and that the terminal is as
 * before when it ends, however that is.
 *
 *   test-watch OOMWHY-CGROUPS
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit/folder.h"

#define ENTER      "\033[?1049h"
#define LEAVE      "\033[?1049l"
#define HOME       "\033[H"
#define EMPTY_LINE "\033[K"
#define PATIENCE   60000 /* milliseconds: only a failure takes so long */
#define BYTES_MAX  65536

static const char *exe;

/* The paths stand there whole, however narrow the terminal is. */
static const char *const once[] = { "--watch=3600", "--fields=path,usage_bytes", NULL };
static const char *const again[] = { "--watch=1", "--fields=path,usage_bytes", NULL };
static const char *const list[] = { "--watch=3600", NULL };

/* A terminal with a shell that does nothing but to start the command and to tell how it fares: a
 * process group without a shell cannot be stopped. */
struct terminal {
	int screen; /* what the command writes, and what is typed */
	int told;   /* wait(2) statuses of the command */
	pid_t shell, command;
	char bytes[BYTES_MAX + 1]; /* what was on the screen since the last match */
	size_t n;
};

static void run_command(const char *const *options)
{
	const char *arguments[8] = { exe, "--root=host" };

	for (size_t i = 0; options[i] && i + 3 < OW_ARRAY_SIZE(arguments); i++)
		arguments[i + 2] = options[i];
	(void)setpgid(0, 0);
	(void)signal(SIGTTOU, SIG_IGN);
	(void)tcsetpgrp(STDIN_FILENO, getpid());
	(void)signal(SIGTTOU, SIG_DFL);
	(void)execv(exe, (char *const *)(uintptr_t)arguments);
	_exit(127);
}

static void run_shell(int tell, const char *const *options)
{
	pid_t command = fork();
	int status = 0;

	if (command == 0)
		run_command(options);
	(void)!write(tell, &command, sizeof(command));
	while (waitpid(command, &status, WUNTRACED) == command) {
		(void)!write(tell, &status, sizeof(status));
		if (!WIFSTOPPED(status))
			break;
	}
	_exit(0);
}

static void open_terminal(struct terminal *t, const char *const *options, unsigned short rows,
			  unsigned short columns)
{
	const struct winsize size = { .ws_row = rows, .ws_col = columns };
	int ends[2];

	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	t->n = 0;
	t->told = ends[0];
	t->shell = forkpty(&t->screen, NULL, NULL, &size);
	assert_return_code(t->shell, errno);
	if (t->shell == 0)
		run_shell(ends[1], options);
	assert_return_code(close(ends[1]), errno);
	assert_int_equal(read(t->told, &t->command, sizeof(t->command)), sizeof(t->command));
}

/* Waits for text on the screen, and takes what stands up to its end away. */
static void expect(struct terminal *t, const char *text)
{
	struct pollfd poller = { .fd = t->screen, .events = POLLIN };
	char *at;

	t->bytes[t->n] = '\0';
	while (!(at = strstr(t->bytes, text))) {
		ssize_t n = 0;

		if (poll(&poller, 1, PATIENCE) != 1 ||
		    (n = read(t->screen, t->bytes + t->n, BYTES_MAX - t->n)) <= 0)
			fail_msg("'%s' never came, but '%s'", text, t->bytes);
		t->n += (size_t)n;
		t->bytes[t->n] = '\0';
	}
	at += strlen(text);
	t->n -= (size_t)(at - t->bytes);
	memmove(t->bytes, at, t->n + 1);
}

static int told(struct terminal *t)
{
	struct pollfd poller = { .fd = t->told, .events = POLLIN };
	int status = 0;

	assert_int_equal(poll(&poller, 1, PATIENCE), 1);
	assert_int_equal(read(t->told, &status, sizeof(status)), sizeof(status));
	return status;
}

static void close_terminal(struct terminal *t)
{
	assert_return_code(waitpid(t->shell, NULL, 0), errno);
	assert_return_code(close(t->screen), errno);
	assert_return_code(close(t->told), errno);
}

/* The command dies of the signal, and the screen is the one from before. */
static void expect_end(struct terminal *t, int number)
{
	int status;

	expect(t, LEAVE);
	status = told(t);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), number);
	assert_null(strstr(t->bytes, ENTER));
	close_terminal(t);
}

static void every_signal_that_ends_it_restores_the_screen(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(signals); i++) {
		struct terminal t;

		open_terminal(&t, once, 24, 80);
		expect(&t, ENTER);
		expect(&t, "/batch/worker");
		assert_return_code(kill(t.command, signals[i]), errno);
		expect_end(&t, signals[i]);
	}
}

static void control_c_ends_it(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, once, 24, 80);
	expect(&t, "/batch/worker");
	assert_int_equal(write(t.screen, "\003", 1), 1);
	expect_end(&t, SIGINT);
}

static void it_leaves_the_screen_while_it_is_stopped(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, once, 24, 80);
	expect(&t, "/batch/worker");
	assert_int_equal(write(t.screen, "\032", 1), 1);
	expect(&t, LEAVE);
	assert_true(WIFSTOPPED(told(&t)));
	assert_return_code(kill(t.command, SIGCONT), errno);
	expect(&t, ENTER);
	expect(&t, "/batch/worker");
	assert_return_code(kill(t.command, SIGTERM), errno);
	expect_end(&t, SIGTERM);
}

static void it_follows_the_size_of_the_terminal(void **state)
{
	const struct winsize small = { .ws_row = 4, .ws_col = 40 };
	struct terminal t;

	(void)state;
	open_terminal(&t, once, 24, 80);
	expect(&t, "/system.slice/nginx.service");
	assert_return_code(ioctl(t.screen, TIOCSWINSZ, &small), errno);
	expect(&t, HOME);
	expect(&t, "5 more");
	assert_return_code(kill(t.command, SIGTERM), errno);
	expect_end(&t, SIGTERM);
}

static void it_draws_again_and_again_in_place(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, again, 24, 80);
	for (int i = 0; i < 3; i++) {
		expect(&t, HOME);
		expect(&t, "/batch/worker");
	}
	assert_return_code(kill(t.command, SIGTERM), errno);
	expect_end(&t, SIGTERM);
}

static void what_is_near_is_in_colour_and_has_a_mark(void **state)
{
	struct terminal t;

	(void)state;
	open_terminal(&t, list, 24, 120);
	expect(&t, "\033[31m! 3418d5a1b2c3");
	expect(&t, "\033[1;33m~ cache.service");
	assert_return_code(kill(t.command, SIGTERM), errno);
	expect_end(&t, SIGTERM);

	assert_return_code(setenv("NO_COLOR", "1", 1), errno);
	open_terminal(&t, list, 24, 120);
	assert_return_code(unsetenv("NO_COLOR"), errno);
	expect(&t, EMPTY_LINE "! 3418d5a1b2c3");
	expect(&t, EMPTY_LINE "~ cache.service");
	assert_return_code(kill(t.command, SIGTERM), errno);
	expect_end(&t, SIGTERM);
}

static int make_groups(void **state)
{
	static char folder[] = "/tmp/oomwhy-watch-XXXXXX";

	if (unsetenv("NO_COLOR") < 0 || !mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	*state = folder;
	return system(". \"$OW_CASES/trees\"; some_host v2");
}

static int remove_groups(void **state)
{
	char *folder = *state;

	if (chdir("/") < 0)
		return -1;
	folder_remove(&folder);
	return 0;
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_signal_that_ends_it_restores_the_screen),
		cmocka_unit_test(control_c_ends_it),
		cmocka_unit_test(it_leaves_the_screen_while_it_is_stopped),
		cmocka_unit_test(it_follows_the_size_of_the_terminal),
		cmocka_unit_test(it_draws_again_and_again_in_place),
		cmocka_unit_test(what_is_near_is_in_colour_and_has_a_mark),
	};

	exe = argc == 2 ? realpath(argv[1], NULL) : NULL; /* the tests run elsewhere */
	if (!exe)
		return 2;
	return cmocka_run_group_tests(tests, make_groups, remove_groups);
}
