/* SPDX-License-Identifier: Apache-2.0 */
/* A log that is written while it is read: a chart that is drawn again and again, or lines. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/time.h"
#include "gc.h"
#include "screen.h"

#define WAIT_MSEC  250
#define DRAW_USEC  OW_USEC_PER_SEC
#define ROWS_REST  16 /* lines below and above the chart */
#define ROWS_MOST  24
#define ROWS_LEAST 3

static volatile sig_atomic_t ended;

static void on_end(int number)
{
	ended = number;
}

/* Without SA_RESTART: a read that waits ends, too. */
static void handle_ends(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction action = { .sa_handler = on_end };

	(void)sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < OW_ARRAY_SIZE(ends); i++)
		(void)sigaction(ends[i], &action, NULL);
}

/* What is shown while it goes on. */
struct show {
	struct gc_log *log;
	bool screen, csv;
	int64_t drawn_usec;
	size_t latest; /* the process that spoke last */
};

static int64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static int draw(void *arg, size_t columns, size_t rows, FILE *out)
{
	const struct show *show = arg;
	const struct gc_log *log = show->log;
	const struct ow_gc_life *life = ow_gc_lives_find(log->lives, show->latest);
	size_t chart = rows > ROWS_REST + ROWS_LEAST ? rows - ROWS_REST : ROWS_LEAST;

	if (!life) {
		(void)fprintf(out, "No collection yet.\n");
		return 0;
	}
	return gc_write_live(log, life, columns, chart < ROWS_MOST ? chart : ROWS_MOST, out);
}

static int take(void *arg, const struct ow_gc_life *life, const struct ow_gc_event *event)
{
	struct show *show = arg;
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = NULL;

	show->latest = life->number;
	if (show->screen)
		return 0;
	if (!show->csv) {
		gc_table_row(life, event, stdout);
		return ferror(stdout) ? -EIO : 0;
	}
	scratch = ow_arena_new(OW_MIB(4));
	if (!scratch)
		return -ENOMEM;
	gc_csv_row(life, event, scratch, stdout);
	return ferror(stdout) ? -EIO : 0;
}

static int wait_more(void *arg)
{
	struct show *show = arg;
	const int64_t now = now_usec();

	if (ended)
		return -ECANCELED;
	if (!show->screen)
		return fflush(stdout) == 0 ? 0 : -EIO;
	if (show->drawn_usec && now - show->drawn_usec < DRAW_USEC)
		return 0;
	show->drawn_usec = now;
	return ow_screen_draw(draw, show);
}

/* What there is until the end of the file, or of what a pipe has now. 1 at the end. */
static int read_some(struct gc_log *log, int fd, struct ow_err *err)
{
	char bytes[OW_KIB(64)];
	const ssize_t n = read(fd, bytes, sizeof(bytes));
	int r;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n < 0)
		return ow_fail(err, errno, "cannot read '%s': %m", log->source);
	if (n == 0)
		return 1;
	r = gc_log_feed(log, bytes, (size_t)n);
	return r < 0 ? ow_fail(err, -r, "cannot read '%s': %m", log->source) : 0;
}

static int follow_pipe(struct gc_log *log, int fd, struct ow_err *err)
{
	struct pollfd wanted = { .fd = fd, .events = POLLIN };
	int r = 0;

	while (r == 0) {
		r = log->wait(log->arg);
		if (r == 0 && poll(&wanted, 1, WAIT_MSEC) > 0)
			r = read_some(log, fd, err);
	}
	return r < 0 ? r : 0;
}

static void closep(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* Is there another file of that name now? */
static bool is_rotated(const char *path, int fd)
{
	struct stat old, new;

	return fstat(fd, &old) == 0 && stat(path, &new) == 0 &&
	       (old.st_ino != new.st_ino || old.st_dev != new.st_dev);
}

/* It was cut, as copytruncate of logrotate does it: from the beginning. */
static void mind_truncation(int fd)
{
	const off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat now;

	if (fstat(fd, &now) == 0 && at > now.st_size)
		(void)lseek(fd, 0, SEEK_SET);
}

static int reopen(struct gc_log *log, const char *path, int *fd, struct ow_err *err)
{
	const int new = open(path, O_RDONLY | O_CLOEXEC);
	int r;

	if (new < 0)
		return 0; /* it is about to come */
	(void)close(*fd);
	*fd = new;
	r = gc_log_end(log);
	if (r < 0)
		return ow_fail(err, -r, "cannot read '%s': %m", path);
	return gc_log_begin(log, path, err);
}

int gc_follow_file(struct gc_log *log, const char *path, struct ow_err *err)
{
	const bool standard = strcmp(path, "-") == 0;
	ow_scoped(closep) int fd = standard ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	struct stat what;
	int r = 0;

	if (standard)
		return follow_pipe(log, STDIN_FILENO, err);
	if (fd < 0 || fstat(fd, &what) < 0)
		return ow_fail(err, errno, "cannot open '%s': %m", path);
	if (S_ISDIR(what.st_mode))
		return ow_fail(err, EISDIR, "cannot read '%s': %m", path);
	if (!S_ISREG(what.st_mode))
		return follow_pipe(log, fd, err);
	for (;;) {
		bool rotated = is_rotated(path, fd);

		while ((r = read_some(log, fd, err)) == 0)
			if ((r = log->wait(log->arg)) < 0)
				return r;
		if (r < 0 || (r = log->wait(log->arg)) < 0)
			return r;
		/* What was written to the old one before it was rotated has been read. */
		if (rotated && (r = reopen(log, path, &fd, err)) < 0)
			return r;
		mind_truncation(fd);
		(void)poll(NULL, 0, WAIT_MSEC);
	}
}

int gc_follow(struct gc_log *log, int n, char *operand[])
{
	struct show show = { .log = log,
			     .screen = ow_command_is_terminal() && !arg_gc.table && !arg_gc.csv,
			     .csv = arg_gc.csv };
	int status, r;

	log->take = take;
	log->wait = wait_more;
	log->arg = &show;
	handle_ends();
	if (show.screen && (r = ow_screen_enter()) < 0)
		return ow_command_fail(log->command, OW_EXIT_FAILED, "cannot draw: %s",
				       strerror(-r));
	if (!show.screen)
		(show.csv ? gc_csv_head : gc_table_head)(stdout);
	status = gc_read(log, n, operand);
	if (show.screen)
		ow_screen_leave();
	if (status != OW_EXIT_DONE || arg_gc.table || arg_gc.csv)
		return status;
	(void)fputs("\n", stdout);
	r = gc_write_summary(log, ow_command_width(), stdout);
	return r < 0 ? ow_command_fail(log->command, OW_EXIT_FAILED, "cannot show it: %s",
				       strerror(-r))
		     : OW_EXIT_DONE;
}
