/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/profile-merge.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/intern.h"
#include "base/measure.h"

#define SCRATCH_BYTES OW_MIB(512)

/* What is put together, and the tables that find equal things in several profiles. */
struct merge {
	struct ow_arena *arena;
	struct ow_profile *profile;
	struct ow_intern text, mapping, function, location, labels, comment;
	uint64_t *key; /* room for what makes a thing what it is */
	size_t n_key, room;
};

/* Where the things of one part went. */
struct part {
	const struct ow_profile_merge *from;
	uint32_t *mapping, *function, *location, *labels;
	size_t type[OW_TALLY_VALUES_MAX]; /* its type for each of ours */
	double ratio[OW_TALLY_VALUES_MAX];
	bool is_scaled;
};

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Adds a number to the key that is made. */
static int key_add(struct merge *merge, uint64_t number)
{
	if (merge->n_key >= merge->room) {
		const size_t room = merge->room ? 2 * merge->room : 64;
		uint64_t *key = ow_alloc(merge->arena, room, sizeof(*key));

		if (!key)
			return -ENOMEM;
		if (merge->n_key)
			memcpy(key, merge->key, merge->n_key * sizeof(*key));
		merge->key = key;
		merge->room = room;
	}
	merge->key[merge->n_key++] = number;
	return 0;
}

static int key_add_text(struct merge *merge, struct ow_str text)
{
	uint32_t number;

	if (ow_intern(&merge->text, text.p, text.n, &number) < 0)
		return -ENOMEM;
	return key_add(merge, number);
}

/* The number of the thing whose key was made; a new key begins. */
static int key_take(struct merge *merge, struct ow_intern *table, uint32_t *ret)
{
	const size_t n = merge->n_key;

	merge->n_key = 0;
	return ow_intern(table, merge->key, n * sizeof(*merge->key), ret);
}

/* Files of the same size, to a page, and name or build id are the same, wherever they lay. */
static int merge_mapping(struct merge *merge, const struct ow_profile_mapping *mapping,
			 uint32_t *ret)
{
	const uint64_t page = 0x1000, size = mapping->limit - mapping->start + page - 1;
	struct ow_profile *profile = merge->profile;
	struct ow_profile_mapping *more;

	if (key_add(merge, size - size % page) < 0 || key_add(merge, mapping->offset) < 0 ||
	    key_add_text(merge, mapping->build_id.n ? mapping->build_id : mapping->file) < 0 ||
	    key_take(merge, &merge->mapping, ret) < 0)
		return -ENOMEM;
	if (*ret < profile->n_mappings)
		return 0;
	more = ow_grow(merge->arena, profile->mapping, profile->n_mappings, sizeof(*more));
	if (!more)
		return -ENOMEM;
	profile->mapping = more;
	more[profile->n_mappings++] = *mapping;
	return 0;
}

static int merge_function(struct merge *merge, const struct ow_profile_function *function,
			  uint32_t *ret)
{
	struct ow_profile *profile = merge->profile;
	struct ow_profile_function *more;

	if (key_add_text(merge, function->name) < 0 ||
	    key_add_text(merge, function->system_name) < 0 ||
	    key_add_text(merge, function->file) < 0 ||
	    key_add(merge, (uint64_t)function->start_line) < 0 ||
	    key_take(merge, &merge->function, ret) < 0)
		return -ENOMEM;
	if (*ret < profile->n_functions)
		return 0;
	more = ow_grow(merge->arena, profile->function, profile->n_functions, sizeof(*more));
	if (!more)
		return -ENOMEM;
	profile->function = more;
	more[profile->n_functions++] = *function;
	return 0;
}

/* What the number of its mapping and the addresses are in the profile that is made. */
static struct ow_profile_location moved(const struct merge *merge, const struct part *part,
					const struct ow_profile_location *location)
{
	struct ow_profile_location one = *location;

	if (location->mapping != OW_PROFILE_NONE) {
		one.mapping = part->mapping[location->mapping];
		one.address += merge->profile->mapping[one.mapping].start -
			       part->from->profile->mapping[location->mapping].start;
	}
	return one;
}

