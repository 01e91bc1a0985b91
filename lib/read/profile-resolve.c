/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "read/profile-proto.h"

/* What is being put together. The first failure is kept; what follows it is not looked at. */
struct resolve {
	struct ow_profile_reader *reader;
	struct proto *proto;
	struct ow_profile *profile;
	struct ow_err *err;
	int failed;
};

static void *alloc(struct resolve *res, struct ow_arena *arena, size_t n, size_t size)
{
	void *p = ow_alloc(arena, n ? n : 1, size);

	if (!p && res->failed == 0)
		res->failed = proto_full(res->reader, res->err);
	return p;
}

__attribute__((format(printf, 2, 3))) static void bad(struct resolve *res, const char *format, ...)
{
	char what[256];
	va_list args;

	if (res->failed)
		return;
	va_start(args, format);
	(void)vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	res->failed = ow_fail(res->err, EBADMSG, "'%s' is damaged or no profile: %s",
			      res->reader->name, what);
}

static struct ow_str text(struct resolve *res, uint64_t index)
{
	if (index < res->proto->text.n)
		return res->proto->text.item[index];
	bad(res, "text %" PRIu64 " is wanted and there are %zu", index, res->proto->text.n);
	return (struct ow_str){ "", 0 };
}

static struct ow_profile_type type(struct resolve *res, struct proto_type from)
{
	return (struct ow_profile_type){ text(res, from.type), text(res, from.unit) };
}

/* The table that leads from the number of an id to an index, OW_PROFILE_NONE where there is none.
 */
struct index {
	uint32_t *at;
	size_t n;
};

static bool index_new(struct resolve *res, const struct profile_refs *refs, uint64_t highest,
		      struct index *ret)
{
	const uint64_t direct = highest < PROFILE_REF_DIRECT ? highest + 1 : PROFILE_REF_DIRECT;
	const size_t large = refs->large.n;
	struct index index = { .n = large ? PROFILE_REF_DIRECT + large : (size_t)direct };

	index.at = alloc(res, res->reader->scratch, index.n, sizeof(*index.at));
	if (!index.at)
		return false;
	memset(index.at, 0xff, index.n * sizeof(*index.at));
	*ret = index;
	return true;
}

static void index_put(struct resolve *res, struct index *index, const struct profile_refs *refs,
		      uint64_t id, size_t at, const char *what)
{
	uint32_t ref;

	if (id == 0)
		bad(res, "%s %zu has the number 0", what, at + 1);
	else if (!profile_ref_find(refs, id, &ref) || ref >= index->n)
		bad(res, "%s %zu cannot be found again", what, at + 1);
	else if (index->at[ref] != OW_PROFILE_NONE)
		bad(res, "two %ss have the number %" PRIu64, what, id);
	else
		index->at[ref] = (uint32_t)at;
}

static uint32_t index_find(const struct index *index, const struct profile_refs *refs, uint64_t id)
{
	uint32_t ref;

	if (!profile_ref_find(refs, id, &ref) || ref >= index->n)
		return OW_PROFILE_NONE;
	return index->at[ref];
}

/* Makes the numbers of all ids of a table; returns the highest. */
#define NUMBER(res, table, refs) \
	number(res, (const char *)(table)->item, (table)->n, sizeof(*(table)->item), refs)

/* The id is the first member of each kind. */
static uint64_t number(struct resolve *res, const char *item, size_t n, size_t size,
		       struct profile_refs *refs)
{
	uint64_t id, highest = 0;
	uint32_t ref;

	for (size_t i = 0; i < n; i++) {
		memcpy(&id, item + i * size, sizeof(id));
		if (profile_ref(refs, id, &ref) < 0 && res->failed == 0)
			res->failed = proto_full(res->reader, res->err);
		if (id > highest)
			highest = id;
	}
	return highest;
}

static void resolve_mappings(struct resolve *res, struct index *index)
{
	struct proto *proto = res->proto;
	struct ow_profile *profile = res->profile;
	const uint64_t highest = NUMBER(res, &proto->mapping, &proto->mappings);

	profile->n_mappings = proto->mapping.n;
	profile->mapping =
		alloc(res, res->reader->arena, profile->n_mappings, sizeof(*profile->mapping));
	if (res->failed || !index_new(res, &proto->mappings, highest, index))
		return;
	for (size_t i = 0; i < proto->mapping.n; i++) {
		const struct proto_mapping *from = &proto->mapping.item[i];

		profile->mapping[i] = (struct ow_profile_mapping){
			.start = from->start,
			.limit = from->limit,
			.offset = from->offset,
			.file = text(res, from->file),
			.build_id = text(res, from->build_id),
			.has = from->has,
		};
		index_put(res, index, &proto->mappings, from->id, i, "mapping");
	}
}

