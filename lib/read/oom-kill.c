/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

#define MARKS_MAX 4 /* "**" around it, where somebody made it bold */

/* What a kill line begins with, and what that says of the limit. */
static const struct {
	const char *text;
	enum ow_oom_prefix prefix;
} prefixes[] = {
	{ "Memory cgroup out of memory: ", OW_PREFIX_MEMCG },
	{ "Out of memory: ", OW_PREFIX_GLOBAL },
	{ "Out of Memory: ", OW_PREFIX_GLOBAL }, /* 2.6.18 */
	{ "Out of memory (oom_kill_allocating_task): ", OW_PREFIX_ALLOCATING },
	{ "Out of memory (in lowmem): ", OW_PREFIX_GLOBAL },
	{ "No available memory (MPOL_BIND): ", OW_PREFIX_MEMPOLICY },
	{ "No available memory in cpuset: ", OW_PREFIX_CPUSET },
	{ "", OW_PREFIX_NONE },
};

/* The numbers behind the name. */
static const struct field {
	const char *key;
	unsigned have;
	size_t offset;
} fields[] = {
#define AT(field) offsetof(struct ow_oom_victim, field)
	{ "total-vm:", OW_VICTIM_TOTAL_VM, AT(total_vm_bytes) },
	{ "vsz:", OW_VICTIM_TOTAL_VM, AT(total_vm_bytes) },
	{ "anon-rss:", OW_VICTIM_ANON, AT(anon_rss_bytes) },
	{ "file-rss:", OW_VICTIM_FILE, AT(file_rss_bytes) },
	{ "shmem-rss:", OW_VICTIM_SHMEM, AT(shmem_rss_bytes) },
	{ "UID:", OW_VICTIM_UID, AT(uid) },
	{ "pgtables:", OW_VICTIM_PGTABLES, AT(pgtables_bytes) },
	{ "oom_score_adj:", OW_VICTIM_ADJ, AT(oom_score_adj) },
#undef AT
};

/* A number that is cut loses its unit, or its end: it is left out. */
static bool scan_field(struct ow_str *s, struct ow_oom_victim *victim)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		const struct field *f = &fields[i];
		struct ow_str rest = *s;
		void *value = (char *)victim + f->offset;
		bool number = f->have == OW_VICTIM_UID || f->have == OW_VICTIM_ADJ;

		if (!ow_scan_lit(&rest, f->key))
			continue;
		if (!(number ? ow_scan_i64(&rest, value) : ow_oom_scan_kb(&rest, value)))
			return false;
		(void)ow_scan_char(&rest, ',');
		(void)ow_scan_blanks(&rest);
		victim->have |= f->have;
		*s = rest;
		return true;
	}
	return false;
}

/* "(x) total-vm:..." and "(x)" with nothing behind. A comm may be "a) total-vm:1": the last such
 * place is the kernel's, for no comm follows it. */
static struct ow_str scan_comm(struct ow_str *s)
{
	static const char *const ends[] = { ") total-vm:", ") vsz:", ") score ", "), UID " };
	struct ow_str rest = *s, comm = { 0 };

	if (!ow_scan_char(&rest, '('))
		return comm;
	for (size_t i = 0; i < OW_ARRAY_SIZE(ends); i++) {
		struct ow_str all = rest;

		if (ow_scan_until_last(&all, ends[i], &comm)) {
			*s = ow_str_skip(rest, comm.n + 1);
			return comm;
		}
	}
	if (!ow_scan_until_last(&rest, ")", &comm) || comm.n > OW_COMM_MAX + MARKS_MAX)
		return (struct ow_str){ 0 };
	*s = rest;
	return comm;
}

/* ", UID 27," */
static bool scan_uid(struct ow_str *s, int64_t *ret)
{
	struct ow_str rest = *s;

	if (!ow_scan_lit(&rest, ", UID ") || !ow_scan_i64(&rest, ret) || !ow_scan_char(&rest, ','))
		return false;
	*s = rest;
	return true;
}

/*
 * "Memory cgroup out of memory: Killed process 210 (stress) total-vm:265768kB, anon-rss:0kB, ..."
 * "Out of memory: Kill process 6576 (java) score 651 or sacrifice child"
 * "Killed process 40738, UID 27, (mysqld) total-vm:6424316kB, ..." of EL6
 * "Out of memory: Killed process 3232, UID 51, (sendmail)." of EL5
 * "Killed process 21945 (java), UID 1000, total-vm:33027492kB, ..." of late EL7
 * A line that ends with the pid may be cut within it: then nobody is named.
 */
