/* SPDX-License-Identifier: Apache-2.0 */
/*
 * w: takes memory of one kind, 1 MiB at a time, until it has what it was told to take or until it
 * is killed. The scenario tests run it in memory cgroups of their own and in guests, and hold the
 * kernel's record against what they know of it.
 *
 *	w [-n NAME] [-a ADJ] [-i UID] [-m NODE] [-p N] [-u PID] [-f FILE] [-t SECONDS] KIND [MIB]
 *
 *	-n NAME     the name of the process, as the kernel prints it (w)
 *	-a ADJ      its oom_score_adj
 *	-i UID      its user
 *	-m NODE     takes it from that NUMA node alone: MPOL_BIND
 *	-p N        N processes do it, each on its own; the first one only waits for them
 *	-u PID      takes no more once that process is gone
 *	-f FILE     what the kind "file" writes
 *	-t SECONDS  ends then, whatever happens (60)
 *
 * Without MIB, or with 0, there is no end to it. With MIB it keeps that much and stays. Each
 * process says on standard output "start PID UID NAME", then "keep PID" when it has all that it
 * wants, and before that "refused PID" when the kernel did not give it more.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

static const char *arg_name = "w";
static const char *arg_adj;
static const char *arg_file = "/dev/shm/w";
static unsigned arg_uid;
static const char *arg_node;
static unsigned arg_processes;
static unsigned arg_seconds = 60;
static unsigned arg_mib;
static int arg_until = -1; /* a pidfd */

