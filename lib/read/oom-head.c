/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

/* What stands behind a "key=" at the front of s, or behind a blank or a comma. */
static bool value_of(struct ow_str s, const char *key, struct ow_str *ret)
{
	struct ow_str front;

	while (ow_scan_until(&s, key, &front)) {
		char before = front.n ? front.p[front.n - 1] : ' ';

		if (before == ' ' || before == ',') {
			*ret = s;
			return true;
		}
	}
	return false;
}

static bool number_of(struct ow_str s, const char *key, int64_t *ret)
{
	struct ow_str value;

	return value_of(s, key, &value) && ow_scan_i64(&value, ret);
}

/* "0xcc0(GFP_KERNEL), ..." and, before 4.6, "0xd0, ..." behind the key. */
static void read_gfp(struct ow_oom_build *b, struct ow_str rest, const char *key)
{
	struct ow_oom_trigger *t = &b->oom.trigger;
	struct ow_str mask, flags;
	uint64_t bits;

	if (!value_of(rest, key, &rest))
		return;
	mask = rest;
	if (!ow_scan_lit(&rest, "0x") || !ow_scan_hex(&rest, &bits))
		return;
	mask.n -= rest.n;
	t->gfp_mask = ow_oom_keep(b, mask);
	if (ow_scan_char(&rest, '(') && ow_scan_until(&rest, ")", &flags) && flags.n)
		t->gfp_flags = ow_oom_keep(b, flags);
}

/* "[<c01484c4>] <4>cc1": on a console another CPU's unfinished line may stand in front. */
static void skip_console(struct ow_str *comm)
{
	struct ow_str rest = *comm, front;

	while (comm->n > OW_COMM_MAX && ow_scan_until(&rest, "<", &front))
		if (rest.n > 2 && rest.p[0] >= '0' && rest.p[0] <= '7' && rest.p[1] == '>')
			*comm = ow_str_skip(rest, 2);
}

/* The name in front of " invoked oom-killer: "; up to 2.6.16 there was none. */
static bool scan_head(struct ow_str *s, struct ow_str *ret_comm)
{
	struct ow_str rest = *s, comm = { 0 };

	if (!ow_scan_lit(&rest, "oom-killer: gfp_mask=") &&
	    (!ow_scan_until(&rest, " invoked oom-killer", &comm) ||
	     (rest.n && !ow_scan_char(&rest, ':'))))
		return false;
	if (comm.n)
		*s = rest;
	skip_console(&comm);
	*ret_comm = ow_str_trim(comm);
	return true;
}

/*
 * "eat invoked oom-killer: gfp_mask=0xcc0(GFP_KERNEL), order=0, oom_score_adj=0". A comm has at
 * most 15 bytes, so that it cannot hold the words behind it.
 */
bool ow_oom_read_head(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom_trigger *t = &b->oom.trigger;
	struct ow_str rest = line->text, comm, mask;

	if (!scan_head(&rest, &comm))
		return false;
	if (comm.n)
		t->comm = ow_oom_keep(b, comm);
	read_gfp(b, rest, "gfp_mask=");
	if (number_of(rest, "order=", &t->order))
		t->have |= OW_TRIGGER_ORDER;
	if (number_of(rest, "oom_score_adj=", &t->oom_score_adj))
		t->have |= OW_TRIGGER_ADJ;
	if (value_of(rest, "nodemask=", &mask) && ow_scan_until(&mask, ", ", &rest))
		b->oom.nodemask = ow_oom_keep(b, ow_str_trim(rest));
	b->oom.have |= OW_OOM_TRIGGER;
	b->oom.lines.head = line->number;
	return true;
}

unsigned ow_oom_head_fields(struct ow_str text)
{
	static const char *const keys[] = { "gfp_mask=", "order=", "oom_score_adj=" };
	struct ow_str rest = text, value;
	unsigned n = 1;
	uint64_t mask;

	if (!scan_head(&rest, &value))
		return 0;
	for (size_t i = 0; i < OW_ARRAY_SIZE(keys); i++)
		n += value_of(text, keys[i], &value) && value.n > 0 && value.p[0] != ' ';
	/* The flags stand right behind the mask, and none has a blank in it. */
	n += value_of(rest, "gfp_mask=0x", &rest) && ow_scan_hex(&rest, &mask) &&
	     ow_scan_char(&rest, '(') && ow_scan_until(&rest, ")", &value) &&
	     !ow_str_has(value, " ");
	/* The last field of kernels that have no oom_score_adj. */
	n += value_of(text, "oomkilladj=", &value);
	return n;
}

