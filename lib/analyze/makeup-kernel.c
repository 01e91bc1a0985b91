/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's own memory, and what kind of it. cgroup v2 names most kinds. v1 prints one number
 * (kmem), from which page tables can be taken out; what is left is told by the trigger's call trace
 * where it shows who asked, and that supports and never confirms.
 */
#include "analyze/makeup.h"
#include "analyze/words.h"

#define STACK_BYTES      16384 /* a thread's kernel stack on 64-bit */
#define THREAD_SLAB      9420  /* slab that a thread takes beside: 9.2 KiB, measured */
#define TOUCHED          4096  /* the page of its user stack that each thread touches */
#define THREADS_MANY     200
#define SLAB_NAMED       0.30
#define PERCPU_NAMED     0.10
#define PAGETABLES_NAMED 0.10

/* Functions of a call trace that say what kind of buffer was being filled. */
static const char *const socket_calls[] = { "sock_alloc_send_pskb", "unix_stream_sendmsg",
					    "unix_dgram_sendmsg", "sock_alloc_send_skb", NULL };
static const char *const pipe_calls[] = { "pipe_write", "anon_pipe_write", NULL };

static struct ow_cite trace_of(const struct ow_oom *oom, const char *const *call, const char *note)
{
	struct ow_cite cite = { 0 };

	for (; *call && !cite.source; call++)
		cite = ow_cite_trace(oom, *call, note);
	return cite;
}

/* All kernel memory; on kernels that do not print it, the parts they do print. */
static struct ow_amount kernel_bytes(const struct ow_balance *b)
{
	struct ow_amount all = b->part[OW_PART_KERNEL];

	if (all.have)
		return all;
	for (enum ow_part p = OW_PART_SLAB; p <= OW_PART_PERCPU; p++) {
		if (!b->part[p].have)
			continue;
		all.bytes = ow_add(all.bytes, b->part[p].bytes);
		if (!all.have || b->part[p].bytes > b->part[OW_PART_SLAB].bytes)
			all.line = b->part[p].line;
		all.have = true;
	}
	return all;
}

/*
 * Settles f as refuted where kernel memory as a whole is no major part: then no kind of it is. A
 * kernel that does not print the whole may hold the rest of usage as well.
 */
static bool is_small(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	struct ow_amount all = kernel_bytes(b);
	bool bound = !b->part[OW_PART_KERNEL].have;

	if (bound && !b->rest.have)
		return false;
	if (bound)
		all.bytes = ow_add(all.bytes, b->rest.bytes);
	all.line = all.line ? all.line : b->usage.line;
	if (ow_makeup_outcome(b, all.bytes) != OW_FAILED)
		return false;
	ow_makeup_settle(s, f, "all kernel memory together", &all, bound);
	return true;
}

/* Kernel memory that page tables, stacks and per-CPU memory do not explain. */
static struct ow_amount unnamed(const struct ow_balance *b)
{
	struct ow_amount rest = kernel_bytes(b);
	const enum ow_part named[] = { OW_PART_PAGETABLES, OW_PART_STACKS, OW_PART_PERCPU };

	if (!b->part[OW_PART_KERNEL].have && b->rest.have) {
		rest.bytes = ow_add(rest.bytes, b->rest.bytes);
		rest.have = true;
		rest.line = rest.line ? rest.line : b->usage.line;
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(named); i++)
		rest.bytes = ow_less(rest.bytes, b->part[named[i]].bytes);
	return rest;
}

/* Settles f as refuted where what has no name is no major part: then no kind without a number is.
 */
static bool has_no_room(const struct ow_scene *s, struct ow_finding *f)
{
	struct ow_amount room = unnamed(&s->balance);

	if (!room.have || ow_makeup_outcome(&s->balance, room.bytes) != OW_FAILED)
		return false;
	ow_makeup_settle(s, f, "kernel memory without a name", &room, true);
	return true;
}

static void judge_page_tables(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_amount *tables = &b->part[OW_PART_PAGETABLES];
	double share = ow_share(tables->bytes, b->total.bytes);

	if (is_small(s, f))
		return;
	if (!tables->have || !b->total.have) {
		ow_finding_open(s, f, "the record does not print page tables");
		return;
	}
	ow_makeup_settle(s, f, "page tables", tables, false);
	if (f->outcome == OW_FAILED && share >= PAGETABLES_NAMED)
		ow_reason_against(f, OW_INFERRED, (struct ow_cite){ 0 },
				  "about 0.2 %% of what is mapped is usual; this is much");
}

