/* SPDX-License-Identifier: Apache-2.0 */
#include "report/account.h"

#include <errno.h>
#include <inttypes.h>

#include "analyze/words.h"
#include "base/time.h"

#define LARGE 0.05 /* of the largest total: a step that is explained */

static double mib(int64_t bytes)
{
	return (double)bytes / (double)OW_MIB(1);
}

/* Of a source that has its number. */
static size_t given_number(const struct ow_account_paper *paper, const struct ow_go_source *source)
{
	for (size_t i = 0; source && source->name && i < paper->n_sources; i++)
		if (strcmp(paper->source[i]->name, source->name) == 0)
			return i + 1;
	return 0;
}

/* The number of the source; a new one where it is not there yet. 0: there is none. */
static size_t number_of(struct ow_account_paper *paper, const struct ow_go_source *source)
{
	const struct ow_go_source **more;

	if (!source || !source->name)
		return 0;
	if (given_number(paper, source))
		return given_number(paper, source);
	more = ow_grow(paper->arena, paper->source, paper->n_sources,
		       sizeof(struct ow_go_source *));
	if (!more)
		return 0;
	paper->source = more;
	paper->source[paper->n_sources++] = source;
	return paper->n_sources;
}

int ow_account_paper_init(const struct ow_account *account, int64_t now_usec,
			  struct ow_arena *arena, struct ow_account_paper *ret)
{
	*ret = (struct ow_account_paper){
		.account = account,
		.now_usec = now_usec,
		.arena = arena,
	};
	for (size_t i = 0; i < account->n_steps; i++)
		for (size_t k = 0; k < OW_ARRAY_SIZE(account->step[i].source); k++)
			(void)number_of(ret, account->step[i].source[k]);
	return ow_arena_refused(arena) ? -ENOMEM : 0;
}

const char *ow_account_step_from(const struct ow_account_paper *paper,
				 const struct ow_account_step *step)
{
	const size_t one = given_number(paper, step->source[0]);
	const size_t two = given_number(paper, step->source[1]);
	const char *text = "";

	if (one && two && one != two)
		text = ow_printf(paper->arena, "[%zu] [%zu]", one, two);
	else if (one || two)
		text = ow_printf(paper->arena, "[%zu]", one ? one : two);
	return text ? text : "";
}

static const struct ow_account_step *find(const struct ow_account *a, const char *id)
{
	for (size_t i = 0; i < a->n_steps; i++)
		if (strcmp(a->step[i].id, id) == 0)
			return &a->step[i];
	return NULL;
}

/* As verdicts spell it. */
static const char *name_of(const struct ow_account_class *class)
{
	return class->label ? class->label : class->name;
}

/* A class that fits: a cause, a state, or what stands beside one. */
static bool fits(const struct ow_finding *f)
{
	return f->verdict == OW_SUPPORTED || f->verdict == OW_CONFIRMED;
}

static void say_gap(const struct ow_account *a, struct ow_doc *doc)
{
	const struct ow_account_step *profile = find(a, "profile"), *rss = find(a, "rss");

	if (!rss)
		rss = find(a, "rss_anon");
	if (!profile)
		profile = find(a, "heap_alloc");
	if (profile && rss && profile != rss)
		ow_doc_item(doc, OW_INK_PLAIN, "%s is %.1f MiB; %s %.1f MiB.", rss->title,
			    mib(rss->bytes),
			    strcmp(profile->id, "profile") == 0 ? "the heap profile shows"
								: "HeapAlloc is",
			    mib(profile->bytes));
}

/* The classes that fit: causes, or states that are none. */
static size_t say_answers(const struct ow_account *a, struct ow_doc *doc, bool causes)
{
	size_t n = 0;

	for (size_t i = 0; i < ow_account_n_classes; i++) {
		const struct ow_account_class *class = ow_account_class_at(i);

		if (!fits(&a->finding[i]) || class->factor || !class->label == causes)
			continue;
		ow_doc_item(doc, OW_INK_STRONG, "%s", name_of(class));
		ow_doc_say(doc, OW_INK_PLAIN, ": %s.", a->finding[i].statement);
		n++;
	}
	return n;
}

void ow_account_front(struct ow_account_paper *paper, struct ow_doc *doc)
{
	const struct ow_account *a = paper->account;

	ow_doc_block(doc, OW_BLOCK_BOX);
	say_gap(a, doc);
	if (say_answers(a, doc, true))
		return;
	ow_doc_item(doc, OW_INK_PLAIN,
		    "None of the causes that are looked for is supported by these numbers.");
	(void)say_answers(a, doc, false);
}

