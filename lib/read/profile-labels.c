/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "read/profile-proto.h"

#define SLOTS_FIRST 64

static uint64_t hash_of(const struct proto_label *label, size_t n)
{
	uint64_t hash = n;

	for (size_t i = 0; i < n; i++) {
		const uint64_t word[] = { label[i].key, label[i].text, label[i].number,
					  label[i].unit };

		for (size_t k = 0; k < OW_ARRAY_SIZE(word); k++) {
			hash = (hash ^ word[k]) * UINT64_C(0x9e3779b97f4a7c15);
			hash ^= hash >> 32;
		}
	}
	return hash;
}

/* Where the set is in the table, or may be put. */
static uint32_t *slot_of(struct proto_labels *labels, const struct proto_label *label, size_t n)
{
	size_t i = hash_of(label, n) & (labels->n_slots - 1);

	for (;; i = (i + 1) & (labels->n_slots - 1)) {
		const struct proto_set *set;

		if (labels->slot[i] == 0)
			return &labels->slot[i];
		set = &labels->set.item[labels->slot[i] - 1];
		if (set->n == n && (n == 0 || memcmp(labels->label.item + set->first, label,
						     n * sizeof(*label)) == 0))
			return &labels->slot[i];
	}
}

static int widen(struct proto_labels *labels, struct ow_arena *arena)
{
	const size_t n = labels->n_slots ? 2 * labels->n_slots : SLOTS_FIRST;
	uint32_t *slot = ow_alloc(arena, n, sizeof(*slot));

	if (!slot)
		return -ENOMEM;
	labels->slot = slot;
	labels->n_slots = n;
	for (size_t i = 0; i < labels->set.n; i++) {
		const struct proto_set *set = &labels->set.item[i];

		*slot_of(labels, labels->label.item + set->first, set->n) = (uint32_t)i + 1;
	}
	return 0;
}

/* By key; those of one key stay in their order. */
static void sort(struct proto_label *label, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct proto_label one = label[i];
		size_t k = i;

		for (; k > 0 && label[k - 1].key > one.key; k--)
			label[k] = label[k - 1];
		label[k] = one;
	}
}

static int add(struct proto_labels *labels, struct ow_arena *arena, const struct proto_label *label,
	       size_t n)
{
	const struct proto_set set = { .first = labels->label.n, .n = n };
	struct proto_set *sets = ow_grow(arena, labels->set.item, labels->set.n, sizeof(*sets));

	if (!sets || labels->set.n >= UINT32_MAX >> 4)
		return -ENOMEM;
	labels->set.item = sets;
	for (size_t i = 0; i < n; i++) {
		struct proto_label *item =
			ow_grow(arena, labels->label.item, labels->label.n, sizeof(*item));

		if (!item)
			return -ENOMEM;
		labels->label.item = item;
		item[labels->label.n++] = label[i];
	}
	sets[labels->set.n++] = set;
	return 0;
}

int proto_labels_intern(struct proto_labels *labels, struct ow_arena *arena,
			struct proto_label *label, size_t n, uint32_t *ret)
{
	uint32_t *slot;

	sort(label, n);
	if (labels->set.n >= labels->n_slots / 2 && widen(labels, arena) < 0)
		return -ENOMEM;
	slot = slot_of(labels, label, n);
	if (*slot == 0) {
		if (add(labels, arena, label, n) < 0)
			return -ENOMEM;
		*slot = (uint32_t)labels->set.n;
	}
	*ret = *slot - 1;
	return 0;
}
