/* SPDX-License-Identifier: Apache-2.0 */
#include "record/profile.h"

#include <errno.h>

int ow_profile_walk_init(struct ow_profile_walk *walk, const struct ow_profile *profile,
			 struct ow_arena *arena)
{
	uint32_t *stack = ow_alloc(arena, ow_tally_longest(profile->samples) + 1, sizeof(*stack));

	if (!stack)
		return -ENOMEM;
	*walk = (struct ow_profile_walk){ .profile = profile, .item.number = stack };
	return 0;
}

static bool is_zero(const struct ow_profile *profile, const int64_t *value)
{
	for (size_t i = 0; i < profile->n_types; i++)
		if (value[i] != 0)
			return false;
	return true;
}

/* Where the locations have large numbers, the samples still have these. */
static void renumber(const struct ow_profile *profile, struct ow_tally_item *item)
{
	if (profile->renumber && item->number)
		for (size_t i = 0; i < item->n; i++)
			item->number[i] = profile->renumber[item->number[i]];
}

bool ow_profile_walk_next(struct ow_profile_walk *walk, struct ow_profile_sample *sample)
{
	const struct ow_profile *profile = walk->profile;
	const struct ow_tally_item *item = &walk->item;

	do {
		if (!ow_tally_next(profile->samples, &walk->place, &walk->item))
			return false;
	} while (is_zero(profile, item->value));
	renumber(profile, &walk->item);
	*sample = (struct ow_profile_sample){
		.location = item->number,
		.n_locations = item->n,
		.value = item->value,
		.labels = item->tag,
		.label = profile->labels[item->tag].label,
		.n_labels = profile->labels[item->tag].n,
	};
	return true;
}

bool ow_profile_walk_next_values(struct ow_profile_walk *walk, struct ow_profile_sample *sample)
{
	uint32_t *const stack = walk->item.number;
	bool more;

	walk->item.number = NULL;
	more = ow_profile_walk_next(walk, sample);
	walk->item.number = stack;
	return more;
}

static bool same(struct ow_str a, struct ow_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The first type of either name. */
static bool find_type(const struct ow_profile *profile, struct ow_str name, struct ow_str other,
		      size_t *ret)
{
	for (size_t i = 0; i < profile->n_types; i++) {
		if (same(profile->type[i].type, name) || same(profile->type[i].type, other)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

bool ow_profile_type_index(const struct ow_profile *profile, const char *name, size_t *ret)
{
	const struct ow_str standard = profile->default_type, s = ow_str(name);
	struct ow_str rest = s;
	uint64_t number;

	if (profile->n_types == 0)
		return false;
	if (s.n == 0) {
		if (standard.n == 0 || !find_type(profile, standard, standard, ret))
			*ret = profile->n_types - 1;
		return true;
	}
	if (ow_scan_u64(&rest, &number) && rest.n == 0) {
		if (number >= profile->n_types)
			return false;
		*ret = (size_t)number;
		return true;
	}
	/* Old profiles have "space" where newer ones have "inuse_space". */
	rest = s;
	(void)ow_scan_lit(&rest, "inuse_");
	return find_type(profile, s, rest, ret);
}
