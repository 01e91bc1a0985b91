/* SPDX-License-Identifier: Apache-2.0 */
#include "report/conclude.h"

#include <errno.h>
#include <inttypes.h>

#include "analyze/chain.h"
#include "analyze/limit.h"
#include "analyze/words.h"
#include "report/zones.h"

#define LINES_MAX    4
#define OTHERS_MOST  3     /* that are named: each has a line, and the group has one */
#define PART_LEAST   0.005 /* of the whole: less is not worth a word */

#define BYTES(bytes) ow_words_bytes(d->arena, (bytes))
#define SHARE(a, b)  ow_words_share(d->arena, ow_share((a), (b)))

struct draft {
	const struct ow_oom *oom;
	const struct ow_chain *chain;
	const struct ow_scene *s;
	struct ow_doc *doc;
	struct ow_arena *arena;
	size_t line[LINES_MAX]; /* that the conclusion rests on */
	size_t n_lines;
};

static void rests_on(struct draft *d, size_t line)
{
	for (size_t i = 0; i < d->n_lines; i++)
		if (d->line[i] == line)
			return;
	if (line && d->n_lines < LINES_MAX)
		d->line[d->n_lines++] = line;
}

static void begin(struct draft *d, const char *topic)
{
	ow_doc_item(d->doc, OW_INK_STRONG, "%s", topic);
	ow_doc_say(d->doc, OW_INK_PLAIN, ": ");
	d->n_lines = 0;
}

/* The lines, behind the text of the conclusion. */
static void end(struct draft *d)
{
	for (size_t i = 0; i < d->n_lines; i++)
		ow_doc_say(d->doc, OW_INK_CITE, "%s%zu",
			   i > 0            ? ", "
			   : d->n_lines > 1 ? " (lines "
					    : " (line ",
			   d->line[i]);
	if (d->n_lines)
		ow_doc_say(d->doc, OW_INK_CITE, ")");
}

/* "anon confirmed" */
static void say_label(struct draft *d, const struct ow_finding *f, const char *front)
{
	if (!f)
		return;
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s", front);
	ow_doc_say(d->doc, OW_INK_CODE, "%s", f->hypothesis->label);
	ow_doc_say(d->doc, OW_INK_PLAIN, " ");
	ow_doc_say(d->doc, OW_INK_VERDICT, "%s", f->word);
}

/* A finding as its verdict says it. */
static void conclude_finding(struct draft *d, const char *topic, const struct ow_finding *f)
{
	if (!f || !f->statement)
		return;
	begin(d, topic);
	for (size_t i = 0; i < f->n_reasons; i++)
		for (size_t k = 0; !f->reason[i].against && k < f->reason[i].n_cites; k++)
			rests_on(d, f->reason[i].cite[k].line);
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s", f->statement);
	say_label(d, f, "; ");
	end(d);
}

/* Who died beside the one that was chosen. */
static void conclude_others(struct draft *d)
{
	const struct ow_oom_victim *v = ow_oom_victims(d->oom);
	const size_t n = d->oom->victims.n;

	if (n < 2)
		return;
	begin(d, "and with it");
	rests_on(d, d->oom->lines.group);
	for (size_t i = 1; i < n && i <= OTHERS_MOST; i++) {
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s%s", i > 1 ? ", " : "",
			   ow_words_process(d->arena, v[i].comm,
					    v[i].have & OW_VICTIM_PID ? v[i].pid : -1));
		rests_on(d, v[i].line);
	}
	if (n - 1 > OTHERS_MOST)
		ow_doc_say(d->doc, OW_INK_PLAIN, " and %zu more", n - 1 - OTHERS_MOST);
	if (d->oom->have & OW_OOM_GROUP)
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   "; memory.oom.group is set, so that all of the group die");
	end(d);
}

/* Of a page allocation failure: what was refused to whom. */
static void conclude_refused(struct draft *d)
{
	const struct ow_oom_trigger *t = &d->oom->trigger;

	if (d->oom->kind != OW_OOM_ALLOCATION)
		return;
	begin(d, "refused");
	rests_on(d, d->oom->lines.head);
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s asked for memory",
		   ow_words_process(d->arena, t->comm, t->have & OW_TRIGGER_PID ? t->pid : -1));
	if ((t->have & OW_TRIGGER_ORDER) && t->order >= 0 && t->order < 32)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s page%s at a stretch (order %" PRId64 ")",
			   ow_words_count(d->arena, UINT64_C(1) << t->order), t->order ? "s" : "",
			   t->order);
	if (t->gfp_flags)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s", t->gfp_flags);
	ow_doc_say(d->doc, OW_INK_PLAIN, "; nobody was killed for it");
	end(d);
}

