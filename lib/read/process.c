/* SPDX-License-Identifier: Apache-2.0 */
#include "read/process.h"

#include <errno.h>
#include <stddef.h>

#define KIB            1024
#define USEC_PER_TICK  10000 /* USER_HZ is 100 wherever this runs */
#define STARTTIME      22    /* the field of /proc/PID/stat, from 1 */
#define NAMESPACES_MAX 33    /* MAX_PID_NS_LEVEL and the first one */

/*
 * Lines of a name and a number. Some fields are made of several lines: they are there when all of
 * their lines are, and lines with one place are added up.
 */
struct line {
	const char *name;
	unsigned have;
	unsigned of; /* how many lines share the bit */
	size_t offset;
};

#define AT(member) offsetof(struct ow_process, member)

static const struct line status_lines[] = {
	{ "VmSize", OW_PROCESS_TOTAL_VM, 1, AT(total_vm_bytes) },
	{ "VmLck", OW_PROCESS_LOCKED, 1, AT(locked_bytes) },
	{ "VmHWM", OW_PROCESS_RSS_PEAK, 1, AT(rss_peak_bytes) },
	{ "VmRSS", OW_PROCESS_RSS, 1, AT(rss_bytes) },
	{ "RssAnon", OW_PROCESS_RSS_PARTS, 3, AT(rss_anon_bytes) },
	{ "RssFile", OW_PROCESS_RSS_PARTS, 3, AT(rss_file_bytes) },
	{ "RssShmem", OW_PROCESS_RSS_PARTS, 3, AT(rss_shmem_bytes) },
	{ "VmPTE", OW_PROCESS_PGTABLES, 1, AT(pgtables_bytes) },
	{ "VmSwap", OW_PROCESS_SWAP, 1, AT(swap_bytes) },
	{ "HugetlbPages", OW_PROCESS_HUGETLB, 1, AT(hugetlb_bytes) },
};

static const struct line rollup_lines[] = {
	{ "Pss", OW_PROCESS_PSS, 1, AT(pss_bytes) },
	{ "Pss_Anon", OW_PROCESS_PSS_PARTS, 3, AT(pss_anon_bytes) },
	{ "Pss_File", OW_PROCESS_PSS_PARTS, 3, AT(pss_file_bytes) },
	{ "Pss_Shmem", OW_PROCESS_PSS_PARTS, 3, AT(pss_shmem_bytes) },
	{ "Private_Clean", OW_PROCESS_PRIVATE, 2, AT(private_bytes) },
	{ "Private_Dirty", OW_PROCESS_PRIVATE, 2, AT(private_bytes) },
	{ "LazyFree", OW_PROCESS_LAZY_FREE, 1, AT(lazy_free_bytes) },
	{ "AnonHugePages", OW_PROCESS_ANON_THP, 1, AT(anon_thp_bytes) },
	{ "SwapPss", OW_PROCESS_SWAP_PSS, 1, AT(swap_pss_bytes) },
};

/* "     33448 kB" */
static bool scan_kib(struct ow_str s, uint64_t *ret)
{
	uint64_t kib;

	return ow_scan_blanks(&s) && ow_scan_u64(&s, &kib) && ow_str_is(s, " kB") &&
	       !__builtin_mul_overflow(kib, KIB, ret);
}

/* Which of the n lines it is; NULL when it is none. *value is behind its colon. */
static const struct line *find_line(struct ow_str text, const struct line *line, size_t n,
				    struct ow_str *value)
{
	struct ow_str name;

	if (!ow_scan_until(&text, ":", &name))
		return NULL;
	*value = text;
	for (size_t i = 0; i < n; i++)
		if (ow_str_is(name, line[i].name))
			return &line[i];
	return NULL;
}

/* The fields that all lines of came together for. A line that comes twice makes no sense. */
static unsigned complete(const struct line *line, const unsigned *seen, size_t n)
{
	unsigned have = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned lines = 0;

		for (size_t k = 0; k < n; k++)
			if (line[k].have == line[i].have && seen[k] == 1)
				lines++;
		if (lines == line[i].of)
			have |= line[i].have;
	}
	return have;
}

#define LINES_MAX 16

/* Adds the lines of text that are among the n ones. Returns the bits of what it added. */
static unsigned read_lines(struct ow_str text, const struct line *line, size_t n,
			   struct ow_process *process)
{
	struct ow_process sum = *process;
	unsigned seen[LINES_MAX] = { 0 }, have;
	struct ow_str next, value;

