/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-userspace.h"

#define COMM_MAX 15 /* bytes of a comm */

static bool scan_mib(struct ow_str *s, uint64_t *ret_bytes)
{
	struct ow_str rest = *s;
	uint64_t mib;

	if (!ow_scan_u64(&rest, &mib) || mib > UINT64_MAX / OW_MIB(1))
		return false;
	*s = rest;
	*ret_bytes = mib * OW_MIB(1);
	return true;
}

/* Where a comm ends: in front of a stop. It may hold the stop itself, so that the last place is the
 * right one that leaves no more than a comm has room for. SIZE_MAX when there is no stop. */
static size_t end_of_comm(struct ow_str s, const char *stop)
{
	struct ow_str front;
	size_t taken = 0, found = SIZE_MAX;

	while (ow_scan_until(&s, stop, &front)) {
		taken += front.n;
		if (taken > COMM_MAX && found != SIZE_MAX)
			break;
		found = taken;
		taken += strlen(stop);
	}
	return found;
}

/* A comm in front of one of two stops; *s moves to the stop. */
static bool scan_comm(struct ow_str *s, const char *stop, const char *other, struct ow_str *ret)
{
	const size_t a = end_of_comm(*s, stop), b = end_of_comm(*s, other);
	const bool is_b = a == SIZE_MAX || (b != SIZE_MAX && b <= COMM_MAX && b > a);
	const size_t n = is_b ? b : a;

	if (n == SIZE_MAX)
		return false;
	*ret = (struct ow_str){ s->p, n };
	*s = ow_str_skip(*s, n);
	return true;
}

/* Is path below top, or top itself? */
static bool is_below(struct ow_str path, struct ow_str top)
{
	return ow_str_is(top, "/") || (path.n >= top.n && memcmp(path.p, top.p, top.n) == 0 &&
				       (path.n == top.n || path.p[top.n] == '/'));
}

/* "/a/b due to memory pressure for /a being 51.07% > 50.00% for > 20s with reclaim activity". A
 * cgroup can be named like that: the place that parts the two rightly leaves one below the other.
 */
static bool scan_pressure(struct ow_str s, const char *parting, struct ow_oom_told *ret)
{
	struct ow_str front, rest, reason;
	size_t taken = 0;

	if (!ow_scan_until_last(&s, " being ", &front))
		return false;
	rest = front;
	while (ow_scan_until(&rest, parting, &reason)) {
		taken += reason.n;
		ret->cgroup = (struct ow_str){ front.p, taken };
		ret->watched = rest;
		if (is_below(ret->cgroup, rest))
			return true;
		taken += strlen(parting);
	}
	return false;
}

/* "/a/b due to memory used (123) / total (456) and swap used (7) / total (8) being more
 * than 90.00%"
 */
static bool scan_used(struct ow_str s, const char *parting, struct ow_oom_told *ret)
{
	return ow_scan_until_last(&s, parting, &ret->cgroup);
}

/* "/a/b due to ..." behind "Killed", "/a/b for killing due to ..." behind "Marked". */
static bool read_oomd_kill(struct ow_str s, struct ow_oom_told *ret)
{
	static const struct {
		const char *parting;
		bool (*scan)(struct ow_str s, const char *parting, struct ow_oom_told *ret);
	} reasons[] = {
		{ " for killing due to memory pressure for ", scan_pressure },
		{ " for killing due to memory used (", scan_used },
		{ " due to memory pressure for ", scan_pressure },
		{ " due to memory used (", scan_used },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(reasons) && s.n && s.p[0] == '/'; i++)
		if (reasons[i].scan(s, reasons[i].parting, ret))
			return true;
	return false;
}

/* "Rule 'r' conditions met for cgroup /a for 10s, taking action kill-by-pgscan": what was killed is
 * below, and systemd itself says that it was. */
static bool read_oomd_rule(struct ow_str s, struct ow_oom_told *ret)
{
	struct ow_str front, rest;

	if (!ow_scan_until(&s, "' conditions met for cgroup ", &front) ||
	    !ow_scan_until_last(&s, ", taking action ", &rest))
		return false;
	return ow_scan_until_last(&rest, " for ", &ret->watched);
}