static void resolve_functions(struct resolve *res, struct index *index)
{
	struct proto *proto = res->proto;
	struct ow_profile *profile = res->profile;
	const uint64_t highest = NUMBER(res, &proto->function, &proto->functions);

	profile->n_functions = proto->function.n;
	profile->function =
		alloc(res, res->reader->arena, profile->n_functions, sizeof(*profile->function));
	if (res->failed || !index_new(res, &proto->functions, highest, index))
		return;
	for (size_t i = 0; i < proto->function.n; i++) {
		const struct proto_function *from = &proto->function.item[i];

		profile->function[i] = (struct ow_profile_function){
			.name = text(res, from->name),
			.system_name = text(res, from->system_name),
			.file = text(res, from->file),
			.start_line = (int64_t)from->start_line,
		};
		index_put(res, index, &proto->functions, from->id, i, "function");
	}
}

static const struct ow_profile_line *
resolve_lines(struct resolve *res, const struct index *functions, const struct proto_location *from)
{
	struct proto *proto = res->proto;
	struct ow_profile_line *line;

	if (from->n_lines == 0)
		return NULL;
	line = alloc(res, res->reader->arena, from->n_lines, sizeof(*line));
	for (size_t i = 0; line && i < from->n_lines; i++) {
		const struct proto_line *one = &proto->line.item[from->line + i];

		line[i] = (struct ow_profile_line){
			.function = index_find(functions, &proto->functions, one->function),
			.line = (int64_t)one->line,
			.column = (int64_t)one->column,
		};
		if (line[i].function == OW_PROFILE_NONE)
			bad(res,
			    "location %" PRIu64 " names function %" PRIu64 ", which is not there",
			    from->id, one->function);
	}
	return line;
}

/* The id that a stack had. */
static uint64_t large_id(const struct proto *proto, size_t ref)
{
	uint64_t id;

	memcpy(&id, proto->locations.large.item[ref - PROFILE_REF_DIRECT].p, sizeof(id));
	return id;
}

/* All locations that stacks have must be there. */
static void check_used(struct resolve *res, const struct index *index)
{
	const struct proto *proto = res->proto;

	for (size_t ref = 0; ref < proto->n_used && !res->failed; ref++)
		if (proto->used[ref] && (ref >= index->n || index->at[ref] == OW_PROFILE_NONE))
			bad(res, "a stack has location %" PRIu64 ", which is not there",
			    ref < PROFILE_REF_DIRECT ? (uint64_t)ref : large_id(proto, ref));
}

static struct ow_profile_location resolve_location(struct resolve *res,
						   const struct proto_location *from,
						   const struct index *mappings,
						   const struct index *functions)
{
	return (struct ow_profile_location){
		.address = from->address,
		.line = resolve_lines(res, functions, from),
		.n_lines = (uint32_t)from->n_lines,
		.mapping = from->mapping
				   ? index_find(mappings, &res->proto->mappings, from->mapping)
				   : OW_PROFILE_NONE,
		.folded = from->folded,
	};
}

/*
 * The locations stand where the numbers in the stacks lead, with holes where there is none. When
 * that were mostly holes they stand in their order, and the numbers are translated.
 */
static void resolve_locations(struct resolve *res, const struct index *mappings,
			      const struct index *functions)
{
	struct proto *proto = res->proto;
	struct ow_profile *profile = res->profile;
	const uint64_t highest = NUMBER(res, &proto->location, &proto->locations);
	struct index index;
	bool sparse;

	if (res->failed || !index_new(res, &proto->locations, highest, &index))
		return;
	for (size_t i = 0; i < proto->location.n; i++)
		index_put(res, &index, &proto->locations, proto->location.item[i].id, i,
			  "location");
	check_used(res, &index);
	sparse = index.n > 2 * proto->location.n + 1024;
	profile->n_locations = sparse ? proto->location.n : index.n;
	profile->location =
		alloc(res, res->reader->arena, profile->n_locations, sizeof(*profile->location));
	for (size_t ref = 0; ref < index.n && !res->failed; ref++) {
		const uint32_t at = index.at[ref];

		if (at != OW_PROFILE_NONE)
			profile->location[sparse ? at : ref] = resolve_location(
				res, &proto->location.item[at], mappings, functions);
		else if (!sparse)
			profile->location[ref].mapping = OW_PROFILE_NONE;
	}
	if (sparse && !res->failed) {
		uint32_t *renumber = alloc(res, res->reader->arena, index.n, sizeof(*renumber));

		if (renumber)
			memcpy(renumber, index.at, index.n * sizeof(*renumber));
		profile->renumber = renumber;
	}
}

