/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that the record carries: what the memory was made of, where it was free, and who was
 * there. */
#include <inttypes.h>

#include "analyze/words.h"
#include "report/part.h"
#include "report/zones.h"

#define PROGRAMS_MAX 5

static void part_row(struct ow_draft *d, const char *name, const struct ow_amount *amount)
{
	const struct ow_oom *oom = d->s->oom;
	struct ow_cite cite = ow_cite_line(oom, amount->line);

	if (!amount->have || amount->bytes == 0)
		return;
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", name);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", ow_words_bytes(d->arena, amount->bytes));
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s",
		    ow_words_share(d->arena, ow_share(amount->bytes, d->s->balance.total.bytes)));
	ow_doc_text(d->doc);
	ow_draft_cite(d, &cite);
}

void ow_part_makeup(struct ow_draft *d)
{
	static const char *const heading[] = { "Made of", "Size", "Share", "Line", NULL };
	static const struct {
		enum ow_part part;
		const char *name;
	} rows[] = {
		{ OW_PART_ANON, "anonymous" },        { OW_PART_SHMEM, "shared (tmpfs, memfd)" },
		{ OW_PART_CACHE, "file cache" },      { OW_PART_SOCK, "socket buffers" },
		{ OW_PART_SWAPCACHED, "swap cache" }, { OW_PART_KERNEL, "kernel, all of it" },
		{ OW_PART_SLAB, "- slab" },           { OW_PART_PAGETABLES, "- page tables" },
		{ OW_PART_STACKS, "- stacks" },       { OW_PART_PERCPU, "- per-CPU, vmalloc" },
		{ OW_PART_HUGETLB, "huge pages" },
	};
	const struct ow_balance *b = &d->s->balance;
	struct ow_amount shmem = ow_balance_swapped_shmem(b);

	if (!b->total.have || !b->part[OW_PART_ANON].have)
		return;
	ow_doc_table(d->doc, heading);
	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++)
		part_row(d, rows[i].name, &b->part[rows[i].part]);
	part_row(d, "in swap, of processes", &b->swapents);
	part_row(d, "in swap, of nobody", &shmem);
	part_row(d, "in no counter", &b->rest);
	part_row(d, b->swap.have && b->swap.bytes ? "all, with swap" : "all", &b->total);
}

static void cite_zone(void *arg, const size_t *line, size_t n)
{
	struct ow_draft *d = arg;

	for (size_t i = 0; i < n; i++) {
		const struct ow_cite cite = ow_cite_line(d->s->oom, line[i]);

		ow_draft_cite(d, &cite);
	}
}

void ow_part_zones(struct ow_draft *d)
{
	if (!ow_zones_told(&d->s->zones))
		return;
	ow_doc_para(d->doc, "Why free memory did not help: ");
	ow_zones_say(&d->s->zones, d->doc);
	ow_doc_say(d->doc, OW_INK_PLAIN, ".");
	ow_zones_table(&d->s->zones, d->doc, cite_zone, d);
}

static void program_row(struct ow_draft *d, const struct ow_program *p)
{
	const struct ow_balance *b = &d->s->balance;
	struct ow_cite cite = ow_cite_line(d->s->oom, p->largest->line);

	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", p->comm ? ow_words_name(d->arena, p->comm) : "?");
	ow_doc_item(d->doc, OW_INK_PLAIN, "%zu", p->n);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s%s", p->least_bytes == p->most_bytes ? "" : "at most ",
		    ow_words_bytes(d->arena, p->most_bytes));
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s",
		    b->total.have && b->total.bytes
			    ? ow_words_share(d->arena, ow_share(p->most_bytes, b->total.bytes))
			    : "-");
	if (p->largest->have & OW_TASK_ADJ)
		ow_doc_item(d->doc, OW_INK_PLAIN, "%" PRId64, p->largest->oom_score_adj);
	else
		ow_doc_item(d->doc, OW_INK_PLAIN, "-");
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", p->victim ? "killed " : "");
	ow_draft_cite(d, &cite);
}

/* The kernel's choice, recomputed: a mismatch is a finding, and so is a choice by adjustment. */
static void why_this_one(struct ow_draft *d)
{
	if (d->s->victim)
		ow_doc_para(d->doc, "Why this one: %s.",
			    ow_score_words(&d->s->score, d->s->victim_name, d->arena));
}

void ow_part_table(struct ow_draft *d)
{
	static const char *const heading[] = { "Program", "Processes", "Killing frees",
					       "Share",   "Adj",       "Line",
					       NULL };
	const struct ow_holders *h = &d->s->holders;

	if (h->n_programs) {
		ow_doc_table(d->doc, heading);
		for (size_t i = 0; i < h->n_programs; i++)
			if (i < PROGRAMS_MAX || h->program[i].victim)
				program_row(d, &h->program[i]);
		if (h->n_programs > PROGRAMS_MAX)
			ow_doc_para(d->doc, "%zu programs and %zu processes in all.", h->n_programs,
				    h->n_processes);
	}
	why_this_one(d);
}
