/* SPDX-License-Identifier: Apache-2.0 */
#include "report/heap.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "analyze/words.h"
#include "base/path.h"
#include "base/time.h"

#define COVERED_LEAST 5000  /* permyriad: below it more is said, */
#define COVERED_MOST  12000 /* and above it */
#define SHARE_LEAST   1000  /* permyriad: of such rows more is said */

struct draft {
	const struct ow_heap *heap;
	const struct ow_heap_style *style;
	struct ow_arena *arena;
	struct ow_doc *doc;
};

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static uint64_t size_of(int64_t value)
{
	return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

const char *ow_heap_bytes_text(struct ow_arena *arena, int64_t bytes)
{
	static const char *const units[] = { "kB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	const char *sign = bytes < 0 ? "-" : "";
	double size = (double)size_of(bytes) / 1024;
	size_t unit = 0;

	if (size < 1)
		return or_empty(ow_printf(arena, "%s%" PRIu64 " byte%s", sign, size_of(bytes),
					  size_of(bytes) == 1 ? "" : "s"));
	while (size >= 1023.95 && unit + 1 < OW_ARRAY_SIZE(units)) {
		size /= 1024;
		unit++;
	}
	return or_empty(ow_printf(arena, "%s%.1f %s", sign, size, units[unit]));
}

/* With a sign where it is what changed. */
static const char *amount(const struct draft *d, int64_t bytes)
{
	return or_empty(ow_printf(d->arena, "%s%s", d->heap->difference && bytes > 0 ? "+" : "",
				  ow_heap_bytes_text(d->arena, bytes)));
}

/* "96 %"; what is there is never 0. */
static const char *percent(const struct draft *d, int64_t permyriad)
{
	if (permyriad < 50)
		return "<1 %";
	return or_empty(
		ow_printf(d->arena, "%" PRId64 " %%", permyriad / 100 + (permyriad % 100 >= 50)));
}

const char *ow_heap_frame_text(struct ow_arena *arena, const struct ow_heap_frame *frame)
{
	const struct ow_str file = frame->file.n ? ow_path_base(frame->file) : frame->file;

	if (frame->have & OW_HEAP_FRAME_ADDRESS)
		return or_empty(ow_printf(arena, "0x%" PRIx64, frame->address));
	if (frame->name.n == 0 && file.n == 0)
		return "(unknown)";
	if (file.n == 0)
		return or_empty(ow_printf(arena, "%.*s", (int)frame->name.n, frame->name.p));
	if (!(frame->have & OW_HEAP_FRAME_LINE))
		return or_empty(ow_printf(arena, "%.*s %.*s", (int)frame->name.n, frame->name.p,
					  (int)file.n, file.p));
	return or_empty(ow_printf(arena, "%.*s %.*s:%" PRId64, (int)frame->name.n, frame->name.p,
				  (int)file.n, file.p, frame->line));
}

static const char *measure_word(const struct ow_heap *heap)
{
	if (heap->difference)
		return heap->measure == OW_HEAP_MEASURE_INUSE ? "in use, changed by" : "allocated";
	return heap->measure == OW_HEAP_MEASURE_INUSE ? "in use" : "allocated";
}

/* " ±3.6 MiB" with the least for a difference; "" where it is not known, or there is none. */
static const char *error_text(const struct draft *d, const struct ow_heap_sums *sums)
{
	if (!(sums->have & OW_HEAP_ERROR) || d->heap->period_bytes == 1 || d->heap->rows.n == 0)
		return "";
	return or_empty(
		ow_printf(d->arena, "\xc2\xb1%s", ow_heap_bytes_text(d->arena, sums->error_bytes)));
}

static void say_total(struct draft *d)
{
	const struct ow_heap *heap = d->heap;
	const struct ow_heap_sums *total = &heap->total;
	const char *error = error_text(d, total);
	char time[OW_TIME_MAX];

	ow_doc_block(d->doc, OW_BLOCK_TITLE);
	ow_doc_text(d->doc);
	ow_doc_say(d->doc, OW_INK_STRONG, "%s %s%s%s", measure_word(heap),
		   amount(d, ow_heap_bytes(heap, total)), *error ? " " : "", error);
	if (ow_heap_is_odd(heap, "rate-zero"))
		ow_doc_say(d->doc, OW_INK_STRONG, " (nothing was sampled)");
	if (heap->program.n)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %.*s", (int)heap->program.n, heap->program.p);
	if (heap->age.have & OW_HEAP_AGE_TIME)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s", ow_time_local(heap->age.time_usec, time));
	if (total->have & OW_HEAP_ERROR && heap->period_bytes > 1 && heap->rows.n)
		ow_doc_para(d->doc,
			    "Known from %s sampled object%s, one in %s; "
			    "\xc2\xb1 is one sigma%s.",
			    ow_words_count(d->arena, size_of(total->samples)),
			    total->samples == 1 ? "" : "s",
			    ow_words_bytes(d->arena, size_of(heap->period_bytes)),
			    heap->difference ? ", and of a difference the least that it can be"
					     : "");
	if (heap->filtered)
		ow_doc_para(d->doc, "Only what passes the filters: the rest of the profile is left "
				    "out.");
	if (heap->have & OW_HEAP_LIMIT && !heap->difference && !heap->filtered &&
	    heap->measure == OW_HEAP_MEASURE_INUSE && heap->limit_bytes > 0)
		ow_doc_para(d->doc, "That is %.0f %% of the limit of %s.",
			    100 * (double)total->inuse_bytes / (double)heap->limit_bytes,
			    ow_words_bytes(d->arena, size_of(heap->limit_bytes)));
}

/* Why a profile shows much less than there is, or more. */
static const char *why_not_all(const struct ow_heap *heap)
{
	if (ow_heap_is_odd(heap, "rate-zero"))
		return "; the rest was not sampled";
	if (ow_heap_is_odd(heap, "raw-counts"))
		return "";
	if (heap->age.covered_permyriad < COVERED_LEAST)
		return "; the rest is newer, or garbage";
	return heap->age.covered_permyriad > COVERED_MOST ? "; what is too much was freed since"
							  : "";
}

static void say_coverage(struct draft *d)
{
	const struct ow_heap_age *age = &d->heap->age;

	if (!(age->have & OW_HEAP_AGE_LIVE))
		return;
	ow_doc_say(
		d->doc, OW_INK_PLAIN,
		" By the runtime's own account the heap held %s when the profile was taken: this "
		"shows %s of it%s.",
		ow_heap_bytes_text(d->arena, age->live_bytes), percent(d, age->covered_permyriad),
		why_not_all(d->heap));
}

static void say_age(struct draft *d)
{
	const struct ow_heap_age *age = &d->heap->age;

	if (!d->heap->go || d->heap->difference || d->heap->profiles > 1 ||
	    d->heap->measure != OW_HEAP_MEASURE_INUSE || d->heap->rows.n == 0)
		return;
	if (!(age->have & OW_HEAP_AGE_COLLECTION)) {
		ow_doc_para(
			d->doc,
			"Age: not in this profile. It is what was live at a garbage "
			"collection, as a rule the last but one; a page of ?debug=1 says which, "
			"?gc=1 makes it the last.");
		say_coverage(d);
		return;
	}
	ow_doc_para(d->doc, "Age: the state of collection %" PRIu64 " of %" PRIu64, age->collection,
		    age->collections);
	if (age->have & OW_HEAP_AGE_BEHIND)
		ow_doc_say(d->doc, OW_INK_PLAIN, ", %s before %s",
			   ow_words_span(d->arena, size_of(age->behind_usec)),
			   age->have & OW_HEAP_AGE_TIME ? "the profile was taken" : "the last");
	if (age->forced)
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   ", or of the last, if that is among the %s that the program asked for",
			   ow_words_count(d->arena, age->forced));
	ow_doc_say(d->doc, OW_INK_PLAIN, ".");
	say_coverage(d);
}

static void say_holder(struct draft *d)
{
	const struct ow_heap_holder *holder = d->heap->holders.item;

	if (d->heap->holders.n == 0)
		return;
	ow_doc_para(d->doc, "%s of %s for ", percent(d, holder->sums.share_permyriad),
		    d->heap->difference ? "what changed was allocated" : "it was allocated");
	ow_doc_say(d->doc, OW_INK_STRONG, "%.*s", (int)holder->who.name.n, holder->who.name.p);
	if (holder->rows > 1)
		ow_doc_say(d->doc, OW_INK_PLAIN, " (%" PRIu64 " rows)", holder->rows);
	ow_doc_say(d->doc, OW_INK_PLAIN, "%s",
		   d->heap->difference ? "." : ". Whether that grows, a second profile tells.");
}

static void cell(struct draft *d, enum ow_ink ink, const char *text)
{
	ow_doc_item(d->doc, ink, "%s", text);
}

static const char *rank_text(const struct draft *d, const struct ow_heap_row *row)
{
	if (row->first_rank == row->last_rank)
		return or_empty(ow_printf(d->arena, "%" PRIu64, row->first_rank));
	return or_empty(
		ow_printf(d->arena, "%" PRIu64 "-%" PRIu64, row->first_rank, row->last_rank));
}

static const char *object_text(const struct draft *d, const struct ow_heap_row *row)
{
	if (!(row->have & OW_HEAP_ROW_OBJECT))
		return "";
	if (!(row->have & OW_HEAP_ROW_SIZE))
		return "of any size";
	return or_empty(ow_printf(d->arena, "of %s", ow_words_bytes(d->arena, row->object_bytes)));
}

static const char *objects_text(const struct draft *d, const struct ow_heap_row *row)
{
	const unsigned have = d->heap->measure == OW_HEAP_MEASURE_INUSE ? OW_HEAP_INUSE_OBJECTS
									: OW_HEAP_ALLOC_OBJECTS;
	const int64_t objects = ow_heap_objects(d->heap, &row->sums);

	if (!(row->sums.have & have))
		return "";
	return or_empty(ow_printf(d->arena, "%s%s", objects < 0 ? "-" : "",
				  ow_words_count(d->arena, size_of(objects))));
}

/* Where it is allocated, below whom it is for; "" when both are one. */
static const char *site_text(const struct draft *d, const struct ow_heap_row *row)
{
	const char *site = ow_heap_frame_text(d->arena, &row->site);

	if (row->have & OW_HEAP_ROW_WHO && ow_heap_same_frame(&row->site, &row->who))
		return "";
	if (row->have & OW_HEAP_ROW_VIA && !ow_heap_same_frame(&row->site, &row->via))
		return or_empty(ow_printf(d->arena, "in %s, by %.*s", site, (int)row->via.name.n,
					  row->via.name.p));
	return or_empty(ow_printf(d->arena, "in %s", site));
}

static void say_row(struct draft *d, const struct ow_heap_row *row)
{
	cell(d, OW_INK_PLAIN, rank_text(d, row));
	cell(d, OW_INK_PLAIN, amount(d, ow_heap_bytes(d->heap, &row->sums)));
	cell(d, OW_INK_PLAIN, percent(d, row->sums.share_permyriad));
	cell(d, OW_INK_PLAIN,
	     row->sums.have & OW_HEAP_KEPT ? percent(d, row->sums.kept_permyriad) : "");
	cell(d, OW_INK_PLAIN, objects_text(d, row));
	if (row->have & OW_HEAP_ROW_WHO)
		cell(d, OW_INK_STRONG, ow_heap_frame_text(d->arena, &row->who));
	else
		cell(d, OW_INK_PLAIN,
		     row->site.origin == OW_HEAP_NAMELESS ? "not known" : "no code of yours");

	cell(d, OW_INK_PLAIN, "");
	cell(d, OW_INK_PLAIN, error_text(d, &row->sums));
	cell(d, OW_INK_PLAIN, "");
	cell(d, OW_INK_PLAIN, "");
	cell(d, OW_INK_PLAIN, object_text(d, row));
	cell(d, OW_INK_PLAIN, site_text(d, row));
}

static void say_rows(struct draft *d, size_t n)
{
	const struct ow_heap_row *row = ow_heap_rows(d->heap);
	const bool kept = d->heap->total.have & OW_HEAP_KEPT;

	ow_doc_table(d->doc, (const char *const[]){
				     "#",
				     d->heap->difference ? "changed" : measure_word(d->heap),
				     "share",
				     kept ? "kept" : " ",
				     "objects",
				     "for whom, and where",
				     NULL,
			     });
	for (size_t i = 0; i < n; i++)
		say_row(d, &row[i]);
}

/* Runs of rows of which each may stand where the next one does. */
static void say_undecided(struct draft *d, size_t n)
{
	const struct ow_heap_row *row = ow_heap_rows(d->heap);
	bool any = false;

	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && row[end].first_rank <= end;)
			end++;
		if (end == i + 1)
			continue;
		if (!any)
			ow_doc_para(d->doc, "Within one sigma rows ");
		ow_doc_say(d->doc, OW_INK_PLAIN, "%s%zu %s %zu", any ? ", " : "", i + 1,
			   end == i + 2 ? "and" : "to", end);
		any = true;
	}
	if (any)
		ow_doc_say(d->doc, OW_INK_PLAIN,
			   " cannot be told apart: # is where each may stand.");
}

