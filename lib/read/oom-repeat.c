/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-repeat.h"

#include "read/oom-assemble.h"

static void keep(char *to, size_t size, const char *text)
{
	const size_t n = text ? strlen(text) : 0;

	memset(to, 0, size);
	if (n)
		memcpy(to, text, n < size ? n : size - 1);
}

static struct ow_oom_mark mark_of(const struct ow_oom_build *b)
{
	const struct ow_oom_victim *v = b->oom.victims.n ? ow_oom_victims(&b->oom) : NULL;
	const bool boot = b->named_have & OW_LINE_BOOT;
	struct ow_oom_mark m = { .pid = -1 };

	/* Within a second nobody is killed twice, but the same ones may be spared twice. */
	if (!b->named_have || b->aside || (!v && !boot))
		return m;
	m.have = boot ? OW_LINE_BOOT : OW_LINE_WRITTEN;
	m.usec = boot ? (int64_t)b->named_boot_usec : b->named_written_usec;
	keep(m.trigger, sizeof(m.trigger), b->oom.trigger.comm);
	keep(m.boot_id, sizeof(m.boot_id), b->oom.boot_id);
	keep(m.host, sizeof(m.host), b->oom.host);
	if (v) {
		m.pid = v->pid;
		m.total_vm_bytes = v->have & OW_VICTIM_TOTAL_VM ? v->total_vm_bytes : 0;
		m.anon_rss_bytes = v->have & OW_VICTIM_ANON ? v->anon_rss_bytes : 0;
		m.file_rss_bytes = v->have & OW_VICTIM_FILE ? v->file_rss_bytes : 0;
		keep(m.comm, sizeof(m.comm), v->comm);
	}
	return m;
}

/* What only one of the two knows says nothing. */
static bool differs(const char *one, const char *other)
{
	return one[0] && other[0] && strcmp(one, other) != 0;
}

static bool is_same(const struct ow_oom_mark *one, const struct ow_oom_mark *other)
{
	return one->have == other->have && one->usec == other->usec && one->pid == other->pid &&
	       one->total_vm_bytes == other->total_vm_bytes &&
	       one->anon_rss_bytes == other->anon_rss_bytes &&
	       one->file_rss_bytes == other->file_rss_bytes && !strcmp(one->comm, other->comm) &&
	       !differs(one->trigger, other->trigger) && !differs(one->boot_id, other->boot_id) &&
	       !differs(one->host, other->host);
}

static bool is_known(const struct ow_oom_repeats *repeats, const struct ow_oom_mark *m)
{
	for (size_t i = 0; i < repeats->n && i < OW_REPEAT_KNOWN; i++)
		if (repeats->usec[i] == m->usec && is_same(&repeats->known[i], m))
			return true;
	return false;
}

static void know(struct ow_oom_repeats *repeats, const struct ow_oom_mark *m)
{
	const size_t i = repeats->n++ % OW_REPEAT_KNOWN;

	repeats->known[i] = *m;
	repeats->usec[i] = m->usec;
}

/* Nothing but the lines that name who was killed. */
static bool is_fragment(const struct ow_oom *oom)
{
	return !oom->lines.head && !oom->lines.memory && oom->tasks.n == 0 &&
	       oom->memory_stat.n == 0 && oom->meminfo.n == 0;
}

static int hand_out(struct ow_oom_assembly *a, struct ow_oom_build *b)
{
	struct ow_arena *arena = b->arena;
	int r = a->emit(a->arg, &b->oom, &arena);

	ow_oom_recycle(a, arena);
	return r;
}

/* Emits the first n that are held. */
static int hand_out_held(struct ow_oom_assembly *a, size_t n)
{
	struct ow_oom_repeats *repeats = &a->repeats;
	int r = 0;

	for (; n && r == 0; n--) {
		struct ow_oom_build *b = repeats->held[0];

		memmove(repeats->held, repeats->held + 1,
			--repeats->n_held * sizeof(repeats->held[0]));
		r = hand_out(a, b);
	}
	return r;
}

int ow_oom_hand_on_held(struct ow_oom_assembly *a)
{
	return hand_out_held(a, a->repeats.n_held);
}

void ow_oom_repeats_release(struct ow_oom_repeats *repeats)
{
	while (repeats->n_held)
		(void)ow_arena_free(repeats->held[--repeats->n_held]->arena);
}

/* The place of a held record that b says more of; n_held when there is none. */
static size_t find_held(const struct ow_oom_repeats *repeats, const struct ow_oom_build *b,
			const struct ow_oom_mark *m)
{
	size_t i = 0;

	for (; i < repeats->n_held; i++) {
		const struct ow_oom_mark held = mark_of(repeats->held[i]);

		if (is_same(&held, m) && !is_fragment(&b->oom))
			break;
	}
	return i;
}

/* b is all of what the i-th that is held is a part of. */
static int replace_held(struct ow_oom_assembly *a, size_t i, struct ow_oom_build *b)
{
	struct ow_oom_repeats *repeats = &a->repeats;
	int r = hand_out_held(a, i);

	a->seen->repeated++;
	ow_oom_note_text(b, OW_STR("its kill line stands in the source a second time"));
	if (r == 0) {
		ow_oom_recycle(a, repeats->held[0]->arena);
		memmove(repeats->held, repeats->held + 1,
			--repeats->n_held * sizeof(repeats->held[0]));
	}
	if (r == 0)
		return hand_out(a, b);
	ow_oom_recycle(a, b->arena);
	return r;
}

int ow_oom_hand_on(struct ow_oom_assembly *a, struct ow_oom_build *b)
{
	struct ow_oom_repeats *repeats = &a->repeats;
	const struct ow_oom_mark m = mark_of(b);
	const size_t held = m.have ? find_held(repeats, b, &m) : repeats->n_held;
	bool hold;
	int r;

	if (held < repeats->n_held)
		return replace_held(a, held, b);
	if (m.have && is_known(repeats, &m)) {
		a->seen->repeated++;
		ow_oom_recycle(a, b->arena);
		return 0;
	}
	if (m.have)
		know(repeats, &m);
	hold = m.have && is_fragment(&b->oom);
	r = hand_out_held(a, hold ? repeats->n_held == OW_REPEAT_HELD : repeats->n_held);
	if (r != 0)
		ow_oom_recycle(a, b->arena);
	else if (hold)
		repeats->held[repeats->n_held++] = b;
	else
		r = hand_out(a, b);
	return r;
}