/* Threads as one group: their stacks, the slab they take, and the page of user stack each touches.
 */
static void judge_stacks(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_amount *stacks = &b->part[OW_PART_STACKS];
	uint64_t threads = stacks->bytes / STACK_BYTES, together;
	struct ow_amount group = *stacks;

	if (is_small(s, f) || (!stacks->have && has_no_room(s, f)))
		return;
	if (!stacks->have || !b->total.have) {
		ow_finding_open(s, f, "how many threads there were is not in the record");
		return;
	}
	ow_finding_number(f, OW_DERIVED, "threads", "count", (double)threads);
	if (threads < THREADS_MANY) {
		ow_reason_against(f, OW_DERIVED, ow_makeup_cite(s->oom, stacks, "stacks"),
				  "the stacks are those of about %s threads",
				  ow_words_count(f->arena, threads));
		ow_finding_settle(f, OW_FAILED, NULL, "about %s threads only",
				  ow_words_count(f->arena, threads));
		return;
	}
	together = ow_add(stacks->bytes, threads * (THREAD_SLAB + TOUCHED));
	group.bytes = together;
	ow_makeup_settle(s, f, "memory of threads (stacks and what goes with them)", &group, false);
	ow_reason_also(f, ow_makeup_cite(s->oom, stacks, "stacks"));
}

static bool is_unix_sockets(const struct ow_scene *s)
{
	return trace_of(s->oom, socket_calls, NULL).source;
}

static bool is_pipes(const struct ow_scene *s)
{
	return trace_of(s->oom, pipe_calls, NULL).source;
}

/* A kind that the trace shows and the numbers leave room for. */
static void by_trace(const struct ow_scene *s, struct ow_finding *f, const char *what,
		     struct ow_cite trace, const struct ow_amount *room)
{
	const struct ow_balance *b = &s->balance;
	double share = ow_share(room->bytes, b->total.bytes);

	ow_finding_number(f, OW_DERIVED, "share_at_most", "percent", 100 * share);
	ow_reason_for(
		f, OW_INFERRED, trace,
		"the task that met the limit was filling %s; that is the trigger's doing, and "
		"a sign for the rest",
		what);
	ow_reason_for(f, OW_DERIVED, ow_makeup_cite(s->oom, room, "what it can be"),
		      "%s of kernel memory has no other name",
		      ow_words_bytes(f->arena, room->bytes));
	ow_finding_need(f, f->hypothesis->datum,
			ow_scene_command(s, f->arena, f->hypothesis->command));
	ow_finding_settle(f, OW_PARTLY, "by the call trace",
			  "up to %s of %s is %s, as the call trace shows",
			  ow_words_share(f->arena, share), ow_makeup_whole(s, f->arena), what);
}

static void judge_sockets(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	struct ow_cite trace = trace_of(s->oom, socket_calls, "a socket was being written");
	struct ow_amount room = unnamed(b);

	if (b->part[OW_PART_SOCK].have &&
	    ow_makeup_outcome(b, b->part[OW_PART_SOCK].bytes) != OW_FAILED) {
		ow_makeup_settle(s, f, "socket buffers", &b->part[OW_PART_SOCK], false);
		return;
	}
	if (is_small(s, f))
		return;
	if (!room.have || !b->total.have)
		ow_finding_open(s, f, "the record does not print kernel memory");
	else if (ow_makeup_outcome(b, room.bytes) == OW_FAILED)
		ow_makeup_settle(s, f, "kernel memory without another name", &room, true);
	else if (trace.source)
		by_trace(s, f, "socket buffers", trace, &room);
	else
		ow_finding_open(s, f,
				"unix sockets have no number of their own: small messages are "
				"in the slab, large ones in pages");
}

static void judge_pipes(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	struct ow_cite trace = trace_of(s->oom, pipe_calls, "a pipe was being written");
	struct ow_amount room = unnamed(b);

	/* Pipe buffers are pages, not slab. */
	if (b->part[OW_PART_SLAB].have)
		room.bytes = ow_less(room.bytes, b->part[OW_PART_SLAB].bytes);
	if (is_small(s, f))
		return;
	if (!room.have || !b->total.have)
		ow_finding_open(s, f, "the record does not print kernel memory");
	else if (ow_makeup_outcome(b, room.bytes) == OW_FAILED)
		ow_makeup_settle(s, f, "kernel memory without a name", &room, true);
	else if (trace.source)
		by_trace(s, f, "pipe buffers", trace, &room);
	else
		ow_finding_open(s, f, "pipes have no number of their own");
}