static void say_below(struct draft *d, size_t n)
{
	const struct ow_heap_row *row = ow_heap_rows(d->heap);
	const size_t all = d->heap->rows.n;
	int64_t share = 0;

	for (size_t i = n; i < all; i++)
		share += row[i].sums.share_permyriad;
	if (n < all)
		ow_doc_para(d->doc, "%s more row%s, %s together: -n %zu shows all.",
			    ow_words_count(d->arena, all - n), all - n == 1 ? "" : "s",
			    percent(d, share), all);
	if (d->heap->total.have & OW_HEAP_KEPT)
		ow_doc_para(d->doc, "kept: in use of all that was ever allocated there. High, it "
				    "supports that it is kept, as a cache is, too; low, it says "
				    "nothing.");
}

/* Places of the runtime whose memory stands for something else. */
static const struct {
	const char *name, *meaning;
} sites[] = {
	{ "runtime.malg",
	  "one object a goroutine that there is or was; their stacks are not in this profile. If "
	  "they are many, http://HOST:PORT/debug/pprof/goroutine?debug=1 says where they wait" },
	{ "runtime.allocm", "one object a thread" },
	{ "runtime.(*profBuf).init", "a profile of the processor's time that is being taken" },
};

static void note_site(struct draft *d, const struct ow_heap_row *row, size_t number)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(sites); i++)
		if (ow_str_is(row->site.name, sites[i].name))
			ow_doc_item(d->doc, OW_INK_PLAIN, "row %zu: %s is %s", number,
				    sites[i].name, sites[i].meaning);
}

