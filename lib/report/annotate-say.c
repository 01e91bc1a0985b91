/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "analyze/words.h"
#include "record/term.h"
#include "report/annotate-family.h"

#define NEAR          0.9
#define SHRUNK        1.05 /* usage above the limit by more than counters are off */
#define ORDER_KILLS   3    /* larger requests fail instead of killing */
#define GFP_FLAGS_MAX 16

#define BYTES(bytes)  ow_words_bytes(notes->arena, (bytes))
#define SHARE(a, b)   ow_words_share(notes->arena, ow_share((a), (b)))

static void say_order(struct ow_notes *notes, const struct ow_oom_trigger *t)
{
	if (!(t->have & OW_TRIGGER_ORDER))
		return;
	if (t->order == -1)
		ow_doc_para(notes->doc, "order=-1: nobody needed memory; somebody asked the kernel "
					"for a kill with SysRq f.");
	else if (t->order == 0)
		ow_doc_para(notes->doc,
			    "order=0: one page was wanted, and could not be had. Who "
			    "asked need not hold the memory, nor be the one that dies.");
	else if (t->order <= ORDER_KILLS)
		ow_doc_para(notes->doc,
			    "order=%" PRId64 ": %d pages in one block were wanted. Free memory in "
			    "smaller blocks is no use then.",
			    t->order, 1 << t->order);
	else
		ow_doc_para(notes->doc,
			    "order=%" PRId64 ": blocks of more than %d pages are given up, not "
			    "killed for, unless the request may not fail.",
			    t->order, 1 << ORDER_KILLS);
}

static const struct ow_term *gfp_term(struct ow_str name)
{
	for (size_t i = 0; i < ow_gfp_terms_n; i++)
		if (ow_str_is(name, ow_gfp_terms[i].name))
			return &ow_gfp_terms[i];
	return NULL;
}

/* "GFP_KERNEL|__GFP_ZERO" */
static void say_flags(struct ow_notes *notes, const char *flags)
{
	struct ow_str rest = ow_str(flags), name;

	ow_doc_block(notes->doc, OW_BLOCK_LIST);
	for (size_t i = 0; rest.n && i < GFP_FLAGS_MAX; i++) {
		const struct ow_term *term;

		if (!ow_scan_until(&rest, "|", &name)) {
			name = rest;
			rest.n = 0;
		}
		term = gfp_term(name);
		ow_doc_item(notes->doc, OW_INK_CODE, "%.*s", (int)name.n, name.p);
		ow_doc_say(notes->doc, OW_INK_PLAIN, ": %s",
			   term ? term->help : "a flag that is not known here.");
	}
}

static bool is_zero_mask(const char *mask)
{
	return mask && strspn(mask, "0x") == strlen(mask);
}

void ow_say_head(struct ow_notes *notes, struct ow_str text, size_t line)
{
	const struct ow_oom_trigger *t = &notes->oom->trigger;

	(void)text;
	(void)line;
	say_order(notes, t);
	if (is_zero_mask(t->gfp_mask) && t->order >= 0)
		ow_doc_para(
			notes->doc,
			"gfp_mask=0x0: a page fault had failed before and was answered with a "
			"kill (up to 5.15). Such a record may look like one of the machine when "
			"a cgroup's limit was behind it.");
	else if (t->gfp_flags && *t->gfp_flags)
		say_flags(notes, t->gfp_flags);
	else if (t->gfp_mask)
		ow_doc_para(notes->doc, "This kernel prints no names for the bits of gfp_mask, and "
					"what a bit means changes between kernels.");
}

/* Both groups, and how they stand to each other. */
static void say_owners(struct ow_notes *notes)
{
	const struct ow_oom *oom = notes->oom;
	const char *owner = notes->scene->owner, *limit_owner = notes->scene->limit_owner;

	if (!oom->limit_memcg)
		return;
	if (!oom->task_memcg)
		ow_doc_para(notes->doc,
			    "The limit is that of %s; whose the victim was is not said.",
			    limit_owner);
	else if (strcmp(oom->limit_memcg, oom->task_memcg) == 0)
		ow_doc_para(notes->doc, "Limit and victim are of one group: %s.", owner);
	else if (ow_owner_same(&oom->limit_owner, &oom->task_owner))
		ow_doc_para(notes->doc,
			    "The victim's group is inside the one with the limit, and both are of "
			    "%s.",
			    owner);
	else
		ow_doc_para(
			notes->doc,
			"The limit is that of %s, which is above the victim's, %s. Whether that "
			"has a limit of its own, the record does not say.",
			limit_owner, owner);
}

void ow_say_limit(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	say_owners(notes);
}