static char *map(size_t size, int prot, int flags)
{
	char *p = mmap(NULL, size, prot, flags | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

/* Fills a pipe or socket that nobody reads, as far as it goes without waiting, up to 1 MiB. */
static size_t fill(int fd)
{
	static const char zeros[64 << 10];
	size_t sum = 0;
	ssize_t n;

	while (sum < MIB && (n = write(fd, zeros, sizeof(zeros))) > 0)
		sum += (size_t)n;
	return sum;
}

/* Anonymous memory: the leak of a heap. */
static bool take_anon(void)
{
	char *p = map(MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	return p && memset(p, 1, MIB);
}

/* 10 MiB, then a second of nothing, then the rest in one go. */
static bool take_burst(void)
{
	static unsigned taken;

	if (taken++ == 10)
		sleep(1);
	return take_anon();
}

/* Locked memory. mlock(2) is refused where a page fault would be tried again for ever. */
static bool take_locked(void)
{
	char *p = map(MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	return p && mlock(p, MIB) == 0;
}

/* A file that is written and not mapped: tmpfs or page cache, by where it is. */
static bool take_file(void)
{
	static int fd = -1;
	char *p = map(MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE);

	if (fd < 0)
		fd = open(arg_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (!p || fd < 0 || write(fd, p, MIB) != (ssize_t)MIB)
		return false;
	return munmap(p, MIB) == 0 && fdatasync(fd) == 0;
}

/* A memfd that is mapped: shared memory of one process. */
static bool take_memfd(void)
{
	static int fd = -1;
	static off_t size;
	char *p;

	if (fd < 0)
		fd = memfd_create("w", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, size + (off_t)MIB) < 0)
		return false;
	p = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_SHARED, fd, size);
	size += (off_t)MIB;
	return p != MAP_FAILED && memset(p, 1, MIB);
}

/* One area that all of the -p processes map, made before they are. */
static char *shared;

static bool take_shared(void)
{
	static size_t offset;

	if (offset >= (size_t)arg_mib * MIB)
		return false;
	memset(shared + offset, 1, MIB);
	offset += MIB;
	return true;
}

static bool take_sockets(void)
{
	size_t sum = 0, n;
	int fd[2];

	do {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fd) < 0)
			return false;
		sum += n = fill(fd[0]);
	} while (n && sum < MIB);
	return n;
}

static bool take_pipes(void)
{
	size_t sum = 0, n;
	int fd[2];

	do {
		if (pipe2(fd, O_NONBLOCK) < 0)
			return false;
		fcntl(fd[1], F_SETPIPE_SZ, (int)MIB);
		sum += n = fill(fd[1]);
	} while (n && sum < MIB);
	return n;
}

/* A page table of 4 KiB for each 2 MiB of addresses, and nothing but the zero page behind it. */
static bool take_page_tables(void)
{
	size_t size = 256 * 2 * MIB;
	char *p = map(size, PROT_READ, MAP_PRIVATE | MAP_NORESERVE);

	if (!p || madvise(p, size, MADV_NOHUGEPAGE) < 0)
		return false;
	for (size_t i = 0; i < size; i += 2 * MIB)
		(void)*(volatile char *)(p + i);
	return true;
}

static void *sleep_for_ever(void *arg)
{
	for (;;)
		pause();
	return arg;
}

/* 32 threads: 16 KiB of kernel stack each, and what belongs to it. */
static bool take_threads(void)
{
	pthread_attr_t attr;
	pthread_t thread;
	bool ok = pthread_attr_init(&attr) == 0 && pthread_attr_setstacksize(&attr, 32 << 10) == 0;

	for (int i = 0; ok && i < 32; i++)
		ok = pthread_create(&thread, &attr, sleep_for_ever, NULL) == 0;
	return ok;
}

/* Open files: about 2,500 of them are 1 MiB of slab. */
static bool take_slab(void)
{
	for (int i = 0; i < 2500; i++)
		if (eventfd(0, EFD_CLOEXEC) < 0)
			return false;
	return true;
}

static size_t free_memory(void)
{
	struct sysinfo info;

	return sysinfo(&info) == 0 ? info.freeram * info.mem_unit : 0;
}

/* One page into each of two pipes, as long as both take it. Nothing can move these pages. */
static void fill_in_turn(int a, int b)
{
	static const char page[4096];

	while (write(a, page, sizeof(page)) > 0 && write(b, page, sizeof(page)) > 0)
		;
}

/* Takes all that is free in pages that lie side by side, and gives every other one back. */
static void make_holes(void)
{
	static int back[8192][2];
	const size_t most = sizeof(back) / sizeof(back[0]);
	size_t n = 0;
	int keep[2];

	while (n < most && free_memory() > 12 * MIB && pipe2(keep, O_NONBLOCK) == 0 &&
	       pipe2(back[n], O_NONBLOCK) == 0)
		fill_in_turn(keep[1], back[n++][1]);
	while (n--) {
		close(back[n][0]);
		close(back[n][1]);
	}
}

/* Blocks of four pages, of which a memory of holes has few: the rings of pipes. */
static bool take_fragments(void)
{
	static bool made;
	int fd[2];

	/* It must be larger than all others, to be the one that is killed. */
	for (int i = 0; !made && i < 8; i++)
		(void)take_anon();
	if (!made)
		make_holes();
	made = true;
	for (int i = 0; i < 64; i++)
		if (pipe2(fd, O_NONBLOCK) < 0 || fcntl(fd[1], F_SETPIPE_SZ, (int)MIB) < 0)
			return false;
	return true;
}

static const struct kind {
	const char *name;
	bool (*take)(void);  /* takes about 1 MiB more */
	unsigned pause_usec; /* between one and the next */
} kinds[] = {
	{ "anon", take_anon, 2000 },
	{ "burst", take_burst, 0 },
	{ "file", take_file, 2000 },
	{ "fragments", take_fragments, 0 },
	{ "locked", take_locked, 2000 },
	{ "memfd", take_memfd, 2000 },
	{ "page-tables", take_page_tables, 2000 },
	{ "pipes", take_pipes, 2000 },
	{ "shared", take_shared, 2000 },
	{ "slab", take_slab, 2000 },
	{ "sockets", take_sockets, 2000 },
	{ "threads", take_threads, 2000 },
};

static const struct kind *kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	errx(2, "no kind is called %s", name);
}