static int merge_location(struct merge *merge, const struct part *part,
			  const struct ow_profile_location *location, uint32_t *ret)
{
	struct ow_profile_location one = moved(merge, part, location), *more;
	struct ow_profile *profile = merge->profile;
	const uint64_t start =
		one.mapping == OW_PROFILE_NONE ? 0 : profile->mapping[one.mapping].start;
	struct ow_profile_line *line;
	int r = key_add(merge, one.address - start);

	r = r < 0 ? r : key_add(merge, (uint64_t)one.mapping << 1 | one.folded);
	for (uint32_t i = 0; i < one.n_lines && r == 0; i++) {
		r = key_add(merge, part->function[one.line[i].function]);
		r = r < 0 ? r : key_add(merge, (uint64_t)one.line[i].line);
		r = r < 0 ? r : key_add(merge, (uint64_t)one.line[i].column);
	}
	if (r < 0 || key_take(merge, &merge->location, ret) < 0)
		return -ENOMEM;
	if (*ret < profile->n_locations)
		return 0;
	more = ow_grow(merge->arena, profile->location, profile->n_locations, sizeof(*more));
	line = ow_alloc(merge->arena, one.n_lines + 1, sizeof(*line));
	if (!more || !line)
		return -ENOMEM;
	for (uint32_t i = 0; i < one.n_lines; i++) {
		line[i] = one.line[i];
		line[i].function = part->function[one.line[i].function];
	}
	one.line = line;
	profile->location = more;
	more[profile->n_locations++] = one;
	return 0;
}

/* The labels of a base get one more, in place of one of that key. */
static int base_labels(struct merge *merge, const struct ow_profile_labels *from,
		       struct ow_profile_labels *ret)
{
	static const struct ow_profile_label base = {
		.key = { "pprof::base", 11 },
		.text = { "true", 4 },
		.unit = { "", 0 },
		.is_text = true,
	};
	struct ow_profile_label *label = ow_alloc(merge->arena, from->n + 1, sizeof(*label));
	bool placed = false;
	size_t n = 0;

	if (!label)
		return -ENOMEM;
	for (size_t i = 0; i < from->n; i++) {
		const struct ow_str key = from->label[i].key;

		if (same(key, base.key))
			continue;
		if (!placed && strncmp(key.p, base.key.p, key.n) > 0) { /* they are sorted by key */
			label[n++] = base;
			placed = true;
		}
		label[n++] = from->label[i];
	}
	if (!placed)
		label[n++] = base;
	*ret = (struct ow_profile_labels){ label, n };
	return 0;
}

static int merge_labels(struct merge *merge, const struct part *part,
			const struct ow_profile_labels *from, uint32_t *ret)
{
	struct ow_profile *profile = merge->profile;
	struct ow_profile_labels set = *from, *more;
	int r = part->from->is_base ? base_labels(merge, from, &set) : 0;

	for (size_t i = 0; i < set.n && r == 0; i++) {
		const struct ow_profile_label *label = &set.label[i];

		r = key_add_text(merge, label->key);
		r = r < 0 ? r : key_add(merge, label->is_text);
		r = r < 0 ? r : key_add_text(merge, label->is_text ? label->text : label->unit);
		r = r < 0 ? r : key_add(merge, (uint64_t)label->number);
	}
	if (r < 0 || key_take(merge, &merge->labels, ret) < 0)
		return -ENOMEM;
	if (*ret < profile->n_labels)
		return 0;
	more = ow_grow(merge->arena, profile->labels, profile->n_labels, sizeof(*more));
	if (!more)
		return -ENOMEM;
	profile->labels = more;
	more[profile->n_labels++] = set;
	return 0;
}