/* Where a request is confined to nodes, it is these that were full and not the machine. */
static void say_nodes(struct draft *d)
{
	const struct ow_zones *zones = &d->s->zones;

	if (!zones->confined)
		return;
	rests_on(d, zones->own_line);
	ow_doc_say(d->doc, OW_INK_PLAIN, "; of the %s of the nodes that it may use %s were not",
		   BYTES(zones->own_bytes),
		   SHARE(ow_less(zones->own_bytes, zones->own_free_bytes), zones->own_bytes));
}

static void conclude_usage(struct draft *d)
{
	const struct ow_balance *b = &d->s->balance;

	if (!b->usage.have || !b->limit.have)
		return;
	begin(d, "usage");
	rests_on(d, b->usage.line);
	rests_on(d, b->limit.line);
	if (b->machine)
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s of the machine's %s were not free, %s",
			   BYTES(b->usage.bytes), BYTES(b->limit.bytes),
			   SHARE(b->usage.bytes, b->limit.bytes));
	else if (ow_bytes_unlimited(b->limit.bytes))
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s: %s, and no limit on memory%s",
			   d->s->limit_owner, BYTES(b->usage.bytes),
			   d->oom->have & OW_OOM_MEMSW ? " alone" : "");
	else
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s: %s, %s of the limit of %s", d->s->limit_owner,
			   BYTES(b->usage.bytes), SHARE(b->usage.bytes, b->limit.bytes),
			   BYTES(b->limit.bytes));
	if (b->swap.have && b->swap.bytes) {
		ow_doc_say(d->doc, OW_INK_PLAIN, ", and %s in swap", BYTES(b->swap.bytes));
		rests_on(d, b->swap.line);
	}
	say_nodes(d);
	end(d);
}

struct part_name {
	enum ow_part part;
	const char *name;
};

/* Parts that are worth a word, each with its share. Returns what goes in front of the next. */
static const char *say_parts(struct draft *d, const struct part_name *part, size_t n,
			     const char *comma)
{
	const struct ow_balance *b = &d->s->balance;

	for (size_t i = 0; i < n; i++) {
		const struct ow_amount *amount = &b->part[part[i].part];

		if (!amount->have || ow_share(amount->bytes, b->total.bytes) < PART_LEAST)
			continue;
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s%s %s", comma, part[i].name,
			   SHARE(amount->bytes, b->total.bytes));
		comma = ", ";
		rests_on(d, amount->line);
	}
	return comma;
}

static void conclude_makeup(struct draft *d)
{
	static const struct part_name parts[] = {
		{ OW_PART_ANON, "anonymous" },        { OW_PART_SHMEM, "shared (tmpfs, memfd)" },
		{ OW_PART_CACHE, "file cache" },      { OW_PART_SOCK, "socket buffers" },
		{ OW_PART_SWAPCACHED, "swap cache" }, { OW_PART_HUGETLB, "huge pages" },
		{ OW_PART_KERNEL, "kernel" },
	};
	static const struct part_name inside[] = {
		{ OW_PART_SLAB, "slab" },
		{ OW_PART_PAGETABLES, "page tables" },
		{ OW_PART_STACKS, "kernel stacks" },
		{ OW_PART_PERCPU, "per-CPU and vmalloc" },
	};
	const struct ow_balance *b = &d->s->balance;
	const struct ow_finding *f = d->chain->answer[OW_LEVEL_MAKEUP];
	const char *comma;

	if (!b->total.have || b->total.bytes == 0 || !b->part[OW_PART_ANON].have)
		return;
	begin(d, "made of");
	comma = say_parts(d, parts, OW_ARRAY_SIZE(parts), "");
	/* Where all of the kernel's has one number, its parts are in that. */
	comma = say_parts(d, inside, OW_ARRAY_SIZE(inside),
			  b->part[OW_PART_KERNEL].have ? ", of that " : comma);
	if (b->swap.have && ow_share(b->swap.bytes, b->total.bytes) >= PART_LEAST)
		ow_doc_say(d->doc, OW_INK_PLAIN, "%sin swap %s", comma[0] ? ", " : "",
			   SHARE(b->swap.bytes, b->total.bytes));
	if (b->rest.have)
		ow_doc_say(d->doc, OW_INK_PLAIN, "; %s in no counter%s",
			   SHARE(b->rest.bytes, b->total.bytes),
			   b->complete || b->machine ? ""
						     : " (this kernel does not print all of them)");
	say_label(d, f, "; ");
	end(d);
}

