/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and says what it cost:
 *
 *   measure RESULT COMMAND [ARGUMENT...]
 *
 * Appends one line to the file RESULT: the microseconds on the CPU (user and system together) and
 * on the clock, and the peak of anonymous memory in KiB. The kernel keeps no peak of that: it is
 * the peak of all resident memory less the pages of files that are resident when the command exits,
 * of which none goes away before. Where the kernel does not let it be traced to its exit, it is
 * "-". Exits with the command's status.
 */
#include <err.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

static int64_t now_usec(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* "VmHWM:	    3652 kB"; 0 when there is no such line. */
static int64_t status_kib(struct ow_str status, const char *key)
{
	struct ow_str front;
	int64_t kib;

	if (!ow_scan_until(&status, key, &front) || !ow_scan_blanks(&status) ||
	    !ow_scan_i64(&status, &kib))
		return 0;
	return kib;
}

static int64_t anonymous_kib(pid_t pid)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	struct ow_str status;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (!arena || ow_file_read(AT_FDCWD, path, OW_KIB(64), arena, &status, NULL) < 0)
		return -1;
	return status_kib(status, "VmHWM:") - status_kib(status, "RssFile:");
}

/* Waits for the end; on its way out the command is stopped and its memory looked at. */
static int follow(pid_t pid, struct rusage *usage, int64_t *ret_kib)
{
	int status;

	while (wait4(pid, &status, 0, usage) == pid) {
		int deliver = 0;

		if (!WIFSTOPPED(status))
			return status;
		if (status >> 8 == (SIGTRAP | PTRACE_EVENT_EXIT << 8))
			*ret_kib = anonymous_kib(pid);
		else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP)
			deliver = WSTOPSIG(status);
		(void)ptrace(PTRACE_CONT, pid, NULL, deliver);
	}
	err(1, "cannot wait for the command");
}

static pid_t start(char *argv[])
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "cannot start %s", argv[0]);
	if (pid == 0) {
		(void)raise(SIGSTOP); /* until it is seized */
		(void)execvp(argv[0], argv);
		err(127, "cannot run %s", argv[0]);
	}
	return pid;
}

int main(int argc, char *argv[])
{
	int64_t began, kib = -1, usec;
	struct rusage usage;
	FILE *result;
	int status;
	pid_t pid;

	if (argc < 3)
		errx(2, "usage: measure RESULT COMMAND [ARGUMENT...]");
	pid = start(argv + 2);
	if (waitpid(pid, &status, WUNTRACED) != pid)
		err(1, "cannot wait for %s", argv[2]);
	(void)ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT);
	began = now_usec();
	(void)kill(pid, SIGCONT);
	status = follow(pid, &usage, &kib);
	usec = (int64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;

	result = fopen(argv[1], "a");
	if (!result)
		err(1, "cannot open %s", argv[1]);
	(void)fprintf(result, "%" PRId64 " %" PRId64 " ", usec, now_usec() - began);
	(void)fprintf(result, kib < 0 ? "-\n" : "%" PRId64 "\n", kib);
	if (fclose(result) != 0)
		err(1, "cannot write %s", argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