static void judge_slab(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	struct ow_amount slab = b->part[OW_PART_SLAB];
	uint64_t threads = b->part[OW_PART_STACKS].bytes / STACK_BYTES;
	double share;

	if (is_small(s, f) || (!slab.have && has_no_room(s, f)))
		return;
	if (!slab.have || !b->total.have) {
		ow_finding_open(s, f, "this kernel prints one number for all kernel memory");
		return;
	}
	if (threads >= THREADS_MANY)
		slab.bytes = ow_less(slab.bytes, threads * THREAD_SLAB);
	share = ow_share(slab.bytes, b->total.bytes);
	if (share >= SLAB_NAMED && is_unix_sockets(s)) {
		ow_finding_open(s, f,
				"small messages of unix sockets are counted with the slab, and "
				"the call trace shows a socket being written");
		return;
	}
	if (share < OW_MAJOR && share >= SLAB_NAMED) {
		ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
		ow_reason_for(f, OW_OBSERVED, ow_makeup_cite(s->oom, &slab, "slab"), "slab: %s, %s",
			      ow_words_bytes(f->arena, slab.bytes),
			      ow_words_share(f->arena, share));
		ow_finding_settle(f, OW_PARTLY, ow_finding_text(f, "part (%.0f %%)", 100 * share),
				  "slab was %s of %s", ow_words_share(f->arena, share),
				  ow_makeup_whole(s, f->arena));
		return;
	}
	ow_makeup_settle(s, f, "slab", &slab, false);
}

static void judge_percpu(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	const struct ow_amount *part = &b->part[OW_PART_PERCPU];
	double share = ow_share(part->bytes, b->total.bytes);

	if (is_small(s, f) || (!part->have && has_no_room(s, f)))
		return;
	if (!part->have || !b->total.have) {
		ow_finding_open(s, f, "the record does not print per-CPU memory and vmalloc");
	} else if (share >= PERCPU_NAMED && share < OW_MAJOR) {
		ow_finding_number(f, OW_DERIVED, "share", "percent", 100 * share);
		ow_reason_for(f, OW_OBSERVED, ow_makeup_cite(s->oom, part, "per-CPU and vmalloc"),
			      "per-CPU memory and vmalloc had %s",
			      ow_words_bytes(f->arena, part->bytes));
		ow_finding_settle(f, OW_PARTLY, ow_finding_text(f, "part (%.0f %%)", 100 * share),
				  "per-CPU memory and vmalloc were %s of %s",
				  ow_words_share(f->arena, share), ow_makeup_whole(s, f->arena));
	} else {
		ow_makeup_settle(s, f, "per-CPU memory and vmalloc", part, false);
	}
}

/* Is one kind of kernel memory the answer? Then "kernel" of no kind is not. */
static bool has_kind(const struct ow_scene *s)
{
	const struct ow_balance *b = &s->balance;
	uint64_t threads = b->part[OW_PART_STACKS].bytes / STACK_BYTES;
	uint64_t group = ow_add(b->part[OW_PART_STACKS].bytes, threads * (THREAD_SLAB + TOUCHED));

	return ow_makeup_dominates(b, OW_PART_PAGETABLES) ||
	       ow_makeup_dominates(b, OW_PART_PERCPU) || ow_makeup_dominates(b, OW_PART_SLAB) ||
	       (threads >= THREADS_MANY && ow_makeup_outcome(b, group) == OW_HELD) ||
	       is_unix_sockets(s) || is_pipes(s);
}