static void conclude_score(struct draft *d)
{
	const struct ow_oom_victim *v = d->s->victim;

	if (!v)
		return;
	begin(d, "why this one");
	rests_on(d, v->line);
	if (d->s->score.first)
		rests_on(d, d->s->score.first->line);
	if (d->s->score.second)
		rests_on(d, d->s->score.second->line);
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s",
		   ow_score_words(&d->s->score, d->s->victim_name, d->arena));
	end(d);
}

/* Which zone could not serve the request; the table below the list has all of them. */
static void conclude_zone(struct draft *d)
{
	const struct ow_zones *zones = &d->s->zones;
	const struct ow_zone_row *row = ow_zones_nearest(zones);
	size_t line[OW_ZONE_LINES];

	if (!ow_zones_told(zones))
		return;
	begin(d, "free memory");
	ow_zones_say(zones, d->doc);
	for (size_t i = 0; row && i < ow_zone_lines(zones, row, line); i++)
		rests_on(d, line[i]);
	end(d);
}

/* Why memory that was free did not help. */
static void conclude_free(struct draft *d)
{
	static const char *const labels[] = { "cpuset-mempolicy", "fragmentation", "lowmem-zone",
					      "over-protected", "hugetlb-reservation" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(labels); i++) {
		const struct ow_finding *f = ow_chain_find(d->chain, labels[i]);

		if (f && f != d->chain->answer[OW_LEVEL_LIMIT] &&
		    (f->verdict == OW_CONFIRMED || f->verdict == OW_SUPPORTED))
			conclude_finding(d, "why not", f);
	}
}

static void conclude_page(struct draft *d)
{
	if (!(d->oom->have & OW_OOM_PAGE) || !d->oom->page_from)
		return;
	begin(d, "page size");
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s: %s", BYTES(d->oom->page_bytes), d->oom->page_from);
	end(d);
}

static void conclude_texts(struct draft *d, const char *topic, const struct ow_list *texts)
{
	const char *const *text = texts->item;

	if (texts->n == 0)
		return;
	begin(d, topic);
	for (size_t i = 0; i < texts->n; i++)
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s%s", i ? ", " : "", text[i]);
}

static void conclude_doubt(struct draft *d)
{
	const char *doubt = ow_oom_doubt_of(d->oom);

	if (!doubt)
		return;
	begin(d, "trust");
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s", doubt);
}

/* A kill of which there is no line but the one that says so. */
static bool is_bare(const struct ow_oom *oom)
{
	const struct ow_oom_lines *l = &oom->lines;

	return oom->victims.n && !oom->killer && !l->head && !l->memory && !l->meminfo &&
	       !l->table && !l->constraint && oom->zones.n + oom->meminfo.n == 0;
}

static void conclude_bare(struct draft *d)
{
	begin(d, "missing");
	ow_doc_say(d->doc, OW_INK_PLAIN,
		   "the report: after ten in 5 s the kernel prints kill lines only, or the log "
		   "keeps errors only, or its front is lost");
}

int ow_conclude(const struct ow_oom *oom, struct ow_arena *arena, struct ow_doc *ret)
{
	const struct ow_case c = { .kills = &oom, .n_kills = 1 };
	struct ow_doc doc = { .arena = arena };
	struct ow_chain chain;
	struct draft d = { oom, &chain, &chain.scene, &doc, arena };

	if (ow_chain_run(&c, arena, &chain) < 0)
		return -ENOMEM;
	ow_doc_block(&doc, OW_BLOCK_LIST);
	conclude_doubt(&d);
	conclude_finding(&d, "kill", chain.answer[OW_LEVEL_KILL]);
	conclude_others(&d);
	conclude_refused(&d);
	conclude_finding(&d, "limit", chain.answer[OW_LEVEL_LIMIT]);
	conclude_usage(&d);
	conclude_zone(&d);
	conclude_free(&d);
	conclude_makeup(&d);
	conclude_finding(&d, "held by", chain.holder);
	if (is_bare(oom)) {
		conclude_bare(&d);
	} else {
		if (!oom->killer) /* which has rules of its own */
			conclude_score(&d);
		conclude_page(&d);
		conclude_texts(&d, "missing", &oom->missing);
	}
	if (ow_zones_told(&chain.scene.zones))
		ow_zones_table(&chain.scene.zones, &doc, ow_zone_cite_lines, &doc);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = doc;
	return 0;
}