	for (size_t i = 0; i < n; i++)
		*(uint64_t *)((char *)&sum + line[i].offset) = 0;
	while (ow_scan_line(&text, &next)) {
		const struct line *found = find_line(next, line, n, &value);
		uint64_t *to = found ? (uint64_t *)((char *)&sum + found->offset) : NULL;
		uint64_t bytes;

		if (!found || !scan_kib(value, &bytes))
			continue;
		if (__builtin_add_overflow(*to, bytes, to))
			seen[found - line] = 2;
		else if (seen[found - line] < 2)
			seen[found - line]++;
	}
	have = complete(line, seen, n);
	if (have) {
		sum.have |= have;
		*process = sum;
	}
	return have;
}

/* The kernel writes a line feed as \n and a backslash as \\ there. */
static const char *keep_name(struct ow_str s, struct ow_arena *arena)
{
	char *name = ow_alloc(arena, s.n + 1, 1), *to = name;

	for (size_t i = 0; name && i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == 'n' || s.p[i + 1] == '\\')) {
			i++;
			*to++ = s.p[i] == 'n' ? '\n' : '\\';
		} else if (s.p[i]) {
			*to++ = s.p[i];
		}
	}
	return name;
}

static int read_ns_pids(struct ow_str s, struct ow_arena *arena, struct ow_process *process)
{
	int64_t *pid = NULL;
	size_t n = 0;

	while (n < NAMESPACES_MAX && ow_scan_blanks(&s) && s.n) {
		int64_t *more = ow_grow(arena, pid, n, sizeof(*pid));

		if (!more)
			return -ENOMEM;
		pid = more;
		if (!ow_scan_i64(&s, &pid[n]) || pid[n] < 0)
			return 0;
		n++;
	}
	if (n == 0 || s.n)
		return 0;
	process->ns_pids = (struct ow_list){ pid, n };
	process->have |= OW_PROCESS_NS_PIDS;
	return 0;
}

/* "PPid:\t1", "Uid:\t0\t0\t0\t0" of which the first is the real one, "Threads:\t4" */
static void read_count(struct ow_str line, struct ow_process *process)
{
	static const struct {
		const char *name;
		unsigned have;
		size_t offset;
	} counts[] = {
		{ "PPid:", OW_PROCESS_PPID, AT(ppid) },
		{ "Uid:", OW_PROCESS_UID, AT(uid) },
		{ "Threads:", OW_PROCESS_THREADS, AT(threads) },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(counts); i++) {
		uint64_t value;

		if (!ow_scan_lit(&line, counts[i].name))
			continue;
		if (!ow_scan_blanks(&line) || !ow_scan_u64(&line, &value) || value > INT64_MAX)
			continue;
		*(uint64_t *)((char *)process + counts[i].offset) = value;
		process->have |= counts[i].have;
	}
}

static int keep_line(struct ow_str line, struct ow_arena *arena, struct ow_process *process)
{
	if (ow_scan_lit(&line, "Name:\t")) {
		process->comm = keep_name(line, arena);
		return process->comm ? 0 : -ENOMEM;
	}
	if (ow_scan_lit(&line, "State:\t")) {
		process->state = ow_str_keep(arena, line);
		return process->state ? 0 : -ENOMEM;
	}
	if (ow_scan_lit(&line, "NSpid:"))
		return read_ns_pids(line, arena, process);
	read_count(line, process);
	return 0;
}

static int read_status(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	struct ow_process read = *process;
	struct ow_str rest = text, line;

	read.have = 0;
	read.comm = read.state = NULL;
	while (ow_scan_line(&rest, &line))
		if (keep_line(line, arena, &read) < 0)
			return -ENOMEM;
	(void)read_lines(text, status_lines, OW_ARRAY_SIZE(status_lines), &read);
	if (!read.have && !read.comm && !read.state)
		return -EBADMSG;
	read.have |= process->have;
	*process = read;
	return 0;
}

static int read_rollup(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	(void)arena;
	return read_lines(text, rollup_lines, OW_ARRAY_SIZE(rollup_lines), process) ? 0 : -EBADMSG;
}

/* "2897 (leaky) S 1 2897 ...": the name may hold blanks and parentheses. */
static int read_stat(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	struct ow_str word;
	uint64_t ticks;

	(void)arena;
	if (!ow_scan_until_last(&text, ")", &word))
		return -EBADMSG;
	for (int field = 3; field <= STARTTIME; field++)
		if (!ow_scan_char(&text, ' ') || !ow_scan_word(&text, &word))
			return -EBADMSG;
	if (!ow_scan_u64(&word, &ticks) || word.n ||
	    __builtin_mul_overflow(ticks, USEC_PER_TICK, &ticks))
		return -EBADMSG;
	process->start_usec = ticks;
	process->have |= OW_PROCESS_START;
	return 0;
}