static const char *size_text(const struct draft *d, uint64_t bytes)
{
	return ow_heap_bytes_text(d->arena, bytes < INT64_MAX ? (int64_t)bytes : INT64_MAX);
}

static void note_objects(struct draft *d, const struct ow_heap_row *row, size_t number)
{
	if (row->have & OW_HEAP_ROW_CLASS)
		ow_doc_item(d->doc, OW_INK_PLAIN,
			    "row %zu: objects of %s are given for requests of %s to %s bytes",
			    number, ow_words_bytes(d->arena, row->object_bytes),
			    ow_words_count(d->arena, row->request_min_bytes),
			    ow_words_count(d->arena, row->request_max_bytes));
	else if (row->have & OW_HEAP_ROW_OBJECT && !(row->have & OW_HEAP_ROW_SIZE))
		ow_doc_item(d->doc, OW_INK_PLAIN, "row %zu: objects of %s to %s, on average %s",
			    number, size_text(d, row->object_min_bytes),
			    size_text(d, row->object_max_bytes), size_text(d, row->object_bytes));
}

static void note_keeper(struct draft *d, const struct ow_heap_row *row, size_t number)
{
	const struct ow_heap_keeper *keeper = &row->keeper;

	if (row->have & OW_HEAP_ROW_KEEPER)
		ow_doc_item(d->doc, OW_INK_PLAIN,
			    "row %zu: %s holds %s, room for %s slots of %s where %s objects are in "
			    "use: the slice or map that grows there may keep them (inferred)",
			    number, ow_heap_frame_text(d->arena, &keeper->site),
			    ow_heap_bytes_text(d->arena, keeper->bytes),
			    ow_words_count(d->arena, keeper->slots),
			    ow_words_bytes(d->arena, keeper->slot_bytes),
			    ow_words_count(d->arena, size_of(row->sums.inuse_objects)));
}

