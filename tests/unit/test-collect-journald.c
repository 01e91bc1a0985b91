/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A real kill, a real journald: what it imports from the ring buffer is collected from its journal,
 * and read to the same record as the ring buffer itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "collect/journal.h"
#include "collect/kmsg.h"
#include "folder.h"
#include "records.h"
#include "unit.h"

#define JOURNALD      "/lib/systemd/systemd-journald"
#define DROP_IN       "/run/systemd/journald.conf.d"
#define JOURNAL       "/run/log/journal"
#define LIMIT         "16777216"
#define LOG_MAX       OW_MIB(32)
#define V1            "/sys/fs/cgroup/memory"
#define V2            "/sys/fs/cgroup"

/* The kernel prints ten heads in five seconds: after that long it prints them again. */
#define QUIET_SECONDS 6

struct log {
	char *bytes;
	size_t n;
};

static int take(void *arg, const char *bytes, size_t n)
{
	struct log *log = arg;

	if (log->n + n > LOG_MAX)
		return -ENOMEM;
	memcpy(log->bytes + log->n, bytes, n);
	log->n += n;
	return 0;
}

/* Where groups with a limit are made; NULL when this user cannot make any. */
static const char *mount_point(void)
{
	if (access(V1 "/memory.stat", F_OK) == 0)
		return access(V1, W_OK) == 0 ? V1 : NULL;
	return access(V2 "/memory.stat", F_OK) == 0 && access(V2, W_OK) == 0 ? V2 : NULL;
}

static bool write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	bool ok = file && fputs(text, file) >= 0;

	return file && fclose(file) == 0 && ok;
}

static void remove_group(const char *const *path)
{
	(void)rmdir(*path);
}

/* Takes memory until it is killed. */
static void eat(const char *group)
{
	char path[256];

	(void)snprintf(path, sizeof(path), "%s/cgroup.procs", group);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!write_text(path, "0"))
		_exit(2);
	for (size_t i = 0; i < 256; i++) {
		char *more = malloc(OW_MIB(1));

		if (more)
			memset(more, (int)i + 1, OW_MIB(1));
		__asm__ volatile("" ::"r"(more) : "memory");
	}
	_exit(3);
}

static void kill_in(const char *group)
{
	char limit[256];
	int status;
	pid_t pid;

	(void)snprintf(limit, sizeof(limit), "%s/%s", group,
		       strncmp(group, V1 "/", sizeof(V1)) == 0 ? "memory.limit_in_bytes"
							       : "memory.max");
	assert_true(write_text(limit, LIMIT));
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		eat(group);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* The record of the kill in the group; NULL when there is none. The caller owns it. */
static json_t *record_of(struct ow_str log, const char *group)
{
	ow_scoped(json_decrefp) json_t *list = records_read(log);

	for (size_t i = 0; i < json_array_size(list); i++) {
		json_t *record = json_array_get(list, i);
		const char *path = json_string_value(json_object_get(record, "limit_memcg"));

		if (path && strcmp(path, group) == 0 && json_object_get(record, "trigger"))
			return json_incref(record);
	}
	return NULL;
}

static struct ow_str read_ring(struct ow_arena *arena)
{
	struct log log = { ow_alloc(arena, LOG_MAX, 1), 0 };
	struct ow_err err;

	assert_non_null(log.bytes);
	assert_int_equal(ow_kmsg_collect(take, &log, &err), 0);
	return (struct ow_str){ log.bytes, log.n };
}

/* Starts a journald that sees nothing of the host's journal. */
static pid_t start_journald(void)
{
	pid_t pid;

	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0 || mkdir("/run/systemd", 0755) < 0 ||
	    mkdir(DROP_IN, 0755) < 0 ||
	    !write_text(DROP_IN "/test.conf", "[Journal]\nStorage=volatile\nAudit=no\n"))
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (freopen("/dev/null", "w", stderr))
			(void)execl(JOURNALD, JOURNALD, (char *)NULL);
		_exit(127);
	}
	return pid;
}

/* Runs in a child: writes to a file what the journal has, once that holds the kill line. */
static int collect_from_journald(const char *group, const char *path, struct ow_arena *arena)
{
	const struct ow_journal_options options = { .directory = JOURNAL };
	const char *line = ow_printf(arena, "oom_memcg=%s,", group);
	struct log log = { ow_alloc(arena, LOG_MAX, 1), 0 };
	pid_t journald = start_journald();
	struct ow_err err = { "" };
	struct ow_journal_seen seen;
	bool found = false;

	if (journald < 0)
		return 2;
	for (size_t i = 0; i < 200 && !found; i++) {
		(void)usleep(100000);
		log.n = 0;
		if (ow_journal_collect(&options, take, &log, &seen, &err) == 0)
			found = ow_str_has((struct ow_str){ log.bytes, log.n }, line);
	}
	(void)kill(journald, SIGTERM);
	(void)waitpid(journald, NULL, 0);
	if (!found)
		return 3;
	return ow_file_replace(path, (struct ow_str){ log.bytes, log.n }, &err) < 0 ? 4 : 0;
}

/* Kills until the kernel says all of it: other kills may have used up its messages. */
static struct ow_str kill_and_read_ring(struct ow_arena *arena, const char *group, const char *name)
{
	for (size_t i = 0; i < 3; i++) {
		ow_scoped(json_decrefp) json_t *record = NULL;
		struct ow_str ring;

		kill_in(group);
		ring = read_ring(arena);
		record = record_of(ring, name);
		if (record)
			return ring;
		(void)sleep(QUIET_SECONDS);
	}
	fail_msg("the kernel printed no record of %s", name);
	return OW_STR("");
}

static void the_journal_and_the_ring_give_the_same_record(void **state)
{
	const char *name = ow_printf(*state, "/oomwhy-test-%d", getpid());
	ow_scoped(remove_group) const char *const group =
		ow_printf(*state, "%s%s", mount_point(), name);
	ow_scoped(json_decrefp) json_t *expected = NULL, *got = NULL;
	struct ow_str ring, journal;
	int status;
	pid_t pid;
	FOLDER(folder);
	const char *path = ow_printf(*state, "%s/export", folder);

	assert_int_equal(mkdir(group, 0755), 0);
	ring = kill_and_read_ring(*state, group, name);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(collect_from_journald(name, path, *state));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(ow_file_read(AT_FDCWD, path, LOG_MAX, *state, &journal, NULL), 0);

	expected = record_of(ring, name);
	got = record_of(journal, name);
	assert_non_null(got);
	assert_true(json_equal(got, expected));
}

static int setup(void **state)
{
	*state = ow_arena_new(OW_MIB(256));
	return *state ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_journal_and_the_ring_give_the_same_record,
						setup, unit_teardown),
	};
	const char *missing = geteuid() != 0                        ? "root"
			      : access(JOURNALD, X_OK) < 0          ? JOURNALD
			      : access("/etc/machine-id", R_OK) < 0 ? "/etc/machine-id"
			      : access("/dev/kmsg", R_OK) < 0       ? "/dev/kmsg"
			      : !mount_point() ? "the memory controller of cgroups"
					       : NULL;

	if (missing) {
		printf("1..0 # SKIP needs %s\n", missing);
		return 0;
	}
	return cmocka_run_group_tests_name("collect/journald", tests, NULL, NULL);
}