static void judge_kernel(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_balance *b = &s->balance;
	struct ow_amount all = kernel_bytes(b);
	bool whole = b->part[OW_PART_KERNEL].have;

	if (is_small(s, f))
		return;
	if (!b->total.have || (!whole && !b->rest.have)) {
		ow_finding_open(s, f, "the record does not print kernel memory");
		return;
	}
	if (!whole)
		all.bytes = ow_add(all.bytes, b->rest.bytes);
	all.line = all.line ? all.line : b->usage.line;
	if (b->machine && ow_makeup_outcome(b, kernel_bytes(b).bytes) == OW_FAILED) {
		ow_finding_open(s, f,
				"%s is in no counter of the record; it may be the kernel's, a "
				"driver's, or the hypervisor's",
				ow_words_bytes(f->arena, b->rest.bytes));
		return;
	}
	if (has_kind(s)) {
		ow_reason_against(f, OW_DERIVED, ow_makeup_cite(s->oom, &all, "kernel memory"),
				  "one kind of it has a name");
		ow_finding_settle(f, OW_FAILED, NULL, "one kind of it has a name");
		return;
	}
	ow_makeup_settle(s, f, "kernel memory", &all, false);
	if (!whole && f->outcome == OW_HELD) {
		f->outcome = OW_PARTLY;
		f->word = "what is left over";
		ow_finding_need(f, "the kind of kernel memory",
				ow_scene_command(s, f->arena, f->hypothesis->command));
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel-sockets",
		.meaning = "socket buffers (unix sockets show as slab)",
		.prediction =
			"sock is at least 60 % of usage; unix sockets are in the slab and in pages "
			"without a name, and the call trace shows one being written",
		.refuter = "kernel memory is no major part, or another kind of it is",
		.datum = "the queues of the sockets",
		.command = "ss -xm; ss -tmn",
		.remedy =
			"find the peer that does not read; bound the buffers (SO_SNDBUF, tcp_wmem); "
			"cgroup v1 charges TCP to nobody by default",
		.judge = judge_sockets,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel-pipes",
		.meaning = "pipe buffers",
		.prediction =
			"kernel memory without a name is at least 60 %, and the call trace shows "
			"a pipe being written",
		.refuter = "the named kinds explain kernel memory, or it is no major part",
		.datum = "who holds pipes that nobody reads",
		.command = "ls -l /proc/[0-9]*/fd 2>/dev/null | grep -c pipe:",
		.remedy = "find the reader that stopped; see /proc/sys/fs/pipe-max-size",
		.judge = judge_pipes,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel-page-tables",
		.meaning = "page tables",
		.prediction =
			"page tables are at least 60 % of usage; about 0.2 % of what is mapped "
			"is usual",
		.refuter = "less than 40 %",
		.datum = "VmPTE of the processes",
		.command = "grep -H VmPTE /proc/[0-9]*/status | sort -k2 -n | tail",
		.remedy =
			"map less, or less sparsely; huge pages; fewer processes that map one large "
			"area",
		.judge = judge_page_tables,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel-stacks",
		.meaning = "kernel stacks and slab of many threads",
		.prediction =
			"at least 200 threads, and their stacks, slab and touched pages together "
			"are at least 60 % of usage",
		.refuter = "fewer threads, or kernel memory that is no major part",
		.datum = "the number of threads",
		.command = "ps -eLo pid,comm --no-headers | sort | uniq -c | sort -n | tail",
		.remedy = "bound the pool of threads; pids.max",
		.judge = judge_stacks,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel-slab",
		.meaning = "other slab",
		.prediction =
			"slab is at least 30 % of usage after threads and sockets are taken out",
		.refuter = "kernel memory is no major part, or another kind of it is",
		.datum = "the slab caches",
		.command = "slabtop -o -s c | head -20",
		.remedy = "find what is opened and kept: files, inotify, eventfds, dentries; "
			  "drop_caches=2 is a probe",
		.judge = judge_slab,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel-percpu-vmalloc",
		.meaning = "per-CPU memory or vmalloc",
		.prediction =
			"percpu and vmalloc are at least 10 % while kernel memory is a major part",
		.refuter = "less, or kernel memory that is no major part",
		.datum = "cgroups, BPF maps and network namespaces",
		.command = "grep -E '^(Percpu|VmallocUsed)' /proc/meminfo; bpftool map",
		.remedy = "fewer cgroups, smaller BPF maps",
		.judge = judge_percpu,
	},
	{
		.level = OW_LEVEL_MAKEUP,
		.label = "kernel",
		.meaning = "kernel memory of a kind that the evidence does not tell",
		.prediction =
			"kernel memory is at least 60 % of usage, and neither a number nor the "
			"call trace names its kind",
		.refuter = "one kind of it has a name, or it is less than 40 %",
		.datum = "the kind of kernel memory",
		.command = "cat CGROUP/memory.stat; slabtop -o -s c | head -20",
		.remedy = "find the kind first",
		.judge = judge_kernel,
	},
};

const struct ow_family ow_family_makeup_kernel = OW_FAMILY(hypotheses);
