/* SPDX-License-Identifier: Apache-2.0 */
#include "screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/scan.h"

/* The alternate screen, no cursor, no wrapping of a line that is wider than was thought. */
#define ENTER      "\033[?1049h\033[?25l\033[?7l\033[2J"
#define LEAVE      "\033[?7h\033[?25h\033[?1049l"
#define HOME       "\033[H"
#define EMPTY_LINE "\033[K"
#define EMPTY_REST "\033[J"

static int put(struct ow_str bytes)
{
	while (bytes.n) {
		ssize_t n = write(STDOUT_FILENO, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			bytes = ow_str_skip(bytes, (size_t)n);
	}
	return 0;
}

static void handle(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags };

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(number, &action, NULL);
}

/* SA_RESETHAND and SA_NODEFER: what is raised in here has its usual effect, at once. */
static void on_end(int number)
{
	(void)put(OW_STR(LEAVE));
	(void)raise(number);
}

static void on_stop(int number)
{
	const int saved = errno;

	(void)put(OW_STR(LEAVE));
	(void)raise(number);
	(void)put(OW_STR(ENTER)); /* nobody stopped: a process group without a shell is not */
	handle(number, on_stop, SA_RESETHAND | SA_NODEFER);
	errno = saved;
}

static void on_continue(int number)
{
	const int saved = errno;

	(void)number;
	(void)put(OW_STR(ENTER));
	errno = saved;
}

static void on_resize(int number)
{
	(void)number; /* it interrupts the waiting: that is all it has to do */
}

static void handle_stops(void)
{
	handle(SIGTSTP, on_stop, SA_RESETHAND | SA_NODEFER);
	handle(SIGCONT, on_continue, 0);
	handle(SIGWINCH, on_resize, 0);
}

/* The signals of ending come at any time, for drawing may wait for an engine. The others come
 * between two pictures, when nothing is half written. Returns what to wait with. */
static sigset_t handle_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	sigset_t later, before;

	(void)sigemptyset(&later);
	(void)sigaddset(&later, SIGTSTP);
	(void)sigaddset(&later, SIGCONT);
	(void)sigaddset(&later, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &later, &before);
	for (size_t i = 0; i < OW_ARRAY_SIZE(ends); i++)
		handle(ends[i], on_end, SA_RESETHAND | SA_NODEFER);
	handle_stops();
	return before;
}

/* Line by line over what stood there, in one write: a screen that is cleared first would flicker.
 * A line is emptied before it is written: behind one of full width the cursor stands on its last
 * character. */
static int show(struct ow_str picture, size_t rows)
{
	struct ow_str line;
	char *bytes = NULL;
	size_t n = 0, at = 0;
	FILE *out = open_memstream(&bytes, &n);
	int error = -ENOMEM;

	if (!out)
		return -ENOMEM;
	fputs(HOME, out);
	for (; at < rows && ow_scan_line(&picture, &line); at++)
		(void)fprintf(out, "%s" EMPTY_LINE "%.*s", at ? "\r\n" : "", (int)line.n, line.p);
	if (at < rows)
		fputs("\r\n" EMPTY_REST, out);
	if (fclose(out) == 0)
		error = put((struct ow_str){ bytes, n });
	free(bytes);
	return error;
}

static int draw_once(ow_screen_fn *draw, void *arg)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char *bytes = NULL;
	size_t n = 0;
	FILE *out;
	int error;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_row || !size.ws_col)
		size = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	out = open_memstream(&bytes, &n);
	if (!out)
		return -ENOMEM;
	error = draw(arg, size.ws_col, size.ws_row, out);
	if (fclose(out) != 0 && error == 0)
		error = -ENOMEM;
	if (error == 0)
		error = show((struct ow_str){ bytes, n }, size.ws_row);
	free(bytes);
	return error;
}

int ow_screen_run(int64_t period_usec, ow_screen_fn *draw, void *arg)
{
	const struct timespec period = { .tv_sec = period_usec / 1000000,
					 .tv_nsec = period_usec % 1000000 * 1000 };
	const sigset_t waiting = handle_signals();
	int error = put(OW_STR(ENTER));

	while (error == 0) {
		error = draw_once(draw, arg);
		if (error == 0)
			(void)ppoll(NULL, 0, &period, &waiting);
	}
	(void)put(OW_STR(LEAVE));
	return error;
}

int ow_screen_enter(void)
{
	handle_stops();
	return put(OW_STR(ENTER));
}

int ow_screen_draw(ow_screen_fn *draw, void *arg)
{
	return draw_once(draw, arg);
}

void ow_screen_leave(void)
{
	handle(SIGTSTP, SIG_DFL, 0);
	handle(SIGCONT, SIG_DFL, 0);
	(void)put(OW_STR(LEAVE));
}
