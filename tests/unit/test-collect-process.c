/* SPDX-License-Identifier: Apache-2.0 */
/* Reads this process and its children, and a folder that is laid out like /proc. */
#include "collect/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "folder.h"

static int open_proc(void)
{
	int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(proc >= 0);
	return proc;
}

static void this_process_is_read(void **state)
{
	const unsigned want = OW_PROCESS_ALL & ~(OW_PROCESS_HUGETLB | OW_PROCESS_PSS_PARTS);
	ow_scoped(ow_closep) int proc = open_proc();
	struct ow_process p;
	struct ow_err err;

	assert_int_equal(ow_process_collect(proc, getpid(), OW_PROCESS_ALL, *state, &p, &err), 0);
	assert_int_equal(p.have & want & ~OW_PROCESS_SWAP, want & ~OW_PROCESS_SWAP);
	assert_int_equal(p.pid, getpid());
	assert_int_equal(p.ppid, getppid());
	assert_int_equal(p.uid, getuid());
	assert_true(p.rss_bytes > 0 && p.total_vm_bytes >= p.rss_bytes);
	assert_true(p.pss_bytes > 0 && p.start_usec > 0);
	/* Under valgrind it is valgrind's. */
	assert_true(strstr(p.command, "test-collect") || strstr(p.command, "memcheck") ||
		    strstr(p.command, "valgrind"));
	assert_null(p.denied);
}

static void only_what_is_wanted_is_there(void **state)
{
	ow_scoped(ow_closep) int proc = open_proc();
	struct ow_process p;

	assert_int_equal(
		ow_process_collect(proc, getpid(), OW_PROCESS_OOM_SCORE_ADJ, *state, &p, NULL), 0);
	assert_int_equal(p.have, OW_PROCESS_OOM_SCORE_ADJ);
	assert_non_null(p.comm);
	assert_null(p.command);
}

static void memory_that_is_touched_is_anonymous(void **state)
{
	const size_t size = OW_MIB(8);
	ow_scoped(ow_closep) int proc = open_proc();
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct ow_process p;

	assert_true(memory != MAP_FAILED);
	memset(memory, 1, size);
	assert_int_equal(ow_process_collect(proc, getpid(), OW_PROCESS_ALL, *state, &p, NULL), 0);
	assert_int_equal(munmap(memory, size), 0);
	assert_true(p.rss_anon_bytes >= size && p.private_bytes >= size);
}

static void a_process_that_is_gone_is_said(void **state)
{
	ow_scoped(ow_closep) int proc = open_proc();
	struct ow_process p = { .pid = -7 };
	struct ow_err err;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(ow_process_collect(proc, pid, OW_PROCESS_ALL, *state, &p, &err), -ESRCH);
	assert_non_null(strstr(err.text, ow_printf(*state, "%d", pid)));
	assert_int_equal(p.pid, -7);
}

static void a_zombie_has_no_memory(void **state)
{
	ow_scoped(ow_closep) int proc = open_proc();
	struct ow_process p;
	siginfo_t info;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(ow_process_collect(proc, pid, OW_PROCESS_ALL, *state, &p, NULL), 0);
	assert_int_equal(p.state[0], 'Z');
	assert_int_equal(p.have & (OW_PROCESS_RSS | OW_PROCESS_PSS | OW_PROCESS_COMMAND), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

/* A child, for root may read anything. */
static int look_as_nobody(struct ow_arena *arena, pid_t pid)
{
	struct ow_process p;

	if (setgid(65534) < 0 || setuid(65534) < 0)
		return 2;
	if (ow_process_collect(open_proc(), pid, OW_PROCESS_ALL, arena, &p, NULL) < 0)
		return 3;
	if (p.have & (OW_PROCESS_PSS | OW_PROCESS_PRIVATE))
		return 4;
	return p.denied && strcmp(p.denied, "smaps_rollup") == 0 && (p.have & OW_PROCESS_RSS) ? 0
											      : 5;
}

static void what_another_user_may_not_read_is_said(void **state)
{
	pid_t pid;
	int status;

	if (geteuid() != 0)
		skip();
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(look_as_nobody(*state, getppid()));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void a_copy_of_proc_is_read_as_well(void **state)
{
	ow_scoped(ow_closep) int proc = -1;
	struct ow_process p;
	FILE *file;
	FOLDER(root);

	assert_int_equal(mkdir(ow_printf(*state, "%s/42", root), 0755), 0);
	file = fopen(ow_printf(*state, "%s/42/status", root), "w");
	assert_non_null(file);
	assert_true(fputs("Name:\told\nState:\tS (sleeping)\nVmRSS:\t4 kB\n", file) >= 0);
	assert_int_equal(fclose(file), 0);
	proc = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(ow_process_collect(proc, 42, OW_PROCESS_ALL, *state, &p, NULL), 0);
	assert_string_equal(p.comm, "old");
	assert_int_equal(p.have, OW_PROCESS_RSS);
	assert_int_equal(ow_process_collect(proc, 43, OW_PROCESS_ALL, *state, &p, NULL), -ESRCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(this_process_is_read),
		UNIT(only_what_is_wanted_is_there),
		UNIT(memory_that_is_touched_is_anonymous),
		UNIT(a_process_that_is_gone_is_said),
		UNIT(a_zombie_has_no_memory),
		UNIT(what_another_user_may_not_read_is_said),
		UNIT(a_copy_of_proc_is_read_as_well),
	};

	return cmocka_run_group_tests_name("collect/process", tests, NULL, NULL);
}