static void say_large_steps(const struct ow_account *a, struct ow_doc *doc)
{
	int64_t largest = 0;

	for (size_t i = 0; i < a->n_steps; i++)
		if (strcmp(a->step[i].id, "limit") != 0 && a->step[i].bytes > largest)
			largest = a->step[i].bytes;
	ow_doc_heading(doc, 1, "The large steps");
	ow_doc_block(doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < a->n_steps; i++) {
		const struct ow_account_step *step = &a->step[i];
		const double bytes = (double)(step->bytes < 0 ? -step->bytes : step->bytes);

		if (step->kind != OW_STEP_TOTAL && strcmp(step->id, "free") != 0 &&
		    bytes >= LARGE * (double)largest)
			ow_doc_item(doc, OW_INK_PLAIN, "%s, %.1f MiB: %s.", step->title,
				    mib(step->bytes), step->cause);
	}
}

/* The source of that name, with its time where a number is of it. NULL when there is no memory. */
static const struct ow_go_source *locate(struct ow_account_paper *paper, const char *name)
{
	const struct ow_account *a = paper->account;
	struct ow_go_source *made;

	for (size_t i = a->n; i-- > 0;)
		for (size_t k = 0; k < OW_ACCOUNT_NUMBERS; k++) {
			const struct ow_go_source *source = a->moment[i].source[k];

			if (source && source->name && strcmp(source->name, name) == 0)
				return source;
		}
	made = ow_alloc(paper->arena, 1, sizeof(*made));
	if (made)
		made->name = name;
	return made;
}

/* " ([2] HeapInuse = 261181440)" */
static void say_cites(struct ow_account_paper *paper, struct ow_doc *doc,
		      const struct ow_reason *reason)
{
	for (size_t i = 0; i < reason->n_cites; i++) {
		const struct ow_cite *cite = &reason->cite[i];
		const size_t number = number_of(paper, locate(paper, cite->source));

		ow_doc_say(doc, OW_INK_PLAIN, i ? ", " : " (");
		ow_doc_say(doc, OW_INK_CITE, "[%zu]", number);
		ow_doc_say(doc, OW_INK_PLAIN, " %.*s%s", (int)cite->text.n, cite->text.p,
			   i + 1 == reason->n_cites ? ")" : "");
	}
}

static void say_reasons(struct ow_account_paper *paper, struct ow_doc *doc,
			const struct ow_finding *f)
{
	for (size_t i = 0; i < f->n_reasons; i++) {
		ow_doc_item(doc, OW_INK_PLAIN, "%s: %s", f->reason[i].against ? "against" : "for",
			    f->reason[i].text);
		say_cites(paper, doc, &f->reason[i]);
	}
}

static void say_class(struct ow_account_paper *paper, struct ow_doc *doc, size_t i)
{
	const struct ow_account_class *class = ow_account_class_at(i);
	const struct ow_finding *f = &paper->account->finding[i];

	ow_doc_heading(doc, 2, "%s: %s%s", name_of(class), ow_verdict_names[f->verdict],
		       class->factor ? ", a factor" : "");
	ow_doc_block(doc, OW_BLOCK_PARA);
	ow_doc_item(doc, OW_INK_PLAIN, "%s.", f->statement);
	ow_doc_block(doc, OW_BLOCK_LIST);
	say_reasons(paper, doc, f);
	ow_doc_item(doc, OW_INK_PLAIN, "it would be disproved by: %s", class->refuter);
	ow_doc_item(doc, OW_INK_PLAIN, "what to do: %s", class->remedy);
}

/* Those that do not fit, each with the number that says so. */
static void say_refuted(struct ow_account_paper *paper, struct ow_doc *doc)
{
	bool any = false;

	for (size_t i = 0; i < ow_account_n_classes; i++) {
		const struct ow_finding *f = &paper->account->finding[i];

		if (f->verdict != OW_REFUTED)
			continue;
		if (!any) {
			ow_doc_heading(doc, 1, "Ruled out");
			ow_doc_block(doc, OW_BLOCK_LIST);
		}
		any = true;
		ow_doc_item(doc, OW_INK_PLAIN, "%s: %s", name_of(ow_account_class_at(i)),
			    f->statement);
		for (size_t k = 0; k < f->n_reasons; k++)
			if (f->reason[k].against) {
				ow_doc_say(doc, OW_INK_PLAIN, ": %s", f->reason[k].text);
				say_cites(paper, doc, &f->reason[k]);
				break;
			}
	}
}

static void say_open(const struct ow_account *a, struct ow_doc *doc)
{
	bool any = false;

	for (size_t i = 0; i < ow_account_n_classes; i++) {
		const struct ow_account_class *class = ow_account_class_at(i);
		const struct ow_finding *f = &a->finding[i];

		if (f->verdict != OW_NOT_TESTED)
			continue;
		if (!any) {
			ow_doc_heading(doc, 1, "Not decided");
			ow_doc_block(doc, OW_BLOCK_LIST);
		}
		any = true;
		ow_doc_item(doc, OW_INK_PLAIN, "%s: %s; what decides it: %s", name_of(class),
			    f->statement, class->datum);
		if (class->command) {
			ow_doc_say(doc, OW_INK_PLAIN, ", as by ");
			ow_doc_say(doc, OW_INK_CODE, "%s", class->command);
		}
	}
}

