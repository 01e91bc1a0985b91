/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the real ring buffer of this machine. */
#include "collect/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "unit.h"

#define LOG_MAX OW_MIB(32)

struct log {
	char *bytes;
	size_t n;
};

static int take(void *arg, const char *bytes, size_t n)
{
	struct log *log = arg;

	assert_true(n > 0 && bytes[n - 1] == '\n'); /* records are not cut */
	assert_true(log->n + n <= LOG_MAX);
	memcpy(log->bytes + log->n, bytes, n);
	log->n += n;
	return 0;
}

static int collect(struct ow_arena *arena, struct ow_str *ret, struct ow_err *err)
{
	struct log log = { ow_alloc(arena, LOG_MAX, 1), 0 };
	int r = ow_kmsg_collect(take, &log, err);

	*ret = (struct ow_str){ log.bytes, log.n };
	return r;
}

/* "4,344,283033791,-;eat invoked oom-killer: ..." */
static bool scan_head(struct ow_str line, uint64_t *ret_number)
{
	uint64_t priority, usec;

	return ow_scan_u64(&line, &priority) && ow_scan_char(&line, ',') &&
	       ow_scan_u64(&line, ret_number) && ow_scan_char(&line, ',') &&
	       ow_scan_u64(&line, &usec) && ow_scan_char(&line, ',');
}

static void records_come_in_their_order_and_form(void **state)
{
	struct ow_str log, line;
	uint64_t number = 0, last = 0;
	struct ow_err err;
	size_t n = 0;

	assert_int_equal(collect(*state, &log, &err), 0);
	while (ow_scan_line(&log, &line)) {
		if (line.n && *line.p == ' ')
			continue; /* a dictionary of the record before */
		assert_true(scan_head(line, &number));
		assert_true(n++ == 0 || number > last);
		last = number;
	}
	assert_true(n > 0);
}

static int refuse(void *arg, const char *bytes, size_t n)
{
	(void)arg, (void)bytes, (void)n;
	return -ECANCELED;
}

static void a_taker_that_refuses_ends_it(void **state)
{
	struct ow_err err;

	(void)state;
	assert_int_equal(ow_kmsg_collect(refuse, NULL, &err), -ECANCELED);
}

/* Runs fn in a child, which may change who and where it is. */
static int in_child(int (*fn)(struct ow_arena *arena))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct ow_arena *arena = ow_arena_new(OW_MIB(64));
		int r = fn(arena);

		ow_arena_free(arena);
		_exit(r);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static bool is_restricted(struct ow_arena *arena)
{
	struct ow_str text;

	return ow_file_read(AT_FDCWD, "/proc/sys/kernel/dmesg_restrict", 16, arena, &text, NULL) ==
		       0 &&
	       ow_str_is(text, "1\n");
}

static int as_nobody(struct ow_arena *arena)
{
	const bool restricted = is_restricted(arena);
	struct ow_str log;
	struct ow_err err;
	int r;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 2;
	r = collect(arena, &log, &err);
	if (!restricted)
		return r == 0 ? 0 : 4;
	return r == -EACCES && strstr(err.text, "sudo") && log.n == 0 ? 0 : 3;
}

static void who_may_not_read_is_told_what_would_help(void **state)
{
	(void)state;
	assert_int_equal(in_child(as_nobody), 0);
}

/* As it is in a container that is not to see the log. */
static int without_device(struct ow_arena *arena)
{
	const int user = geteuid() == 0 ? 0 : CLONE_NEWUSER;
	struct ow_str log, line;
	struct ow_err err;

	if (unshare(user | CLONE_NEWNS) < 0 ||
	    mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("/dev/null", "/dev/kmsg", "none", MS_BIND, NULL) < 0)
		return 2;
	if (collect(arena, &log, &err) < 0)
		return 3;
	/* "<4>[  283.033791] eat invoked oom-killer: ..."; the first may be cut by the ring. */
	if (!ow_scan_line(&log, &line) || !ow_scan_line(&log, &line))
		return 4;
	return *line.p == '<' ? 0 : 5;
}

static void without_the_device_the_log_comes_by_syslog(void **state)
{
	(void)state;
	assert_int_equal(in_child(without_device), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(records_come_in_their_order_and_form),
		UNIT(a_taker_that_refuses_ends_it),
		UNIT(who_may_not_read_is_told_what_would_help),
		UNIT(without_the_device_the_log_comes_by_syslog),
	};
	ow_scoped(ow_closep) int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		printf("1..0 # SKIP /dev/kmsg cannot be read here\n");
		return 0;
	}
	return cmocka_run_group_tests_name("collect/kmsg", tests, NULL, NULL);
}