static int merge_tables(struct merge *merge, struct part *part)
{
	const struct ow_profile *from = part->from->profile;
	int r = 0;

	part->mapping = ow_alloc(merge->arena, from->n_mappings + 1, sizeof(uint32_t));
	part->function = ow_alloc(merge->arena, from->n_functions + 1, sizeof(uint32_t));
	part->location = ow_alloc(merge->arena, from->n_locations + 1, sizeof(uint32_t));
	part->labels = ow_alloc(merge->arena, from->n_labels + 1, sizeof(uint32_t));
	if (!part->mapping || !part->function || !part->location || !part->labels)
		return -ENOMEM;
	for (size_t i = 0; i < from->n_mappings && r == 0; i++)
		r = merge_mapping(merge, &from->mapping[i], &part->mapping[i]);
	for (size_t i = 0; i < from->n_functions && r == 0; i++)
		r = merge_function(merge, &from->function[i], &part->function[i]);
	for (size_t i = 0; i < from->n_locations && r == 0; i++)
		r = merge_location(merge, part, &from->location[i], &part->location[i]);
	for (size_t i = 0; i < from->n_labels && r == 0; i++)
		r = merge_labels(merge, part, &from->labels[i], &part->labels[i]);
	return r;
}

/* The values as ours. False: scaling left nothing of what it scaled. */
static bool take_values(const struct merge *merge, const struct part *part, const int64_t *from,
			int64_t *value)
{
	bool keep = !part->is_scaled;

	for (size_t i = 0; i < merge->profile->n_types; i++) {
		value[i] = from[part->type[i]];
		if (part->ratio[i] == 1)
			continue;
		if (part->ratio[i] == -1) /* exact, also where a double is not */
			value[i] = (int64_t)(0 - (uint64_t)value[i]);
		else
			value[i] = (int64_t)round((double)value[i] * part->ratio[i]);
		keep |= value[i] != 0;
	}
	return keep;
}

static int merge_samples(struct merge *merge, const struct part *part)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	int64_t value[OW_TALLY_VALUES_MAX];
	int r = ow_profile_walk_init(&walk, part->from->profile, merge->arena);

	while (r == 0 && ow_profile_walk_next(&walk, &sample)) {
		if (!take_values(merge, part, sample.value, value))
			continue;
		for (size_t i = 0; i < sample.n_locations; i++)
			walk.item.number[i] = part->location[walk.item.number[i]];
		r = ow_tally_add(merge->profile->samples, walk.item.number, sample.n_locations,
				 part->labels[sample.labels], value);
	}
	return r;
}