static const char *whose(struct ow_arena *arena, const struct ow_limit_series *s)
{
	static const struct ow_case nobody = { 0 };
	const char *words = NULL;

	if (s->restarted && s->owner.pod)
		words = ow_printf(arena, "containers of pod \"%s\" with a limit of %s",
				  ow_words_name(arena, s->owner.pod),
				  ow_words_bytes(arena, s->limit_bytes));
	else if (s->kind == OW_OOM_MEMCG)
		return s->owner.id ? ow_words_owner(arena, &nobody, &s->owner)
				   : "cgroups that the source does not name";
	else if (s->mems_allowed)
		words = ow_printf(arena, "%s, node %s", ow_oom_kind_names[s->kind],
				  s->mems_allowed);
	return words ? words : ow_oom_kind_names[s->kind];
}

/* "every 5 min 0 s on average (4 min 10 s to 6 min 2 s)", and what that says. */
static void say_intervals(struct ow_doc *doc, struct ow_arena *arena,
			  const struct ow_limit_series *s)
{
	double cv;

	if (s->intervals == 0)
		return;
	ow_doc_say(doc, OW_INK_PLAIN, ", %s apart", ow_words_span(arena, (uint64_t)s->mean_usec));
	if (s->intervals > 1)
		ow_doc_say(doc, OW_INK_PLAIN, " on average (%s to %s)",
			   ow_words_span(arena, (uint64_t)s->least_usec),
			   ow_words_span(arena, (uint64_t)s->most_usec));
	if (!ow_series_cv(s, &cv))
		return;
	ow_doc_say(doc, OW_INK_PLAIN, "; CV %.2f of %" PRIu64 " intervals%s", cv, s->intervals,
		   cv <= OW_CV_REGULAR ? ": a regular crash loop, under steady work steady growth "
					 "(inferred)"
		   : cv < OW_CV_RANDOM ? ""
		   : s->restarted      ? ": irregular, as restarts are that wait longer each time"
				       : ": irregular, under steady work bursts (inferred)");
}

/* "20 a second", "0.2 a minute": kills after the first one, over their span. */
static const char *rate_words(struct ow_arena *arena, uint64_t kills, uint64_t span_usec)
{
	static const struct {
		double usec;
		const char *name;
	} units[] = {
		{ 1e6, "second" }, { 60e6, "minute" }, { 3600e6, "hour" }, { 86400e6, "day" }
	};
	const double rate = (double)(kills - 1) / (double)span_usec;
	const char *words;
	size_t i = 0;

	while (i + 1 < OW_ARRAY_SIZE(units) && rate * units[i].usec < 1)
		i++;
	words = ow_printf(arena, "%.*f a%s %s", rate * units[i].usec < 10, rate * units[i].usec,
			  units[i].name[0] == 'h' ? "n" : "", units[i].name);
	return words ? words : "";
}

static void say_series(struct ow_doc *doc, struct ow_arena *arena, const struct ow_limit_series *s)
{
	uint64_t span = (uint64_t)(s->last_usec - s->first_usec);

	ow_doc_item(doc, OW_INK_STRONG, "%s", whose(arena, s));
	ow_doc_say(doc, OW_INK_PLAIN, ": %" PRIu64 " kills", s->kills);
	if (s->unnamed)
		ow_doc_say(doc, OW_INK_PLAIN,
			   " (%" PRIu64 " of them name%s no cgroup: inferred from the time)",
			   s->unnamed, s->unnamed == 1 ? "s" : "");
	if (s->timed)
		ow_doc_say(doc, OW_INK_PLAIN, " in %" PRIu64 " incident%s", s->incidents,
			   s->incidents == 1 ? "" : "s");
	else
		ow_doc_say(doc, OW_INK_PLAIN, ", at times that the source does not say");
	if (s->timed && !s->broken && span > 0)
		ow_doc_say(doc, OW_INK_PLAIN, " over %s", ow_words_span(arena, span));
	if (s->timed && !s->broken && span >= UINT64_C(1000000))
		ow_doc_say(doc, OW_INK_PLAIN, ", %s", rate_words(arena, s->kills, span));
	say_intervals(doc, arena, s);
	if (s->broken)
		ow_doc_say(doc, OW_INK_PLAIN,
			   "; a reboot or the begin of another log lies between");
}

int ow_conclude_series(const struct ow_series *series, struct ow_arena *arena, struct ow_doc *ret)
{
	struct ow_doc doc = { .arena = arena };

	for (size_t i = 0; i < series->n; i++) {
		if (series->item[i].kills < 2)
			continue;
		if (doc.n == 0) {
			ow_doc_heading(&doc, 2, "Limits that were hit more than once");
			ow_doc_block(&doc, OW_BLOCK_LIST);
		}
		say_series(&doc, arena, &series->item[i]);
	}
	if (series->others)
		ow_doc_para(&doc, "%" PRIu64 " more kills are of further limits.", series->others);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = doc;
	return 0;
}