/* What the places and sizes of the larger rows tell. */
static void say_notes(struct draft *d, size_t n)
{
	const struct ow_heap_row *row = ow_heap_rows(d->heap);

	ow_doc_block(d->doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < n && row[i].sums.share_permyriad >= SHARE_LEAST; i++) {
		note_objects(d, &row[i], i + 1);
		note_keeper(d, &row[i], i + 1);
		note_site(d, &row[i], i + 1);
	}
}

static void say_oddities(struct draft *d)
{
	const struct ow_heap_oddity *oddity = d->heap->oddities.item;

	if (d->heap->oddities.n == 0)
		return;
	ow_doc_heading(d->doc, 1, "What is odd");
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	for (size_t i = 0; i < d->heap->oddities.n; i++) {
		ow_doc_item(d->doc, OW_INK_CODE, "%s", oddity[i].word);
		ow_doc_say(d->doc, OW_INK_PLAIN, ": %s", oddity[i].meaning);
		if (oddity[i].detail.n)
			ow_doc_say(d->doc, OW_INK_PLAIN, " (%.*s)", (int)oddity[i].detail.n,
				   oddity[i].detail.p);
	}
}

/* A name as a pattern that matches it alone. NULL when nobody could type it. */
static const char *pattern_of(const struct draft *d, struct ow_str name)
{
	char *out = ow_alloc(d->arena, 2 * name.n + 3, 1);
	size_t n = 0;

	if (!out || name.n == 0 || memchr(name.p, '\0', name.n))
		return NULL;
	out[n++] = '^';
	for (size_t i = 0; i < name.n; i++) {
		if (strchr("\\.+*?()|[]{}^$", name.p[i]))
			out[n++] = '\\';
		out[n++] = name.p[i];
	}
	out[n++] = '$';
	return ow_words_shell(d->arena, out);
}