bool ow_oom_scan_kill(struct ow_str text, struct ow_oom_kill *ret)
{
	struct ow_oom_kill kill = { 0 };
	struct ow_oom_victim *v = &kill.victim;
	struct ow_str s;

	for (size_t i = 0; i < OW_ARRAY_SIZE(prefixes); i++) {
		s = text;
		if (!ow_scan_lit(&s, prefixes[i].text))
			continue;
		kill.prefix = prefixes[i].prefix;
		kill.chosen = ow_scan_lit(&s, "Kill process ") || ow_scan_lit(&s, "kill process ");
		if (kill.chosen || ow_scan_lit(&s, "Killed process "))
			break;
		return false;
	}
	if (!ow_scan_i64(&s, &v->pid) || v->pid < 0)
		return false;
	if (scan_uid(&s, &v->uid)) /* of EL5 and EL6 */
		v->have |= OW_VICTIM_UID;
	v->have = s.n ? v->have | OW_VICTIM_PID : 0;
	if (!ow_scan_char(&s, ' ') && s.n && s.p[0] != '(')
		return false;
	kill.comm = scan_comm(&s);
	if (scan_uid(&s, &v->uid)) /* of late EL7 */
		v->have |= OW_VICTIM_UID;
	(void)ow_scan_blanks(&s);
	while (scan_field(&s, v))
		;
	kill.rest = s;
	*ret = kill;
	return true;
}

unsigned ow_oom_kill_fields(struct ow_str text)
{
	struct ow_oom_kill kill;

	if (!ow_oom_scan_kill(text, &kill))
		return 0;
	return (kill.comm.n > 0) + (unsigned)__builtin_popcount(kill.victim.have);
}

/* "0-1,3": the only bytes of a list of nodes. */
static bool is_nodes(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!strchr("0123456789-,", s.p[i]) || !s.p[i])
			return false;
	return true;
}

/*
 * Finds where ",mems_allowed=0,oom_memcg=/..." stands. A cgroup may be named like that, but its
 * name in cpuset= has no slash, so that the first place with one is the kernel's.
 */
static bool split_memcg(struct ow_str s, struct ow_str *ret_front, struct ow_str *ret_rest)
{
	static const char *const begins[] = { ",oom_memcg=/", ",global_oom,task_memcg=/" };
	struct ow_str front;
	size_t at = SIZE_MAX;

	for (size_t i = 0; i < OW_ARRAY_SIZE(begins); i++) {
		struct ow_str rest = s;

		if (ow_scan_until(&rest, begins[i], &front) && front.n < at)
			at = front.n;
	}
	if (at == SIZE_MAX)
		return false;
	*ret_front = (struct ow_str){ s.p, at };
	*ret_rest = ow_str_skip(s, at);
	return true;
}

static bool ends_with(struct ow_str s, const char *end)
{
	const size_t n = strlen(end);

	return s.n >= n && memcmp(s.p + s.n - n, end, n) == 0;
}

/* "nodemask=(null),cpuset=/,mems_allowed=0-1"; without CONFIG_CPUSETS only the first. */
static void scan_sets(struct ow_str s, struct ow_oom_choice *c)
{
	struct ow_str cpuset, front;

	if (ow_scan_lit(&s, "nodemask=")) {
		if (!ow_scan_until(&s, ",cpuset=", &c->nodemask)) {
			c->nodemask = s;
			return;
		}
	} else if (!ow_scan_lit(&s, "cpuset=")) {
		return;
	}
	if (ends_with(s, ",global_oom")) {
		c->global_oom = true;
		s.n -= strlen(",global_oom");
	}
	cpuset = s;
	if (ow_scan_until_last(&cpuset, ",mems_allowed=", &front) && is_nodes(cpuset)) {
		c->mems_allowed = cpuset;
		s = front;
	}
	c->cpuset = s;
}

/* ",pid=2897,uid=0" at the end: nothing that a name holds can stand behind it. A pid that ends the
 * line may be cut. */
static bool scan_ids(struct ow_str *s, struct ow_oom_choice *c)
{
	struct ow_str rest = *s, uid = *s, front;
	bool has_uid = ow_scan_until_last(&uid, ",uid=", &rest) && ow_scan_i64(&uid, &c->uid);
	struct ow_str pid = has_uid ? rest : *s;

	if (!ow_scan_until_last(&pid, ",pid=", &front) || !ow_scan_i64(&pid, &c->pid) ||
	    (!has_uid && !ow_scan_char(&pid, ',')))
		return false;
	c->have |= OW_VICTIM_PID | (has_uid ? OW_VICTIM_UID : 0);
	*s = front;
	return true;
}