/* Words for a counter that is against its limit; false where one of them is not known. */
static bool say_counter(struct ow_notes *notes, const char *what, bool have, uint64_t usage,
			uint64_t limit)
{
	if (!have)
		return false;
	if (ow_bytes_unlimited(limit))
		ow_doc_para(notes->doc, "%s: %s, and no limit.", what, BYTES(usage));
	else if (limit == 0)
		ow_doc_para(notes->doc, "%s: %s, and none is allowed.", what, BYTES(usage));
	else
		ow_doc_para(notes->doc, "%s: %s, which is %s of its limit of %s.", what,
			    BYTES(usage), SHARE(usage, limit), BYTES(limit));
	return true;
}

void ow_say_memory(struct ow_notes *notes, struct ow_str text, size_t line)
{
	const struct ow_oom *oom = notes->oom;
	const unsigned both = OW_OOM_USAGE | OW_OOM_LIMIT;
	double share = ow_share(oom->usage_bytes, oom->limit_bytes);

	(void)text;
	(void)line;
	if (!say_counter(notes, "Memory of the group and all below it", (oom->have & both) == both,
			 oom->usage_bytes, oom->limit_bytes) ||
	    ow_bytes_unlimited(oom->limit_bytes) || oom->limit_bytes == 0)
		return;
	if (share > SHRUNK)
		ow_doc_para(notes->doc,
			    "That is more than is allowed: the limit was lowered below what was "
			    "used, or the counter is wrong.");
	else if (share < 1 && share >= NEAR)
		ow_doc_para(notes->doc, "A little below is full as well: each CPU holds up to 64 "
					"pages of charges back.");
}

static void say_of(struct ow_notes *notes, const char *what, bool have,
		   const struct ow_oom_counter *counter)
{
	const unsigned both = OW_COUNTER_USAGE | OW_COUNTER_LIMIT;

	(void)say_counter(notes, what, have && (counter->have & both) == both, counter->usage_bytes,
			  counter->limit_bytes);
}

void ow_say_memsw(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	say_of(notes, "Memory and swap together (cgroup v1)", notes->oom->have & OW_OOM_MEMSW,
	       &notes->oom->memsw);
}

void ow_say_swap(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	say_of(notes, "Swap of the group (cgroup v2)", notes->oom->have & OW_OOM_SWAP,
	       &notes->oom->swap);
}

void ow_say_kmem(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	say_of(notes, "What the kernel needed for the group, counted in its memory (cgroup v1)",
	       notes->oom->have & OW_OOM_KMEM, &notes->oom->kmem);
}

void ow_say_swap_total(struct ow_notes *notes, struct ow_str text, size_t line)
{
	const struct ow_oom *oom = notes->oom;
	const unsigned both = OW_OOM_SWAP_TOTAL | OW_OOM_SWAP_FREE;
	uint64_t used = ow_less(oom->swap_total_bytes, oom->swap_free_bytes);

	(void)text;
	(void)line;
	if ((oom->have & OW_OOM_SWAP_TOTAL) && oom->swap_total_bytes == 0)
		ow_doc_para(notes->doc, "The machine has no swap.");
	else if ((oom->have & both) == both)
		ow_doc_para(notes->doc, "Swap of the machine: %s of %s in use, %s.", BYTES(used),
			    BYTES(oom->swap_total_bytes), SHARE(used, oom->swap_total_bytes));
}

void ow_say_table(struct ow_notes *notes, struct ow_str text, size_t line)
{
	const struct ow_oom *oom = notes->oom;

	(void)line;
	notes->columns = text;
	if (oom->have & OW_OOM_PAGE)
		ow_doc_para(notes->doc, "Sizes are in pages of %s (%s), but for those in bytes.",
			    BYTES(oom->page_bytes),
			    oom->page_from ? oom->page_from : "by the record itself");
	else
		ow_doc_para(notes->doc, "Sizes are in pages, but for those in bytes. The record "
					"does not tell the page size: 4 kB is assumed.");
}

/* What each constraint of the kernel says; the set is open. */
static const struct {
	const char *name, *text;
} constraints[] = {
	{ "CONSTRAINT_MEMCG", "A memory cgroup's limit was hit." },
	{ "CONSTRAINT_CPUSET", "Only the NUMA nodes that the cpuset allows could be used; memory "
			       "that is free on others does not help." },
	{ "CONSTRAINT_MEMORY_POLICY", "Only the NUMA nodes that a memory policy allows could be "
				      "used; memory that is free on others does not help." },
};

static const char *constraint_text(const struct ow_oom *oom)
{
	for (size_t i = 0; oom->constraint && i < OW_ARRAY_SIZE(constraints); i++)
		if (strcmp(oom->constraint, constraints[i].name) == 0)
			return constraints[i].text;
	if (!oom->constraint || strcmp(oom->constraint, "CONSTRAINT_NONE") != 0)
		return "What was short is said in words that are not known here.";
	if (oom->limit_memcg)
		return "Kernels 5.0 and 5.1 print CONSTRAINT_NONE for a cgroup's limit as well: "
		       "oom_memcg decides.";
	return oom->kind == OW_OOM_SYSRQ ? "Nothing was short: a kill was asked for."
					 : "The machine as a whole was short, no cgroup's limit.";
}