bool ow_oom_is_head(const struct ow_line *line)
{
	const bool bare = (line->have & OW_LINE_SEQUENCE) || line->boot_id.n;
	struct ow_str rest = line->text, front;

	if (bare && ow_scan_until(&rest, " invoked oom-killer", &front) && front.n > OW_COMM_MAX)
		return false;
	return ow_oom_head_fields(line->text) > 0;
}

/*
 * "eat: page allocation failure: order:4, mode:0x40dc0(GFP_KERNEL|__GFP_ZERO), nodemask=(null),
 * cpuset=/,mems_allowed=0"; up to 4.x without the nodes, 2.6 has "failure. order:2, mode:0x4020".
 */
bool ow_oom_read_failure(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str rest = line->text, comm, nodes, front;

	if (!ow_scan_until(&rest, ": page allocation failure", &comm))
		return false;
	comm = ow_str_trim(comm);
	if (comm.n)
		b->oom.trigger.comm = ow_oom_keep(b, comm);
	read_gfp(b, rest, "mode:");
	if (number_of(rest, "order:", &b->oom.trigger.order))
		b->oom.trigger.have |= OW_TRIGGER_ORDER;
	if (value_of(rest, "nodemask=", &nodes) && ow_scan_until(&nodes, ",", &front))
		b->oom.nodemask = ow_oom_keep(b, front);
	if (value_of(rest, "cpuset=", &nodes) &&
	    ow_scan_until_last(&nodes, ",mems_allowed=", &front)) {
		b->oom.cpuset = ow_oom_keep(b, front);
		b->oom.mems_allowed = ow_oom_keep(b, nodes);
	}
	b->oom.have |= OW_OOM_TRIGGER;
	b->oom.lines.head = line->number;
	return true;
}

unsigned ow_oom_failure_fields(struct ow_str text)
{
	static const char *const keys[] = { "order:", "mode:", "nodemask=" };
	struct ow_str front;
	unsigned n = 1;

	if (!ow_scan_until(&text, ": page allocation failure", &front))
		return 0;
	for (size_t i = 0; i < OW_ARRAY_SIZE(keys); i++)
		n += value_of(text, keys[i], &front) && front.n > 0;
	/* No flag has a blank in it. */
	return n + (ow_scan_until(&text, "(", &front) && ow_scan_until(&text, ")", &front) &&
		    !ow_str_has(front, " "));
}

/* "eat cpuset=/ mems_allowed=0-1": up to 4.20, behind the head. */
bool ow_oom_read_cpuset(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str rest = line->text, comm, cpuset;

	if (!ow_scan_until(&rest, " cpuset=", &comm) ||
	    !ow_scan_until_last(&rest, " mems_allowed=", &cpuset))
		return false;
	b->oom.cpuset = ow_oom_keep(b, cpuset);
	b->oom.mems_allowed = ow_oom_keep(b, rest);
	b->old_form = true;
	return true;
}

/* The release stands in front of the build's number: "... Not tainted 6.1.0-18-amd64 #1 SMP". */
static bool scan_release(struct ow_str rest, struct ow_str *ret)
{
	struct ow_str front, word, release = { 0 };

	while (ow_scan_until(&rest, " #", &front)) {
		if (rest.n == 0 || rest.p[0] < '0' || rest.p[0] > '9')
			continue;
		while (ow_scan_blanks(&front) && ow_scan_word(&front, &word))
			release = word;
		break;
	}
	if (release.n == 0 || release.p[0] < '0' || release.p[0] > '9' || !ow_str_has(release, "."))
		return false;
	*ret = release;
	return true;
}

/* "CPU: 4 PID: 42 Comm: x Not tainted ...", since 6.12 with "UID: 0"; "Pid: 42, comm: x Tainted: P"
 * up to 3.9. The comm ends in front of what the kernel says of its taint. */