/* "b.scope: systemd-oomd killed 3 process(es) in this unit." */
static bool read_unit(struct ow_str s, struct ow_oom_told *ret)
{
	uint64_t n;

	return ow_scan_until(&s, ": systemd-oomd killed ", &ret->unit) && ret->unit.n > 0 &&
	       ow_scan_u64(&s, &n) && n > 0;
}

/* "b.service: A process of this unit has been killed by the OOM killer." */
static bool read_notice(struct ow_str s, struct ow_oom_told *ret)
{
	return ow_scan_until(&s, ": ", &ret->unit) &&
	       ow_scan_lit(&s, "A process of this unit has been killed by the OOM killer");
}

/* "81.28 80.05 42.78 system.slice/a.service 1000 ruleset:[r] ... killer:kill_by_pressure v2" */
static bool read_facebook_oomd(struct ow_str s, struct ow_oom_told *ret)
{
	static const char *const ends[] = { " ruleset:[", " detector:" };
	struct ow_str word, front = { 0 }, number;

	for (size_t i = 0; i < 3; i++) {
		(void)ow_scan_blanks(&s);
		if (!ow_scan_word(&s, &word) || word.p[0] < '0' || word.p[0] > '9')
			return false;
	}
	(void)ow_scan_blanks(&s);
	if (ow_str_has(s, "killer:(dry)"))
		return false;
	for (size_t i = 0; i < OW_ARRAY_SIZE(ends) && !front.n; i++)
		(void)ow_scan_until_last(&s, ends[i], &front);
	number = front;
	if (!ow_scan_until_last(&number, " ", &front) || !ow_scan_u64(&number, &ret->usage_bytes) ||
	    number.n)
		return false;
	ret->has_usage = true;
	ret->cgroup = ow_str_trim(front);
	return ret->cgroup.n > 0;
}

static void scan_number(struct ow_str s, const char *key, int64_t *value, unsigned bit,
			struct ow_oom_victim *victim)
{
	struct ow_str front;

	if (!ow_scan_until(&s, key, &front))
		return;
	(void)ow_scan_blanks(&s);
	if (ow_scan_i64(&s, value))
		victim->have |= bit;
}

static void scan_rss(struct ow_str s, const char *key, struct ow_oom_victim *victim)
{
	struct ow_str front;

	if (ow_scan_until(&s, key, &front) && scan_mib(&s, &victim->rss_bytes))
		victim->have |= OW_VICTIM_RSS;
}

/* "TERM to process 7378 uid 1000 "tail": badness 156, VmRSS 4962 MiB", with "oom_score 934,
 * oom_score_adj 0, " and a cmdline in newer ones, and no uid up to 1.3. */
static bool read_earlyoom(struct ow_str s, struct ow_oom_told *ret)
{
	struct ow_oom_victim *v = &ret->victim;
	struct ow_str signal = { s.p - 3, 0 }, name, rest, front;

	if (!ow_scan_until(&s, " to process ", &name) || name.n > 5)
		return false;
	signal.n = name.n + 3;
	ret->signal = signal;
	if (!ow_scan_i64(&s, &v->pid) || v->pid <= 0 || !ow_scan_char(&s, ' '))
		return false;
	v->have |= OW_VICTIM_PID;
	if (ow_scan_lit(&s, "uid ") && ow_scan_i64(&s, &v->uid) && ow_scan_char(&s, ' '))
		v->have |= OW_VICTIM_UID;
	if (!ow_scan_char(&s, '"') || !scan_comm(&s, "\": badness ", "\": oom_score ", &ret->comm))
		return false;
	rest = s;
	if (ow_scan_until(&rest, ", cmdline ", &front))
		s = front;
	scan_number(s, "oom_score_adj ", &v->oom_score_adj, OW_VICTIM_ADJ, v);
	scan_rss(s, "VmRSS ", v);
	return true;
}

/* "7378 tail" of earlyoom up to 1.2 */
static bool read_earlyoom_old(struct ow_str s, struct ow_oom_told *ret)
{
	struct ow_oom_victim *v = &ret->victim;

	if (!ow_scan_i64(&s, &v->pid) || v->pid <= 0 || !ow_scan_char(&s, ' ') || s.n == 0 ||
	    s.n > COMM_MAX)
		return false;
	v->have |= OW_VICTIM_PID;
	ret->comm = s;
	return true;
}