static bool type_of(const struct ow_profile *profile, struct ow_str name, size_t *ret)
{
	for (size_t i = 0; i < profile->n_types; i++) {
		if (same(profile->type[i].type, name)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

/* The finest unit in which the parts count a type. */
static struct ow_str finest_unit(const struct part *part, size_t n, size_t type)
{
	struct ow_str best = part[0].from->profile->type[part[0].type[type]].unit;
	char unit[OW_MEASURE_MAX];

	for (size_t i = 1; i < n; i++) {
		const struct ow_str one = part[i].from->profile->type[part[i].type[type]].unit;

		if (!same(one, best) && ow_measure_scale(1, one, best, unit) < 1)
			best = one;
	}
	return best;
}

/* The types that all parts have, in the order of the first. */
static int merge_types(struct merge *merge, struct part *part, size_t n, struct ow_err *err)
{
	const struct ow_profile *first = part[0].from->profile;
	struct ow_profile *profile = merge->profile;
	char unit[OW_MEASURE_MAX];
	size_t n_types = 0;

	profile->type = ow_alloc(merge->arena, first->n_types + 1, sizeof(*profile->type));
	if (!profile->type)
		return -ENOMEM;
	for (size_t t = 0; t < first->n_types; t++) {
		bool all = true;

		for (size_t i = 0; i < n && all; i++)
			all = type_of(part[i].from->profile, first->type[t].type,
				      &part[i].type[n_types]);
		if (all)
			profile->type[n_types++].type = first->type[t].type;
	}
	if (n_types == 0 && first->n_types)
		return ow_fail(err, EINVAL, "'%.*s' and the others have no sample type in common",
			       (int)first->name.n, first->name.p);
	profile->n_types = n_types;
	for (size_t t = 0; t < n_types; t++) {
		profile->type[t].unit = finest_unit(part, n, t);
		for (size_t i = 0; i < n; i++) {
			const double *ratio = part[i].from->ratio;
			const struct ow_str from =
				part[i].from->profile->type[part[i].type[t]].unit;

			part[i].ratio[t] = ratio ? ratio[part[i].type[t]] : 1;
			if (!same(from, profile->type[t].unit))
				part[i].ratio[t] *=
					ow_measure_scale(1, from, profile->type[t].unit, unit);
			part[i].is_scaled |= part[i].ratio[t] != 1;
		}
	}
	return 0;
}

static int merge_comments(struct merge *merge, const struct ow_profile *from)
{
	struct ow_profile *profile = merge->profile;
	uint32_t number;

	for (size_t i = 0; i < from->n_comments; i++) {
		struct ow_str *more;

		if (ow_intern(&merge->comment, from->comment[i].p, from->comment[i].n, &number) < 0)
			return -ENOMEM;
		if (number < profile->n_comments)
			continue;
		more = ow_grow(merge->arena, profile->comment, profile->n_comments, sizeof(*more));
		if (!more)
			return -ENOMEM;
		profile->comment = more;
		more[profile->n_comments++] = from->comment[i];
	}
	return 0;
}

static int merge_header(struct merge *merge, const struct part *part, size_t n, struct ow_err *err)
{
	const struct ow_profile *first = part[0].from->profile;
	struct ow_profile *profile = merge->profile;

	profile->name = first->name;
	profile->form = first->form;
	profile->memstats = first->memstats;
	profile->period_type = first->period_type;
	profile->drop_frames = first->drop_frames;
	profile->keep_frames = first->keep_frames;
	for (size_t i = 0; i < n; i++) {
		const struct ow_profile *one = part[i].from->profile;

		if (!same(one->period_type.type, first->period_type.type) ||
		    !same(one->period_type.unit, first->period_type.unit))
			return ow_fail(
				err, EINVAL, "'%.*s' is a profile of %.*s and '%.*s' of %.*s",
				(int)first->name.n, first->name.p, (int)first->period_type.type.n,
				first->period_type.type.p, (int)one->name.n, one->name.p,
				(int)one->period_type.type.n, one->period_type.type.p);
		if (profile->time_nanos == 0 || one->time_nanos < profile->time_nanos)
			profile->time_nanos = one->time_nanos;
		profile->duration_nanos = (int64_t)((uint64_t)profile->duration_nanos +
						    (uint64_t)one->duration_nanos);
		if (profile->period == 0 || profile->period < one->period)
			profile->period = one->period;
		if (profile->default_type.n == 0)
			profile->default_type = one->default_type;
		if (profile->doc_url.n == 0)
			profile->doc_url = one->doc_url;
		if (merge_comments(merge, one) < 0)
			return -ENOMEM;
	}
	return 0;
}

static int merge_all(struct merge *merge, struct part *part, size_t n, struct ow_err *err)
{
	int r = merge_header(merge, part, n, err);

	if (r == 0)
		r = merge_types(merge, part, n, err);
	if (r < 0)
		return r;
	merge->profile->samples = ow_tally_new(merge->arena, merge->profile->n_types);
	if (!merge->profile->samples)
		return -ENOMEM;
	for (size_t i = 0; i < n && r == 0; i++) {
		r = merge_tables(merge, &part[i]);
		if (r == 0)
			r = merge_samples(merge, &part[i]);
	}
	if (ow_tally_seal(merge->profile->samples) < 0)
		r = -ENOMEM;
	return r;
}

static int merge_init(struct merge *merge, struct ow_arena *arena)
{
	*merge = (struct merge){ .arena = arena };
	merge->profile = ow_alloc(arena, 1, sizeof(*merge->profile));
	ow_intern_init(&merge->text, arena);
	ow_intern_init(&merge->mapping, arena);
	ow_intern_init(&merge->function, arena);
	ow_intern_init(&merge->location, arena);
	ow_intern_init(&merge->labels, arena);
	ow_intern_init(&merge->comment, arena);
	return merge->profile ? 0 : -ENOMEM;
}

/* Does a profile have a location or a set of labels twice? Else it is what merging would make. */
static int has_twice(const struct ow_profile_merge *from, bool *ret)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(SCRATCH_BYTES);
	const struct ow_profile *profile = from->profile;
	struct part part = { .from = from };
	struct merge merge;
	size_t n = 0, holes = 0;

	if (!scratch || merge_init(&merge, scratch) < 0 || merge_tables(&merge, &part) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < profile->n_locations; i++) {
		const struct ow_profile_location *one = &profile->location[i];

		if (one->address || one->n_lines)
			n++;
		else
			holes = 1; /* numbers that no location has: all of them are one */
	}
	*ret = merge.profile->n_locations < n + holes ||
	       merge.profile->n_labels < profile->n_labels;
	return 0;
}

int ow_profile_merge(const struct ow_profile_merge *from, size_t n, struct ow_arena *arena,
		     struct ow_profile **ret, struct ow_err *err)
{
	struct part *part = ow_alloc(arena, n, sizeof(*part));
	struct merge merge;
	bool twice = true;
	int r = part ? merge_init(&merge, arena) : -ENOMEM;

	if (r == 0 && n == 1 && !from->ratio && !from->is_base)
		r = has_twice(from, &twice);
	if (r == 0 && !twice) {
		*merge.profile = *from->profile;
		*ret = merge.profile;
		return 0;
	}
	for (size_t i = 0; i < n && r == 0; i++)
		part[i].from = &from[i];
	if (r == 0)
		r = merge_all(&merge, part, n, err);
	if (r == -ENOMEM)
		return ow_fail(err, ENOMEM,
			       "the profiles need more memory together than they may take");
	if (r < 0)
		return r;
	*ret = merge.profile;
	return 0;
}

static int sums(const struct ow_profile *profile, struct ow_arena *arena, int64_t *sum)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	int r = ow_profile_walk_init(&walk, profile, arena);

	while (r == 0 && ow_profile_walk_next_values(&walk, &sample))
		for (size_t i = 0; i < profile->n_types; i++)
			sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)sample.value[i]);
	return r;
}