static bool scan_kernel(struct ow_str s, int64_t *ret_pid, struct ow_str *ret_comm,
			struct ow_str *ret_rest)
{
	static const char *const ends[] = { " Kdump: loaded", " Not tainted", " Tainted: " };
	struct ow_str front, comm = { 0 }, rest;

	if (!ow_scan_lit(&s, "Pid: ") && !ow_scan_until(&s, " PID: ", &front))
		return false;
	if (!ow_scan_i64(&s, ret_pid) ||
	    (!ow_scan_lit(&s, " Comm: ") && !ow_scan_lit(&s, ", comm: ")))
		return false;
	rest = s;
	for (size_t i = 0; i < OW_ARRAY_SIZE(ends) && comm.n == 0; i++)
		(void)ow_scan_until(&s, ends[i], &comm);
	*ret_comm = comm;
	*ret_rest = comm.n ? s : rest;
	return true;
}

bool ow_oom_read_kernel(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str comm, rest, release;
	int64_t pid;

	if (!scan_kernel(line->text, &pid, &comm, &rest))
		return false;
	/* Another CPU's trace may stand between: the trigger has the same name in both lines. */
	if (b->oom.trigger.comm && comm.n && !ow_str_is(comm, b->oom.trigger.comm) &&
	    strlen(b->oom.trigger.comm) <= 15)
		return false;
	if (b->oom.trigger.comm && comm.n && !ow_str_is(comm, b->oom.trigger.comm))
		b->oom.trigger.comm = ow_oom_keep(b, comm); /* an unknown wrapper was in front */
	b->oom.trigger.pid = pid;
	b->oom.trigger.have |= OW_TRIGGER_PID;
	if (scan_release(rest, &release))
		b->oom.kernel = ow_oom_keep(b, release);
	b->oom.lines.kernel = line->number;
	return true;
}

unsigned ow_oom_kernel_fields(struct ow_str text)
{
	struct ow_str comm, rest, release;
	int64_t pid;

	if (!scan_kernel(text, &pid, &comm, &rest))
		return 0;
	return 1 + (scan_release(rest, &release) ? 1 : 0);
}

/* "Call Trace:", "Call trace:", "Backtrace:": the frames follow. */
bool ow_oom_read_trace(struct ow_oom_build *b, const struct ow_line *line)
{
	(void)line;
	b->block = OW_BLOCK_TRACE;
	return true;
}

/* A function's name, with what the compiler appends to it. */
static bool is_name(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '_' && c != '.' && c != '$')
			return false;
	}
	return s.n > 0;
}

/* The function names by which a call trace is a witness of the kind. */
static void witness(struct ow_oom_build *b, struct ow_str name)
{
	if (ow_str_is(name, "mem_cgroup_out_of_memory") ||
	    ow_str_is(name, "mem_cgroup_oom_synchronize"))
		b->memcg_trace = true;
	else if (ow_str_is(name, "moom_callback"))
		b->sysrq_trace = true;
	else if (ow_str_has(name, "__alloc_pages"))
		b->page_trace = true;
}

/*
 * " out_of_memory+0x1dc/0x530", " [<ffffffff8137ad47>] dump_stack+0x4d/0x63",
 * "[<c006baf0>] (oom_kill_process+0x104/0x1cc) from [<c006bf44>] ..." on Arm. A frame marked with
 * ? is what the stack happened to hold: it is passed over.
 */
bool ow_oom_read_frame(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = ow_str_trim(line->text), address, name;
	const char **frame, *kept;

	if (ow_str_is(s, "<TASK>") || ow_str_is(s, "</TASK>") || ow_str_is(s, "<IRQ>"))
		return true;
	while (ow_scan_char(&s, '['))
		if (!ow_scan_until(&s, "]", &address) || !ow_scan_blanks(&s))
			return false;
	(void)ow_scan_char(&s, '(');
	if (ow_scan_lit(&s, "? "))
		return ow_str_has(s, "+0x");
	if (!ow_scan_until(&s, "+0x", &name) || !is_name(name))
		return false;
	witness(b, name);
	kept = ow_oom_keep(b, name);
	frame = kept ? ow_oom_add(b, &b->oom.trace, sizeof(*frame)) : NULL;
	if (frame)
		*frame = kept;
	return true;
}
