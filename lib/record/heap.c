/* SPDX-License-Identifier: Apache-2.0 */
#include "record/heap.h"

#include "record/heap-table.h"

const char *const ow_heap_origin_names[] = {
	[OW_HEAP_OWN] = "own",
	[OW_HEAP_LIBRARY] = "library",
	[OW_HEAP_STANDARD] = "standard",
	[OW_HEAP_NAMELESS] = "nameless",
};

const char *const ow_heap_measure_names[] = {
	[OW_HEAP_MEASURE_INUSE] = "inuse",
	[OW_HEAP_MEASURE_ALLOC] = "alloc",
};

#define AT(field) offsetof(struct ow_heap_frame, field)
static const struct ow_field frame_fields[] = {
	FIELD(name, STR, 0, "The function."),
	FIELD(file, STR, 0, "Its file, as the profile has it."),
	FIELD(line, I64, OW_HEAP_FRAME_LINE, "The line in the file."),
	FIELD(address, U64, OW_HEAP_FRAME_ADDRESS, "Of a frame without a name: where its code is."),
	WORD(origin, ow_heap_origin_names,
	     "Whose code it is: own, library (a module that was fetched or vendored), standard "
	     "(it comes with the language) or nameless (only the address is known)."),
};
#undef AT
const struct ow_fields ow_heap_frame_fields = TABLE(frame_fields, struct ow_heap_frame);

#define AT(field) offsetof(struct ow_heap_sums, field)
static const struct ow_field sums_fields[] = {
	FIELD(inuse_bytes, I64, OW_HEAP_INUSE,
	      "What was in use at the collection that the profile shows."),
	FIELD(inuse_objects, I64, OW_HEAP_INUSE_OBJECTS, "How many objects that were."),
	FIELD(alloc_bytes, I64, OW_HEAP_ALLOC,
	      "All that was ever allocated, also what is freed by now."),
	FIELD(alloc_objects, I64, OW_HEAP_ALLOC_OBJECTS, "How many objects that were."),
	FIELD(samples, I64, OW_HEAP_ERROR,
	      "How many objects the runtime looked at, by which it knows the rest: few of them "
	      "make a large error."),
	FIELD(error_bytes, I64, OW_HEAP_ERROR,
	      "One sigma of the bytes in use (of those allocated where measure is alloc), from "
	      "sampling. Of a difference it is the least that it can be."),
	FIELD(share_permyriad, I64, OW_HEAP_SHARE,
	      "The part of the total; of a difference, of the sum of what grew and what shrank."),
	FIELD(kept_permyriad, I64, OW_HEAP_KEPT,
	      "Bytes in use / allocated. It may support that something is kept, but never proves "
	      "it: a cache is kept, too. Low, it says nothing."),
};
#undef AT
static const struct ow_fields sums_table = TABLE(sums_fields, struct ow_heap_sums);

#define AT(field) offsetof(struct ow_heap_keeper, field)
static const struct ow_field keeper_fields[] = {
	GROUP(site, 0, ow_heap_frame_fields, "Where it is allocated."),
	FIELD(bytes, I64, 0, "Its size."),
	FIELD(slots, U64, 0, "How many of slot_bytes fit: about as many as objects are in use."),
	FIELD(slot_bytes, U64, 0,
	      "8: as pointers; 16: as strings or interfaces; 24: as slices. What a map takes for a key "
	      "and a value may be as much."),
};
#undef AT
static const struct ow_fields keeper_table = TABLE(keeper_fields, struct ow_heap_keeper);

#define AT(field) offsetof(struct ow_heap_row, field)
static const struct ow_field row_fields[] = {
	GROUP(site, 0, ow_heap_frame_fields, "Where it is allocated: the leaf of the stacks."),
	GROUP(who, OW_HEAP_ROW_WHO, ow_heap_frame_fields,
	      "For whom: from the leaf on the first frame that is the user's own code. Absent when "
	      "there is none."),
	GROUP(via, OW_HEAP_ROW_VIA, ow_heap_frame_fields,
	      "The function of a library that who calls."),
	GROUP(sums, 0, sums_table, "What was counted."),
	FIELD(first_rank, U64, 0,
	      "The first place that the row may have among all, for all that is known: bytes that "
	      "overlap within one error_bytes each cannot be told apart."),
	FIELD(last_rank, U64, 0, "The last place that it may have."),
	FIELD(object_bytes, U64, OW_HEAP_ROW_OBJECT,
	      "The size of nearly all of its objects (95 % of the bytes), else their mean."),
	FIELD(object_min_bytes, U64, OW_HEAP_ROW_OBJECT, "The size of the smallest."),
	FIELD(object_max_bytes, U64, OW_HEAP_ROW_OBJECT, "The size of the largest."),
	FIELD(request_min_bytes, U64, OW_HEAP_ROW_CLASS,
	      "Nearly all are of one size class of Go's, which is given for requests of this many "
	      "bytes"),
	FIELD(request_max_bytes, U64, OW_HEAP_ROW_CLASS, "up to this many."),
	GROUP(keeper, OW_HEAP_ROW_KEEPER, keeper_table,
	      "A slice or map of the same function that has room for about as many as are in use: it "
	      "seems to hold them. Inferred by arithmetic, not proved."),
	FIELD(stacks, U64, 0, "Distinct stacks of the profile that are put together here."),
};
#undef AT
static const struct ow_fields row_table = TABLE(row_fields, struct ow_heap_row);