/* The sources as words of a command; FILE where one of them cannot be typed. */
static const char *sources_text(const struct draft *d)
{
	const char *all = NULL;

	for (size_t i = 0; i < d->style->n_sources; i++) {
		const char *one = ow_words_shell(d->arena, d->style->source[i]);

		if (!one || strcmp(d->style->source[i], "-") == 0)
			return "FILE";
		all = or_empty(ow_printf(d->arena, "%s%s%s", all ? all : "", all ? " " : "", one));
	}
	return all ? all : "FILE";
}

static void suggest(struct draft *d, const char *what, const char *command)
{
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", what);
	ow_doc_item(d->doc, OW_INK_COMMAND, "%s", or_empty(command));
}

/* How to find out what grows: by a second profile of the same process. */
static void suggest_series(struct draft *d, const char *source)
{
	if (d->heap->profiles > 1) {
		suggest(d, "what grows, if they are of one process:",
			ow_printf(d->arena, "oomwhy heap --series %s", source));
	} else if (d->style->live) {
		suggest(d, "what grows: keep a profile now, and another one later, then",
			ow_printf(d->arena, "oomwhy heap -proto -output=1.pb.gz %s", source));
		ow_doc_item(d->doc, OW_INK_COMMAND, "oomwhy heap --series 1.pb.gz 2.pb.gz");
	} else {
		suggest(d,
			d->heap->go ? "what grows: get a second profile of the same process later, "
				      "from http://HOST:PORT/debug/pprof/heap?gc=1, then"
				    : "what grows: get a second profile of the same process later, "
				      "then",
			ow_printf(d->arena, "oomwhy heap --series %s LATER", source));
	}
}

static void say_next(struct draft *d)
{
	const struct ow_heap_holder *holder = d->heap->holders.item;
	const char *source = sources_text(d);
	const char *pattern = d->heap->holders.n ? pattern_of(d, holder->who.name) : NULL;

	ow_doc_heading(d->doc, 1, "Next");
	ow_doc_block(d->doc, OW_BLOCK_LIST);
	if (!d->heap->difference)
		suggest_series(d, source);
	if (pattern)
		suggest(d, "the source of the largest, line by line:",
			ow_printf(d->arena, "oomwhy heap -list=%s %s", pattern, source));
	if (d->heap->go && !d->heap->difference && d->heap->profiles == 1)
		suggest(d, "what the process holds beside this heap (stacks, freed memory, cgo):",
			ow_printf(d->arena, "oomwhy account %s", source));
}

int ow_heap_doc(const struct ow_heap *heap, const struct ow_heap_style *style,
		struct ow_arena *arena, struct ow_doc *ret)
{
	struct ow_doc doc = { .arena = arena };
	struct draft d = { heap, style, arena, &doc };
	const size_t n = heap->rows.n < style->rows ? heap->rows.n : style->rows;

	say_total(&d);
	say_age(&d);
	if (n) {
		say_holder(&d);
		say_rows(&d, n);
		say_undecided(&d, n);
		say_below(&d, n);
		say_notes(&d, n);
	}
	say_oddities(&d);
	if (heap->rows.n)
		say_next(&d);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = doc;
	return 0;
}