/* ",task=x" at the end of s: a comm has 15 bytes at most and may hold the key itself, so that the
 * first place that leaves no more is the kernel's. */
static bool scan_task(struct ow_str *s, struct ow_oom_choice *c)
{
	struct ow_str rest = *s, front;
	size_t taken = 0;

	while (ow_scan_until(&rest, ",task=", &front)) {
		taken += front.n;
		if (rest.n <= OW_COMM_MAX) {
			c->comm = rest;
			s->n = taken;
			return true;
		}
		taken += 6;
	}
	return false;
}

/* Is task below limit? Then the two were parted rightly. */
static bool is_below(struct ow_str task, struct ow_str limit)
{
	return limit.n == 1 || (task.n >= limit.n && memcmp(task.p, limit.p, limit.n) == 0 &&
				(task.n == limit.n || task.p[limit.n] == '/'));
}

/* ",oom_memcg=/a,task_memcg=/a/b" */
static void scan_memcgs(struct ow_str s, struct ow_oom_choice *c)
{
	struct ow_str rest, front;
	size_t taken = 0;

	if (ow_scan_lit(&s, ",global_oom")) {
		c->global_oom = true;
		if (ow_scan_lit(&s, ",task_memcg="))
			c->task_memcg = s;
		return;
	}
	if (!ow_scan_lit(&s, ",oom_memcg="))
		return;
	c->limit_memcg = rest = s;
	while (ow_scan_until(&rest, ",task_memcg=", &front)) {
		taken += front.n;
		c->limit_memcg.n = taken;
		c->task_memcg = rest;
		if (is_below(rest, c->limit_memcg))
			return;
		taken += sizeof(",task_memcg=") - 1;
	}
}

/*
 * "oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,oom_memcg=/a,
 * task_memcg=/a/b,task=x,pid=2897,uid=0": since 5.0. Where its end is cut, the last path may be
 * cut, too: it is left out.
 */
bool ow_oom_scan_choice(struct ow_str text, struct ow_oom_choice *ret)
{
	struct ow_oom_choice c = { 0 };
	struct ow_str s = text, front, rest;

	if (!ow_scan_lit(&s, "oom-kill:constraint="))
		return false;
	if (!ow_scan_until(&s, ",", &c.constraint)) {
		c.constraint = s;
		s.n = 0;
	}
	rest = c.constraint;
	(void)ow_scan_until(&rest, " ", &c.constraint); /* where it was edited */
	if (split_memcg(s, &front, &rest)) {
		bool has_ids = scan_ids(&rest, &c), has_task = scan_task(&rest, &c);

		scan_memcgs(rest, &c);
		if (!has_ids)
			c.comm.n = 0;
		if (!has_ids && !has_task && c.task_memcg.p)
			c.task_memcg.n = 0;
		else if (!has_ids && !has_task)
			c.limit_memcg.n = 0;
		s = front;
	} else { /* without CONFIG_MEMCG the task follows the sets */
		bool has_ids = scan_ids(&s, &c);

		if (!scan_task(&s, &c) || !has_ids)
			c.comm.n = 0;
	}
	scan_sets(s, &c);
	*ret = c;
	return true;
}

unsigned ow_oom_choice_fields(struct ow_str text)
{
	struct ow_oom_choice c;

	if (!ow_oom_scan_choice(text, &c))
		return 0;
	return 1 + (c.nodemask.n > 0) + (c.cpuset.n > 0) + (c.mems_allowed.n > 0) +
	       (c.limit_memcg.n > 0 || c.global_oom) + (c.task_memcg.n > 0) + (c.comm.n > 0) +
	       (unsigned)__builtin_popcount(c.have);
}

unsigned ow_oom_reaped_fields(struct ow_str text)
{
	static const char *const keys[] = { " anon-rss:", "file-rss:", "shmem-rss:" };
	struct ow_str front;
	unsigned n = 1;
	uint64_t bytes;

	for (size_t i = 0; i < OW_ARRAY_SIZE(keys); i++) {
		struct ow_str rest = text;

		n += ow_scan_until(&rest, keys[i], &front) && ow_oom_scan_kb(&rest, &bytes);
	}
	return n;
}

bool ow_oom_scan_pid(struct ow_str text, int64_t *ret)
{
	static const char *const words[] = { "process ", "pid:", "victim " };
	struct ow_str front;

	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++) {
		struct ow_str s = text;

		if (ow_scan_until(&s, words[i], &front) && ow_scan_i64(&s, ret))
			return true;
	}
	return false;
}