static bool read_escalation(struct ow_str s, struct ow_oom_told *ret)
{
	(void)s;
	ret->signal = OW_STR("SIGKILL");
	return true;
}

/* "exited after 0.1 seconds"; newer ones name the pid */
static bool read_exit(struct ow_str s, struct ow_oom_told *ret)
{
	(void)ret;
	return ow_str_has(s, "exited after ");
}

static bool read_nothing(struct ow_str s, struct ow_oom_told *ret)
{
	(void)s;
	(void)ret;
	return true;
}

/* "      1234, name: tail, state: R, EUID: 0, ...", "1234, Name: tail, badness: 934" */
static bool read_nohang_pid(struct ow_str s, struct ow_oom_told *ret)
{
	struct ow_oom_victim *v = &ret->victim;

	(void)ow_scan_blanks(&s);
	if (!ow_scan_i64(&s, &v->pid) || v->pid <= 0 ||
	    (!ow_scan_lit(&s, ", name: ") && !ow_scan_lit(&s, ", Name: ")) ||
	    !scan_comm(&s, ", state: ", ", badness: ", &ret->comm))
		return false;
	v->have |= OW_VICTIM_PID;
	scan_number(s, "EUID: ", &v->uid, OW_VICTIM_UID, v);
	return true;
}

static bool read_nohang_badness(struct ow_str s, struct ow_oom_told *ret)
{
	scan_number(s, "oom_score_adj:", &ret->victim.oom_score_adj, OW_VICTIM_ADJ, &ret->victim);
	return true;
}

static bool read_nohang_size(struct ow_str s, struct ow_oom_told *ret)
{
	scan_rss(s, " RSS: ", &ret->victim);
	return true;
}

static bool read_nohang_cgroup(struct ow_str s, struct ow_oom_told *ret)
{
	s = ow_str_trim(s);
	if (s.n > 1 && s.p[0] == '/')
		ret->cgroup = s;
	return true;
}

/* "TERM to the victim" */
static bool read_nohang_signal(struct ow_str s, struct ow_oom_told *ret)
{
	struct ow_str signal = { s.p - 3, 0 }, name;

	if (!ow_scan_until(&s, " to the victim", &name) || name.n > 5)
		return false;
	signal.n = name.n + 3;
	ret->signal = signal;
	return true;
}

/* "com.example' (4567), uid 10247, oom_score_adj 500 to free 188964kB rss, ..." */
static bool read_lmkd(struct ow_str s, struct ow_oom_told *ret)
{
	struct ow_oom_victim *v = &ret->victim;
	struct ow_str front;

	if (!ow_scan_until(&s, "' (", &ret->comm) || !ow_scan_i64(&s, &v->pid) || v->pid <= 0 ||
	    !ow_scan_char(&s, ')'))
		return false;
	v->have |= OW_VICTIM_PID;
	scan_number(s, "uid ", &v->uid, OW_VICTIM_UID, v);
	scan_number(s, "oom_score_adj ", &v->oom_score_adj, OW_VICTIM_ADJ, v);
	if (ow_scan_until(&s, " to free ", &front) && ow_oom_scan_kb(&s, &v->rss_bytes) &&
	    ow_scan_lit(&s, " rss"))
		v->have |= OW_VICTIM_RSS;
	return true;
}

