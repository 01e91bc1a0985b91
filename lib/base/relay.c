/* SPDX-License-Identifier: Apache-2.0 */
#include "base/relay.h"

#include <assert.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/thread.h"

#define STACK    OW_KIB(512)
#define BATCH    (OW_RELAY_ITEMS / 2) /* who waits is woken for so many, not for each */
#define ITEM_MAX 64

/* Items are numbered from 0; number i is in the slot i % OW_RELAY_ITEMS. */
struct ow_relay {
	struct ow_relay_sink sink;
	pthread_t thread;
	bool has_thread;

	pthread_mutex_t lock; /* of all below; from taken up to put the slots are the thread's */
	pthread_cond_t moved; /* one of the two may wait for it */
	uint64_t put, taken;
	bool hurried; /* the caller waits for all */
	bool ended;
	int error;
	alignas(max_align_t) char slots[];
};

static void *slot(struct ow_relay *relay, uint64_t number)
{
	return relay->slots + number % OW_RELAY_ITEMS * relay->sink.size;
}

/* Waits for items until there are enough. */
static bool has_items(struct ow_relay *relay)
{
	while (!relay->ended && relay->put - relay->taken < (relay->hurried ? 1 : BATCH))
		(void)pthread_cond_wait(&relay->moved, &relay->lock);
	return !relay->ended;
}

static void take_items(struct ow_relay *relay)
{
	while (!relay->ended && relay->taken < relay->put) {
		void *item = slot(relay, relay->taken);
		int error = relay->error;

		(void)pthread_mutex_unlock(&relay->lock);
		if (error == 0)
			error = relay->sink.take(relay->sink.arg, item);
		(void)pthread_mutex_lock(&relay->lock);
		relay->error = error;
		relay->taken++;
		if (relay->put - relay->taken == (relay->hurried ? 0 : BATCH))
			(void)pthread_cond_signal(&relay->moved);
	}
}

static void *run(void *arg)
{
	struct ow_relay *relay = arg;

	(void)pthread_mutex_lock(&relay->lock);
	while (has_items(relay))
		take_items(relay);
	(void)pthread_mutex_unlock(&relay->lock);
	return NULL;
}

/* Items that are under way are memory that may be missing elsewhere. */
static bool is_limited(void)
{
	static const int limits[] = { RLIMIT_AS, RLIMIT_DATA };
	struct rlimit limit;

	for (size_t i = 0; i < OW_ARRAY_SIZE(limits); i++)
		if (getrlimit(limits[i], &limit) < 0 || limit.rlim_cur != RLIM_INFINITY)
			return true;
	return false;
}

struct ow_relay *ow_relay_new(const struct ow_relay_sink *sink)
{
	struct ow_relay *relay = NULL;

	assert(sink->size <= ITEM_MAX);
	if (ow_thread_helps() && !is_limited())
		relay = calloc(1, sizeof(*relay) + OW_RELAY_ITEMS * sink->size);
	if (!relay)
		return NULL;
	relay->sink = *sink;
	(void)pthread_mutex_init(&relay->lock, NULL);
	(void)pthread_cond_init(&relay->moved, NULL);
	relay->has_thread = ow_thread_start(&relay->thread, run, relay, STACK);
	return relay->has_thread ? relay : ow_relay_free(relay);
}

struct ow_relay *ow_relay_free(struct ow_relay *relay)
{
	if (!relay)
		return NULL;
	if (relay->has_thread) {
		(void)pthread_mutex_lock(&relay->lock);
		relay->ended = true;
		(void)pthread_cond_signal(&relay->moved);
		(void)pthread_mutex_unlock(&relay->lock);
		(void)pthread_join(relay->thread, NULL);
	}
	for (uint64_t i = 0; i < OW_RELAY_ITEMS; i++)
		relay->sink.release(slot(relay, i));
	(void)pthread_cond_destroy(&relay->moved);
	(void)pthread_mutex_destroy(&relay->lock);
	free(relay);
	return NULL;
}

static void swap(char *a, char *b, size_t n)
{
	char kept[ITEM_MAX];

	memcpy(kept, a, n);
	memcpy(a, b, n);
	memcpy(b, kept, n);
}

int ow_relay_put(struct ow_relay *relay, void *item)
{
	int error;

	(void)pthread_mutex_lock(&relay->lock);
	while (relay->put - relay->taken == OW_RELAY_ITEMS)
		(void)pthread_cond_wait(&relay->moved, &relay->lock);
	error = relay->error;
	if (error == 0) {
		swap(item, slot(relay, relay->put++), relay->sink.size);
		if (relay->put - relay->taken == BATCH)
			(void)pthread_cond_signal(&relay->moved);
	}
	(void)pthread_mutex_unlock(&relay->lock);
	return error;
}

int ow_relay_wait(struct ow_relay *relay)
{
	int error;

	(void)pthread_mutex_lock(&relay->lock);
	relay->hurried = true;
	(void)pthread_cond_signal(&relay->moved);
	while (relay->taken < relay->put)
		(void)pthread_cond_wait(&relay->moved, &relay->lock);
	relay->hurried = false;
	error = relay->error;
	(void)pthread_mutex_unlock(&relay->lock);
	return error;
}