static void say_advice(const struct ow_account *a, struct ow_doc *doc)
{
	const struct ow_account_moment *m = &a->moment[a->n - 1];

	ow_doc_heading(doc, 1, "GOMEMLIMIT");
	if (!a->advice.have) {
		ow_doc_para(doc, "The limit is not known, and so is what fits: name a cgroup, or "
				 "--limit.");
		return;
	}
	ow_doc_para(doc, "%s.", a->advice.text);
	if (ow_account_has(m, OW_ACCOUNT_BIT(MEMORY_LIMIT))) {
		const uint64_t now = m->value[OW_ACCOUNT_MEMORY_LIMIT];

		ow_doc_para(doc, "It is %s now.",
			    now == UINT64_MAX ? "not set" : ow_words_bytes(doc->arena, now));
	}
	if (!ow_account_has(m, OW_ACCOUNT_BIT(GROUP_KERNEL)))
		ow_doc_para(doc,
			    "What else is charged to the limit (kernel memory, other processes) "
			    "is not known, and not subtracted.");
}

/* When the collection was that a page calls its last one: it was written after that. 0: unknown. */
static int64_t last_collection(const struct ow_account *a, const char *name)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct ow_go_moment *from = a->moment[i].from;

		for (size_t k = 0; k < from->n_stats; k++)
			if (strcmp(from->stats[k].source.name, name) == 0 &&
			    (from->stats[k].memstats.have & OW_MEMSTATS_LAST_GC))
				return from->stats[k].memstats.last_gc_usec;
	}
	return 0;
}

/* ", of 2026-11-20T06:03:47Z, 12 s ago" */
static void say_time(const struct ow_account_paper *paper, struct ow_doc *doc,
		     const struct ow_go_source *source)
{
	const int64_t after = last_collection(paper->account, source->name);
	const int64_t usec = source->time_usec ? source->time_usec : after;
	char text[OW_TIME_MAX];

	if (!usec) {
		ow_doc_say(doc, OW_INK_PLAIN, ", of an unknown time");
		return;
	}
	ow_doc_say(doc, OW_INK_PLAIN, ", of %s%s", ow_time_utc(usec - usec % OW_USEC_PER_SEC, text),
		   source->time_usec ? "" : " or later");
	if (!source->time_usec)
		return;
	if (paper->now_usec > usec)
		ow_doc_say(doc, OW_INK_PLAIN, ", %s ago",
			   ow_words_span(doc->arena, (uint64_t)(paper->now_usec - usec)));
}

/* What is to be known of a profile: which collection it shows, the one before the last; and how
 * sure its total is. */
static void say_profile(const struct ow_account *a, struct ow_doc *doc, const char *name)
{
	for (size_t i = a->n; i-- > 0;) {
		const struct ow_account_moment *m = &a->moment[i];
		const struct ow_go_moment *from = m->from;
		const uint64_t count = m->value[OW_ACCOUNT_GC_COUNT];

		if (!from->profile_source.name || strcmp(from->profile_source.name, name) != 0)
			continue;
		if (ow_account_has(m, OW_ACCOUNT_BIT(GC_COUNT)) && count > 1)
			ow_doc_say(doc, OW_INK_PLAIN,
				   "; the profile shows what collection %" PRIu64 " of %" PRIu64
				   " left, as far as the other numbers are of its moment",
				   count - 1, count);
		if (from->profile_error_bytes)
			ow_doc_say(doc, OW_INK_PLAIN,
				   "; it is a sample, its total within %.1f MiB (one standard "
				   "deviation)",
				   mib((int64_t)from->profile_error_bytes));
		return;
	}
}

static void say_sources(struct ow_account_paper *paper, struct ow_doc *doc)
{
	ow_doc_heading(doc, 1, "Sources");
	ow_doc_block(doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < paper->n_sources; i++) {
		ow_doc_item(doc, OW_INK_CITE, "[%zu]", i + 1);
		ow_doc_say(doc, OW_INK_PLAIN, " %s", paper->source[i]->name);
		say_time(paper, doc, paper->source[i]);
		say_profile(paper->account, doc, paper->source[i]->name);
	}
}

void ow_account_back(struct ow_account_paper *paper, struct ow_doc *doc)
{
	const struct ow_account *a = paper->account;

	say_large_steps(a, doc);
	for (size_t i = 0; i < ow_account_n_classes; i++)
		if (fits(&a->finding[i]) || a->finding[i].verdict == OW_CONTRADICTORY) {
			ow_doc_heading(doc, 1, "What fits");
			break;
		}
	for (size_t i = 0; i < ow_account_n_classes; i++)
		if (fits(&a->finding[i]) || a->finding[i].verdict == OW_CONTRADICTORY)
			say_class(paper, doc, i);
	say_refuted(paper, doc);
	say_open(a, doc);
	say_advice(a, doc);
	say_sources(paper, doc);
}