void ow_say_constraint(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc, "%s", constraint_text(notes->oom));
	say_owners(notes);
	if (notes->oom->cpuset)
		ow_doc_para(notes->doc,
			    "cpuset= is that of the task that asked, not the victim's.");
}

void ow_say_chosen(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)line;
	if (ow_str_has(text, "sacrifice child"))
		ow_doc_para(notes->doc,
			    "The score is in thousandths of the memory that may be used, "
			    "with oom_score_adj added.");
	if (ow_str_has(text, "sacrifice child") || ow_str_has(text, "or a child"))
		ow_doc_para(notes->doc, "This one was chosen; a child of it, with memory of its "
					"own, may die in its place. Who died is in the line "
					"\"Killed process\".");
	else
		ow_doc_para(notes->doc, "This one was chosen. Who died is in the line "
					"\"Killed process\".");
}

static const struct ow_oom_victim *victim_at(const struct ow_oom *oom, size_t line)
{
	const struct ow_oom_victim *v = ow_oom_victims(oom);

	for (size_t i = 0; i < oom->victims.n; i++)
		if (v[i].line == line)
			return &v[i];
	return NULL;
}

/* What its death frees, against what was there. */
static void say_freed(struct ow_notes *notes, const struct ow_oom_victim *v)
{
	const struct ow_balance *b = &notes->scene->balance;
	const struct ow_amount *total = &b->total;
	const char *who =
		ow_words_process(notes->arena, v->comm, v->have & OW_VICTIM_PID ? v->pid : -1);

	if (!(v->have & OW_VICTIM_ANON))
		ow_doc_para(notes->doc, "%s died; its sizes are not in the line.", who);
	else if (total->have && total->bytes && v->anon_rss_bytes <= total->bytes)
		ow_doc_para(notes->doc,
			    "%s died with %s of anonymous memory, %s of the %s that %s%s.", who,
			    BYTES(v->anon_rss_bytes), SHARE(v->anon_rss_bytes, total->bytes),
			    BYTES(total->bytes), b->machine ? "were in use" : "the group held",
			    b->swap.have && b->swap.bytes ? ", swap included" : "");
	else
		ow_doc_para(notes->doc, "%s died with %s of anonymous memory.", who,
			    BYTES(v->anon_rss_bytes));
}

void ow_say_killed(struct ow_notes *notes, struct ow_str text, size_t line)
{
	const struct ow_oom_victim *v = victim_at(notes->oom, line);

	(void)text;
	if (!v)
		return;
	say_freed(notes, v);
	if (v == ow_oom_victims(notes->oom))
		ow_doc_para(notes->doc, "Why this one: %s.",
			    ow_score_words(&notes->scene->score, notes->scene->victim_name,
					   notes->arena));
}

void ow_say_group(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc, "memory.oom.group is set for this group: whoever is chosen, all of "
				"it die together. The first of the kill lines names the one that "
				"was chosen.");
}

void ow_say_exiting(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc,
		    "The one that was chosen was dying already, so that nobody was killed here.");
}

void ow_say_nobody(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc, "There was no process that may be killed (oom_score_adj -1000 and "
				"the init of the machine are exempt), or none that has memory: it "
				"may be in tmpfs, in the kernel, or of processes that are gone.");
}

void ow_say_panic(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)line;
	ow_doc_para(notes->doc, "%s",
		    ow_str_has(text, "deadlocked")
			    ? "Nobody could be killed and nothing else was left: the kernel "
			      "stopped the machine."
			    : "vm.panic_on_oom is set: the kernel stopped the machine and killed "
			      "nobody.");
}

void ow_say_reaped(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)line;
	if (ow_str_has(text, "unable to reap"))
		ow_doc_para(notes->doc, "The memory of the killed could not be taken from it at "
					"once: it comes back when it has ended.");
	else if (ow_str_has(text, "reaped process"))
		ow_doc_para(notes->doc, "The private memory of the killed is free. What it shared "
					"stays as long as somebody uses it.");
}

void ow_say_suppressed(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc, "The kernel prints ten whole reports in 5 s. Of the kills beyond "
				"them there are only the lines \"Killed process\".");
}

void ow_say_lost(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc, "Lines were lost before the log got them: a record may lack some.");
}

void ow_say_failure(struct ow_notes *notes, struct ow_str text, size_t line)
{
	(void)text;
	(void)line;
	ow_doc_para(notes->doc, "An allocation failed and nobody was killed: this is no OOM kill, "
				"although the memory of the machine is printed behind it as well. "
				"oomwhy kills --all lists it.");
}