/* What makes the sums of source those of base. */
static int normalizing(const struct ow_profile *source, const struct ow_profile *base,
		       struct ow_arena *arena, double *ratio, struct ow_err *err)
{
	int64_t ours[OW_TALLY_VALUES_MAX] = { 0 }, theirs[OW_TALLY_VALUES_MAX] = { 0 };

	if (source->n_types != base->n_types)
		return ow_fail(err, EINVAL, "cannot normalize: the base has other sample types");
	for (size_t i = 0; i < source->n_types; i++)
		if (!same(source->type[i].type, base->type[i].type) ||
		    !same(source->type[i].unit, base->type[i].unit))
			return ow_fail(err, EINVAL,
				       "cannot normalize: the base has other sample types");
	if (sums(source, arena, ours) < 0 || sums(base, arena, theirs) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < source->n_types; i++)
		ratio[i] = ours[i] ? (double)theirs[i] / (double)ours[i] : 0;
	return 0;
}

int ow_profile_subtract(const struct ow_profile *source, const struct ow_profile *base, bool diff,
			bool normalize, struct ow_arena *arena, struct ow_profile **ret,
			struct ow_err *err)
{
	double ratio[OW_TALLY_VALUES_MAX], minus[OW_TALLY_VALUES_MAX];
	const struct ow_profile_merge part[] = {
		{ .profile = source, .ratio = normalize ? ratio : NULL },
		{ .profile = base, .ratio = minus, .is_base = diff },
	};
	int r = normalize ? normalizing(source, base, arena, ratio, err) : 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(minus); i++)
		minus[i] = -1;
	return r < 0 ? r : ow_profile_merge(part, OW_ARRAY_SIZE(part), arena, ret, err);
}

int ow_profile_set_program(struct ow_profile *profile, const char *file, const char *build_id,
			   struct ow_arena *arena)
{
	if (profile->n_mappings == 0) {
		profile->mapping = ow_alloc(arena, 1, sizeof(*profile->mapping));
		if (!profile->mapping)
			return -ENOMEM;
		profile->mapping[0].file = profile->mapping[0].build_id = (struct ow_str){ "", 0 };
		profile->n_mappings = 1;
		for (size_t i = 0; i < profile->n_locations; i++)
			profile->location[i].mapping = 0;
	}
	if (file)
		profile->mapping[0].file = ow_str(file);
	if (build_id)
		profile->mapping[0].build_id = ow_str(build_id);
	return 0;
}
