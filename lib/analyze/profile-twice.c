/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "analyze/profile-merge.h"
#include "base/hash.h"

#define SCRATCH_BYTES OW_MIB(256)

/* Hashes that were seen. Two things with one hash are taken for the same: that costs time, if it is
 * not so, and nothing else. */
struct seen {
	uint64_t *slot;
	size_t n; /* a power of two, at least twice what there will be */
	uint64_t seed;
};

static bool seen_before(struct seen *seen, uint64_t hash)
{
	size_t i;

	hash |= 1; /* 0 is a free slot */
	for (i = hash >> 1 & (seen->n - 1); seen->slot[i]; i = (i + 1) & (seen->n - 1))
		if (seen->slot[i] == hash)
			return true;
	seen->slot[i] = hash;
	return false;
}

static uint64_t hash_text(const struct seen *seen, uint64_t hash, struct ow_str text)
{
	return ow_hash_mix(hash ^ seen->seed, ow_hash(seen->seed, text.p, text.n) | 1);
}

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
	return ow_hash_mix(hash ^ UINT64_C(0xe7037ed1a0b428db),
			   number ^ UINT64_C(0x8ebc6af09c88c6e3));
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.p == b.p || memcmp(a.p, b.p, a.n) == 0);
}

static uint64_t hash_function(const struct seen *seen, const struct ow_profile_function *function)
{
	uint64_t hash = hash_text(seen, 1, function->name);

	if (!same(function->system_name, function->name)) /* as a rule they are */
		hash = hash_text(seen, hash, function->system_name);
	hash = hash_text(seen, hash, function->file);
	return hash_number(hash, (uint64_t)function->start_line);
}

static uint64_t hash_mapping(const struct seen *seen, const struct ow_profile_mapping *mapping)
{
	uint64_t hash = hash_number(2, mapping->limit - mapping->start);

	hash = hash_number(hash, mapping->offset);
	return hash_text(seen, hash, mapping->build_id.n ? mapping->build_id : mapping->file);
}

static uint64_t hash_location(const struct ow_profile *profile,
			      const struct ow_profile_location *location, const uint64_t *function,
			      const uint64_t *mapping)
{
	const bool mapped = location->mapping != OW_PROFILE_NONE;
	uint64_t hash = hash_number(
		location->folded,
		location->address - (mapped ? profile->mapping[location->mapping].start : 0));

	hash = hash_number(hash, mapped ? mapping[location->mapping] : 0);
	for (uint32_t i = 0; i < location->n_lines; i++) {
		hash = hash_number(hash, function[location->line[i].function]);
		hash = hash_number(hash, (uint64_t)location->line[i].line);
		hash = hash_number(hash, (uint64_t)location->line[i].column);
	}
	return hash;
}

static uint64_t hash_labels(const struct seen *seen, const struct ow_profile_labels *set)
{
	uint64_t hash = hash_number(3, set->n);

	for (size_t i = 0; i < set->n; i++) {
		hash = hash_text(seen, hash, set->label[i].key);
		hash = hash_text(seen, hash, set->label[i].text);
		hash = hash_text(seen, hash, set->label[i].unit);
		hash = hash_number(hash, (uint64_t)set->label[i].number);
	}
	return hash;
}

int ow_profile_has_twice(const struct ow_profile *profile, bool *ret)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(SCRATCH_BYTES);
	const size_t n = profile->n_locations + profile->n_labels;
	struct seen seen = { .n = 64, .seed = ow_hash_seed() };
	uint64_t *function, *mapping;

	while (seen.n < 2 * n)
		seen.n *= 2;
	if (!scratch)
		return -ENOMEM;
	seen.slot = ow_alloc(scratch, seen.n, sizeof(*seen.slot));
	function = ow_alloc(scratch, profile->n_functions + 1, sizeof(*function));
	mapping = ow_alloc(scratch, profile->n_mappings + 1, sizeof(*mapping));
	if (ow_arena_refused(scratch))
		return -ENOMEM;
	for (size_t i = 0; i < profile->n_functions; i++)
		function[i] = hash_function(&seen, &profile->function[i]);
	for (size_t i = 0; i < profile->n_mappings; i++)
		mapping[i] = hash_mapping(&seen, &profile->mapping[i]);
	*ret = false;
	for (size_t i = 0; i < profile->n_locations && !*ret; i++) {
		const struct ow_profile_location *one = &profile->location[i];

		if (one->address || one->n_lines) /* else a number that no location has */
			*ret = seen_before(&seen, hash_location(profile, one, function, mapping));
	}
	for (size_t i = 0; i < profile->n_labels && !*ret; i++)
		*ret = seen_before(&seen, hash_labels(&seen, &profile->labels[i]));
	return 0;
}