static int by_key(const void *a, const void *b)
{
	const struct ow_profile_label *const *p = a, *const *q = b;
	const struct ow_str x = (*p)->key, y = (*q)->key;
	const size_t n = x.n < y.n ? x.n : y.n;
	const int order = n ? memcmp(x.p, y.p, n) : 0;

	if (order)
		return order;
	if (x.n != y.n)
		return x.n < y.n ? -1 : 1;
	return *p < *q ? -1 : *p > *q; /* those of one key in their order */
}

static struct ow_profile_labels resolve_set(struct resolve *res, struct ow_str set)
{
	const struct proto_label *from = (const struct proto_label *)(const void *)set.p;
	const size_t n = set.n / sizeof(*from);
	struct ow_profile_label *label, *read;
	struct ow_profile_label **order;

	if (n == 0)
		return (struct ow_profile_labels){ 0 };
	label = alloc(res, res->reader->arena, n, sizeof(*label));
	read = alloc(res, res->reader->scratch, n, sizeof(*read));
	order = alloc(res, res->reader->scratch, n, sizeof(struct ow_profile_label *));
	if (!label || !read || !order)
		return (struct ow_profile_labels){ 0 };
	for (size_t i = 0; i < n; i++) {
		order[i] = &read[i];
		read[i] = (struct ow_profile_label){
			.key = text(res, from[i].key),
			.text = text(res, from[i].text),
			.unit = text(res, from[i].unit),
			.number = (int64_t)from[i].number,
			.is_text = from[i].text != 0,
		};
	}
	qsort(order, n, sizeof(struct ow_profile_label *), by_key);
	for (size_t i = 0; i < n; i++)
		label[i] = *order[i];
	return (struct ow_profile_labels){ label, n };
}

static void resolve_labels(struct resolve *res)
{
	struct ow_profile *profile = res->profile;
	const struct ow_intern *sets = &res->proto->labels;

	profile->n_labels = sets->n;
	profile->labels =
		alloc(res, res->reader->arena, profile->n_labels, sizeof(*profile->labels));
	for (size_t i = 0; i < sets->n && !res->failed; i++)
		profile->labels[i] = resolve_set(res, sets->item[i]);
}

static void resolve_header(struct resolve *res)
{
	const struct proto *proto = res->proto;
	struct ow_profile *profile = res->profile;

	profile->n_types = proto->type.n;
	profile->n_comments = proto->comment.n;
	profile->type = alloc(res, res->reader->arena, profile->n_types, sizeof(*profile->type));
	profile->comment =
		alloc(res, res->reader->arena, profile->n_comments, sizeof(*profile->comment));
	if (res->failed)
		return;
	for (size_t i = 0; i < profile->n_types; i++)
		profile->type[i] = type(res, proto->type.item[i]);
	for (size_t i = 0; i < profile->n_comments; i++)
		profile->comment[i] = text(res, proto->comment.item[i]);
	profile->period_type = type(res, proto->period_type);
	profile->period = (int64_t)proto->period;
	profile->time_nanos = (int64_t)proto->time_nanos;
	profile->duration_nanos = (int64_t)proto->duration_nanos;
	profile->default_type = text(res, proto->default_type);
	profile->drop_frames = text(res, proto->drop_frames);
	profile->keep_frames = text(res, proto->keep_frames);
	profile->doc_url = text(res, proto->doc_url);
	if (proto->samples && proto->n_values != profile->n_types)
		bad(res, "its samples have %zu values and there are %zu sample types",
		    proto->n_values, profile->n_types);
}

int proto_resolve(struct ow_profile_reader *reader, struct ow_profile **ret, struct ow_err *err)
{
	struct proto *proto = reader->state;
	struct resolve res = { .reader = reader, .proto = proto, .err = err };
	struct index mappings = { 0 }, functions = { 0 };

	res.profile = alloc(&res, reader->arena, 1, sizeof(*res.profile));
	if (!res.profile)
		return res.failed;
	res.profile->name = ow_str(reader->name);
	res.profile->form = OW_PROFILE_PROTO;
	/* Its index makes room for what follows. */
	if (ow_tally_seal(proto->tally) < 0)
		return proto_full(reader, err);
	if (proto->text.n == 0)
		bad(&res, "it has no table of texts");
	if (!res.failed)
		resolve_header(&res);
	if (!res.failed)
		resolve_mappings(&res, &mappings);
	if (!res.failed)
		resolve_functions(&res, &functions);
	if (!res.failed)
		resolve_locations(&res, &mappings, &functions);
	if (!res.failed)
		resolve_labels(&res);
	if (!res.failed && !proto->tally)
		proto->tally = ow_tally_new(reader->arena, res.profile->n_types);
	if (!res.failed && !proto->tally)
		res.failed = proto_full(reader, err);
	if (res.failed)
		return res.failed;
	(void)ow_tally_seal(proto->tally);
	res.profile->samples = proto->tally;
	*ret = res.profile;
	return 0;
}
