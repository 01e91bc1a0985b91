/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "read/profile.h"

#define MEMORY OW_MIB(64)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_in(const uint8_t *data, size_t size, size_t piece, struct ow_arena *arena,
		   struct ow_profile **ret, struct ow_err *err)
{
	ow_scoped(ow_profile_reader_freep) struct ow_profile_reader *reader =
		ow_profile_reader_new("fuzz", arena);
	int r = 0;

	if (!reader)
		return 1;
	for (size_t at = 0; at < size && r == 0; at += piece)
		r = ow_profile_reader_feed(reader, data + at, size - at < piece ? size - at : piece,
					   err);
	return r < 0 ? r : ow_profile_reader_end(reader, ret, err);
}

/* Every index leads somewhere; a text lies in memory from its first to its last byte. */
static void check_tables(const struct ow_profile *profile)
{
	volatile char last;

	for (size_t i = 0; i < profile->n_locations; i++) {
		const struct ow_profile_location *location = &profile->location[i];

		if (location->mapping != OW_PROFILE_NONE &&
		    location->mapping >= profile->n_mappings)
			abort();
		for (uint32_t k = 0; k < location->n_lines; k++)
			if (location->line[k].function >= profile->n_functions)
				abort();
	}
	for (size_t i = 0; i < profile->n_functions; i++)
		if (profile->function[i].name.n)
			last = profile->function[i].name.p[profile->function[i].name.n - 1];
	for (size_t i = 0; i < profile->n_labels; i++)
		for (size_t k = 0; k < profile->labels[i].n; k++)
			if (profile->labels[i].label[k].key.n)
				last = profile->labels[i].label[k].key.p[0];
	(void)last;
}

/* The sums of all values, and how many samples and frames there are. */
struct sums {
	uint64_t samples, frames;
	uint64_t value[OW_TALLY_VALUES_MAX];
};

static struct sums check_samples(const struct ow_profile *profile, struct ow_arena *arena)
{
	struct ow_profile_sample sample;
	struct ow_profile_walk walk;
	struct sums sums = { 0 };

	if (ow_profile_walk_init(&walk, profile, arena) < 0)
		return sums;
	while (ow_profile_walk_next(&walk, &sample)) {
		uint64_t any = 0;

		for (size_t i = 0; i < sample.n_locations; i++)
			if (sample.location[i] >= profile->n_locations)
				abort();
		for (size_t i = 0; i < profile->n_types; i++) {
			any |= (uint64_t)sample.value[i];
			sums.value[i] += (uint64_t)sample.value[i];
		}
		if (!any || sample.labels >= profile->n_labels)
			abort();
		sums.samples++;
		sums.frames += sample.n_locations;
	}
	return sums;
}

/* The pieces in which a profile comes make no difference; what cannot be read is said. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = { SIZE_MAX / 2, 1, 7 };
	struct sums sums[OW_ARRAY_SIZE(pieces)] = { 0 };
	int r[OW_ARRAY_SIZE(pieces)];

	for (size_t i = 0; i < OW_ARRAY_SIZE(pieces); i++) {
		ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(MEMORY);
		struct ow_profile *profile = NULL;
		struct ow_err err = { "" };

		r[i] = arena ? read_in(data, size, pieces[i], arena, &profile, &err) : 1;
		if (r[i] == 1)
			return 0;
		if ((r[i] == 0) != (profile != NULL) || (r[i] < 0) != (err.text[0] != '\0'))
			abort();
		if (ow_arena_bytes(arena) > MEMORY)
			abort();
		if (profile) {
			check_tables(profile);
			sums[i] = check_samples(profile, arena);
		}
		if (r[i] != r[0] || memcmp(&sums[i], &sums[0], sizeof(sums[0])) != 0)
			abort();
	}
	return 0;
}