static unsigned number(const char *text)
{
	unsigned n = 0;

	for (const char *c = text; *c; c++) {
		if (*c < '0' || *c > '9' || n > 1u << 26)
			errx(2, "%s is not a number that fits", text);
		n = n * 10 + (unsigned)(*c - '0');
	}
	return n;
}

static bool until_is_gone(void)
{
	struct pollfd p = { .fd = arg_until, .events = POLLIN };

	return arg_until >= 0 && poll(&p, 1, 0) > 0;
}

static void take(const struct kind *kind)
{
	/* Neither alarm(2) nor the wish to go with the parent comes with fork(2). */
	alarm(arg_seconds);
	dprintf(STDOUT_FILENO, "start %d %u %s\n", getpid(), getuid(), arg_name);
	for (unsigned i = 0; (!arg_mib || i < arg_mib) && !until_is_gone(); i++) {
		if (!kind->take()) {
			dprintf(STDOUT_FILENO, "refused %d %s\n", getpid(), strerror(errno));
			break;
		}
		usleep(kind->pause_usec);
	}
	dprintf(STDOUT_FILENO, "keep %d\n", getpid());
	for (;;)
		pause();
}

/* None of them begins before all are there, so that all are in the first task table. */
static void take_in_processes(const struct kind *kind)
{
	int gate[2];
	char c;

	if (pipe2(gate, O_CLOEXEC) < 0)
		err(1, "cannot make a pipe");
	for (unsigned i = 0; i < arg_processes; i++) {
		if (fork() != 0)
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(gate[1]);
		(void)!read(gate[0], &c, 1);
		take(kind);
	}
	close(gate[1]);
	while (wait(NULL) > 0)
		;
}

static void protect(const char *adj)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, adj, strlen(adj)) < 0)
		err(1, "cannot set oom_score_adj to %s", adj);
	close(fd);
}

static void bind_to(const char *node)
{
	unsigned long nodes = 1ul << number(node);

	if (syscall(SYS_set_mempolicy, MPOL_BIND, &nodes, sizeof(nodes) * 8) < 0)
		err(1, "cannot bind to node %s", node);
}

static void parse(int argc, char *argv[])
{
	for (int c; (c = getopt(argc, argv, "n:a:i:m:p:u:f:t:")) != -1;)
		switch (c) {
		case 'n':
			arg_name = optarg;
			break;
		case 'a':
			arg_adj = optarg;
			break;
		case 'i':
			arg_uid = number(optarg);
			break;
		case 'm':
			arg_node = optarg;
			break;
		case 'p':
			arg_processes = number(optarg);
			break;
		case 'u':
			arg_until = pidfd_open((pid_t)number(optarg), 0);
			if (arg_until < 0)
				err(1, "cannot watch process %s", optarg);
			break;
		case 'f':
			arg_file = optarg;
			break;
		case 't':
			arg_seconds = number(optarg);
			break;
		default:
			exit(2);
		}
	if (optind == argc)
		errx(2, "what kind of memory?");
	if (optind + 1 < argc)
		arg_mib = number(argv[optind + 1]);
}

int main(int argc, char *argv[])
{
	struct rlimit files;
	const struct kind *kind;

	parse(argc, argv);
	kind = kind_find(argv[optind]);
	alarm(arg_seconds);
	if (arg_adj)
		protect(arg_adj);
	if (arg_node)
		bind_to(arg_node);
	prctl(PR_SET_NAME, arg_name);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max = geteuid() == 0 ? 1 << 20 : files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	if (arg_uid && setuid(arg_uid) < 0)
		err(1, "cannot become user %u", arg_uid);
	if (kind->take == take_shared) {
		shared = map((size_t)arg_mib * MIB, PROT_READ | PROT_WRITE, MAP_SHARED);
		if (!shared)
			err(1, "cannot map %u MiB", arg_mib);
	}
	if (arg_processes)
		take_in_processes(kind);
	else
		take(kind);
	return 0;
}