#define AT(field) offsetof(struct ow_heap_holder, field)
static const struct ow_field holder_fields[] = {
	GROUP(who, 0, ow_heap_frame_fields, "The function; the line is that of its largest row."),
	GROUP(sums, 0, sums_table, "Of all its rows."),
	FIELD(rows, U64, 0, "How many there are."),
};
#undef AT
static const struct ow_fields holder_table = TABLE(holder_fields, struct ow_heap_holder);

#define AT(field) offsetof(struct ow_heap_oddity, field)
static const struct ow_field oddity_fields[] = {
	FIELD(word, TEXT, 0, "What it is called."),
	FIELD(meaning, TEXT, 0, "What it does to the numbers."),
	FIELD(detail, STR, 0, "What was seen of it."),
};
#undef AT
static const struct ow_fields oddity_table = TABLE(oddity_fields, struct ow_heap_oddity);

#define AT(field) offsetof(struct ow_heap_age, field)
static const struct ow_field age_fields[] = {
	TIME("time", time_usec, OW_HEAP_AGE_TIME, "When the profile was taken."),
	FIELD(collection, U64, OW_HEAP_AGE_COLLECTION,
	      "The number of the collection whose result is shown: as a rule the last but one."),
	FIELD(collections, U64, OW_HEAP_AGE_COLLECTION, "Collections until then."),
	FIELD(forced, U64, OW_HEAP_AGE_COLLECTION,
	      "How many of them the program asked for. After one of these the profile shows that "
	      "very one."),
	TIME("mark", mark_usec, OW_HEAP_AGE_MARK, "When the collection that is shown ended."),
	TIME("last_mark", last_mark_usec, OW_HEAP_AGE_LAST_MARK, "When the last one ended."),
	FIELD(behind_usec, I64, OW_HEAP_AGE_BEHIND,
	      "How much older than the profile its numbers are; where the time of the profile is "
	      "not known, than the last collection."),
	FIELD(live_bytes, I64, OW_HEAP_AGE_LIVE,
	      "What the heap held by the runtime's own account: HeapAlloc, garbage included, or "
	      "what a gctrace line says was live."),
	FIELD(covered_permyriad, I64, OW_HEAP_AGE_LIVE, "How much of it the profile shows."),
};
#undef AT
static const struct ow_fields age_table = TABLE(age_fields, struct ow_heap_age);

#define AT(field) offsetof(struct ow_heap, field)
static const struct ow_field heap_fields[] = {
	FIELD(program, STR, 0, "The base name of the first mapped file."),
	FIELD(build_id, STR, 0, "Its build id."),
	FIELD(go, BOOL, 0, "Whether it is of a Go program, for all that names and files say."),
	WORD(measure, ow_heap_measure_names,
	     "What rows are ordered by: inuse, or alloc where a profile has nothing else."),
	FIELD(filtered, BOOL, 0,
	      "Whether filters (-focus and the like) left something out: the total is not all."),
	FIELD(difference, BOOL, 0,
	      "Whether the numbers say what changed: a base was subtracted, or it is a delta."),
	FIELD(profiles, U64, 0, "How many profiles were added up."),
	FIELD(period_bytes, I64, OW_HEAP_PERIOD,
	      "One object is sampled in so many bytes that are allocated. 1: each."),
	FIELD(duration_usec, I64, OW_HEAP_DURATION, "Of a delta: how long it waited."),
	FIELD(limit_bytes, I64, OW_HEAP_LIMIT, "What --limit said."),
	GROUP(age, 0, age_table, "Of which moment the numbers are."),
	GROUP(total, 0, sums_table, "All rows together."),
	LIST(oddities, oddity_table, "What makes the profile another thing than one takes it for."),
	LIST(holders, holder_table,
	     "The user's functions with all that is allocated for them, the largest first."),
	LIST(rows, row_table,
	     "One path each: what is allocated at one place for one function. The largest first."),
};
#undef AT
const struct ow_fields ow_heap_fields = {
	.schema = "oomwhy.heap/1",
	.item = heap_fields,
	.n = sizeof(heap_fields) / sizeof(heap_fields[0]),
	.size = sizeof(struct ow_heap),
};

static bool same_text(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool ow_heap_same_function(const struct ow_heap_frame *a, const struct ow_heap_frame *b)
{
	return same_text(a->name, b->name) && same_text(a->file, b->file) &&
	       a->address == b->address;
}

bool ow_heap_same_frame(const struct ow_heap_frame *a, const struct ow_heap_frame *b)
{
	return a->line == b->line && ow_heap_same_function(a, b);
}

int ow_heap_frame_order(const struct ow_heap_frame *a, const struct ow_heap_frame *b)
{
	int order = ow_str_order(a->name, b->name);

	order = order ? order : ow_str_order(a->file, b->file);
	order = order ? order : (a->line > b->line) - (a->line < b->line);
	return order ? order : (a->address > b->address) - (a->address < b->address);
}

bool ow_heap_is_odd(const struct ow_heap *heap, const char *word)
{
	const struct ow_heap_oddity *oddity = heap->oddities.item;

	for (size_t i = 0; i < heap->oddities.n; i++)
		if (strcmp(oddity[i].word, word) == 0)
			return true;
	return false;
}
