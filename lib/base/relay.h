/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_RELAY_H
#define OW_BASE_RELAY_H

#include <stddef.h>

/*
 * Hands items on to a second thread, which takes one after the other, in their order, while the
 * caller makes the next ones. At most OW_RELAY_ITEMS are under way; then the caller waits.
 *
 * What an item holds comes back: putting one gives the caller an old one that is done with, whose
 * memory is good for another.
 */
struct ow_relay;

#define OW_RELAY_ITEMS 16

struct ow_relay_sink {
	/* Takes an item, on the second thread. What is not 0 ends it all: the others are not taken.
	 */
	int (*take)(void *arg, void *item);
	/* Frees what an item holds; it may be all zeros. */
	void (*release)(void *item);
	void *arg;
	size_t size; /* of an item, in bytes */
};

/* NULL where there is one processor, no thread to be had, or a limit on the memory that may be
 * used: then the caller does without. */
struct ow_relay *ow_relay_new(const struct ow_relay_sink *sink);

/* Waits for the item that is being taken, and releases all. */
struct ow_relay *ow_relay_free(struct ow_relay *relay);

/* Hands item on and puts another in its place: an old one, or zeros. Returns 0, or what take has
 * returned; then item is still the caller's. */
int ow_relay_put(struct ow_relay *relay, void *item);

/* Waits until all are taken. Returns 0, or what take has returned. */
int ow_relay_wait(struct ow_relay *relay);

#endif