static bool scan_score(struct ow_str s, int64_t *ret)
{
	int64_t score;

	if (!ow_scan_i64(&s, &score))
		return false;
	(void)ow_scan_char(&s, '\n');
	if (s.n)
		return false;
	*ret = score;
	return true;
}

static int read_score(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	(void)arena;
	if (!scan_score(text, &process->oom_score))
		return -EBADMSG;
	process->have |= OW_PROCESS_OOM_SCORE;
	return 0;
}

static int read_adj(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	(void)arena;
	if (!scan_score(text, &process->oom_score_adj))
		return -EBADMSG;
	process->have |= OW_PROCESS_OOM_SCORE_ADJ;
	return 0;
}

static bool lists_memory(struct ow_str controllers)
{
	struct ow_str name;

	while (controllers.n) {
		name = controllers;
		if (!ow_scan_until(&controllers, ",", &name))
			controllers.n = 0;
		if (ow_str_is(name, "memory"))
			return true;
	}
	return false;
}

/* "4:memory:/docker/3418" names the controller; only without it is "0::/docker" that of memory. */
static int read_cgroup(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	struct ow_str line, number, controllers, path = { 0 };

	while (ow_scan_line(&text, &line)) {
		if (!ow_scan_until(&line, ":", &number) ||
		    !ow_scan_until(&line, ":", &controllers) || line.n == 0 || line.p[0] != '/')
			continue;
		if (lists_memory(controllers)) {
			path = line;
			break;
		}
		if (ow_str_is(number, "0") && controllers.n == 0)
			path = line;
	}
	if (path.n == 0)
		return -EBADMSG;
	process->cgroup = ow_str_keep(arena, path);
	if (!process->cgroup)
		return -ENOMEM;
	process->have |= OW_PROCESS_CGROUP;
	return 0;
}

int ow_process_command(struct ow_str cmdline, struct ow_arena *arena, const char **ret)
{
	struct ow_str name = { cmdline.p, 0 };
	const char *command;

	while (name.n < cmdline.n && cmdline.p[name.n] != '\0' && cmdline.p[name.n] != ' ')
		name.n++;
	while (cmdline.n && cmdline.p[cmdline.n - 1] == '\0') /* the end of the last argument */
		cmdline.n--;
	for (struct ow_str folder; ow_scan_until(&name, "/", &folder);)
		cmdline = ow_str_skip(cmdline, folder.n + 1);
	if (name.n == 0)
		return -EBADMSG;
	command = ow_printf(arena, "%.*s%s", (int)name.n, name.p,
			    name.n < cmdline.n ? " [redacted]" : "");
	if (!command)
		return -ENOMEM;
	*ret = command;
	return 0;
}

static int read_command(struct ow_str text, struct ow_arena *arena, struct ow_process *process)
{
	int r = ow_process_command(text, arena, &process->command);

	if (r == 0)
		process->have |= OW_PROCESS_COMMAND;
	return r;
}

#define ALL_OF_STATUS                                                                     \
	(OW_PROCESS_PPID | OW_PROCESS_UID | OW_PROCESS_THREADS | OW_PROCESS_NS_PIDS |     \
	 OW_PROCESS_TOTAL_VM | OW_PROCESS_LOCKED | OW_PROCESS_RSS_PEAK | OW_PROCESS_RSS | \
	 OW_PROCESS_RSS_PARTS | OW_PROCESS_PGTABLES | OW_PROCESS_SWAP | OW_PROCESS_HUGETLB)
#define ALL_OF_ROLLUP                                                                        \
	(OW_PROCESS_PSS | OW_PROCESS_PSS_PARTS | OW_PROCESS_PRIVATE | OW_PROCESS_LAZY_FREE | \
	 OW_PROCESS_ANON_THP | OW_PROCESS_SWAP_PSS)

const struct ow_process_file ow_process_files[] = {
	{ "status", ALL_OF_STATUS, read_status },
	{ "stat", OW_PROCESS_START, read_stat },
	{ "oom_score", OW_PROCESS_OOM_SCORE, read_score },
	{ "oom_score_adj", OW_PROCESS_OOM_SCORE_ADJ, read_adj },
	{ "cgroup", OW_PROCESS_CGROUP, read_cgroup },
	{ "cmdline", OW_PROCESS_COMMAND, read_command },
	{ "smaps_rollup", ALL_OF_ROLLUP, read_rollup },
};

const size_t ow_process_files_n = OW_ARRAY_SIZE(ow_process_files);

int ow_process_read(const struct ow_process_file *file, struct ow_str text, struct ow_arena *arena,
		    struct ow_process *process)
{
	return file->read(text, arena, process);
}