/* The lines of each killer. */
static const struct ow_oom_said said[] = {
	{ "systemd-oomd", "systemd-oomd", "Killed ", OW_EFFECT_KILL, read_oomd_kill },
	{ "systemd-oomd", "systemd-oomd", "Marked ", OW_EFFECT_KILL, read_oomd_kill },
	{ "systemd-oomd", "systemd-oomd", "Rule '", OW_EFFECT_FRONT, read_oomd_rule },
	{ "systemd-oomd", "systemd", "", OW_EFFECT_KILL, read_unit },
	{ NULL, "systemd", "", OW_EFFECT_NOTICE, read_notice },

	{ "oomd", "oomd kill", "", OW_EFFECT_KILL, read_facebook_oomd },
	{ "oomd", "oomd", "oomd kill:", OW_EFFECT_KILL, read_facebook_oomd },

	{ "earlyoom", "earlyoom", "low memory! ", OW_EFFECT_FRONT, read_nothing },
	{ "earlyoom", "earlyoom", "sending SIG", OW_EFFECT_KILL, read_earlyoom },
	{ "earlyoom", "earlyoom", "Killing process ", OW_EFFECT_KILL, read_earlyoom_old },
	{ "earlyoom", "earlyoom", "escalating to SIGKILL", OW_EFFECT_AFTER, read_escalation },
	{ "earlyoom", "earlyoom", "process ", OW_EFFECT_AFTER, read_exit },
	{ "earlyoom", "earlyoom", "dryrun, not actually ", OW_EFFECT_UNDO, read_nothing },
	{ "earlyoom", "earlyoom", "kill failed: Timer expired", OW_EFFECT_AFTER, read_nothing },
	{ "earlyoom", "earlyoom", "kill failed: ", OW_EFFECT_UNDO, read_nothing },
	{ "earlyoom", "earlyoom", "Could not kill process: ", OW_EFFECT_UNDO, read_nothing },

	{ "nohang", "nohang", "PID: ", OW_EFFECT_FRONT, read_nohang_pid },
	{ "nohang", "nohang", "badness: ", OW_EFFECT_WITHIN, read_nohang_badness },
	{ "nohang", "nohang", "Vm, MiB: ", OW_EFFECT_WITHIN, read_nohang_size },
	{ "nohang", "nohang", "cgroup_v1: ", OW_EFFECT_WITHIN, read_nohang_cgroup },
	{ "nohang", "nohang", "cgroup_v2: ", OW_EFFECT_WITHIN, read_nohang_cgroup },
	{ "nohang", "nohang", "Sending SIG", OW_EFFECT_KILL, read_nohang_signal },
	{ "nohang", "nohang", "The victim died in ", OW_EFFECT_AFTER, read_nothing },
	{ "nohang", "nohang", "The victim doesn't respond", OW_EFFECT_AFTER, read_nothing },
	{ "nohang", "nohang", "Cannot send a signal: ", OW_EFFECT_UNDO, read_nothing },
	{ "nohang", "nohang", "Selected process died before ", OW_EFFECT_UNDO, read_nothing },

	{ "lmkd", "lowmemorykiller", "Kill '", OW_EFFECT_KILL, read_lmkd },
	{ "lmkd", "lmkd", "Kill '", OW_EFFECT_KILL, read_lmkd },
};

/* "systemd-oomd[726]: " in front of the text: what /dev/kmsg has of a program. */
static bool scan_program(struct ow_str *s, struct ow_str *ret)
{
	struct ow_str rest = *s, program, pid;

	if (!ow_scan_until(&rest, ": ", &program) || program.n > 64 || program.n == 0)
		return false;
	*s = rest;
	*ret = program;
	if (ow_scan_until(&program, "[", &pid))
		*ret = pid;
	return true;
}

static const struct ow_oom_said *find(struct ow_str program, struct ow_str text,
				      struct ow_oom_told *ret)
{
	if (program.n == 0 || !memchr("elnos", program.p[0], 5))
		return NULL;
	for (size_t i = 0; i < OW_ARRAY_SIZE(said); i++) {
		struct ow_str rest = text;

		if (program.p[0] != said[i].program[0] || !ow_str_is(program, said[i].program) ||
		    !ow_scan_lit(&rest, said[i].front))
			continue;
		*ret = (struct ow_oom_told){ 0 };
		if (said[i].read(rest, ret))
			return &said[i];
	}
	return NULL;
}

/* A line of the kernel itself is nobody else's, and a program that journald knows needs no name in
 * the text. */
const struct ow_oom_said *ow_oom_said(const struct ow_line *line, struct ow_oom_told *ret)
{
	struct ow_str text = ow_str_trim(line->text), program = line->program;
	const struct ow_oom_said *s = NULL;

	if (!(line->have & OW_LINE_FOREIGN) && (line->have & OW_LINE_PRIORITY))
		return NULL;
	if ((line->have & OW_LINE_FOREIGN) && program.n)
		s = find(program, text, ret);
	if (!s && !(line->have & OW_LINE_VERIFIED) && scan_program(&text, &program))
		s = find(program, text, ret);
	return s;
}
