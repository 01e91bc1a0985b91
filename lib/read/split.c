/* SPDX-License-Identifier: Apache-2.0 */
#include "read/split.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct ow_split {
	ow_split_fn *take;
	void *arg;
	char *object;
	size_t n, room;
	size_t depth; /* of braces and brackets in the object; 0: between objects */
	bool in_list, in_text, escaped;
	int error;
};

struct ow_split *ow_split_new(ow_split_fn *take, void *arg)
{
	struct ow_split *split = calloc(1, sizeof(*split));

	if (split) {
		split->take = take;
		split->arg = arg;
	}
	return split;
}

struct ow_split *ow_split_free(struct ow_split *split)
{
	if (split)
		free(split->object);
	free(split);
	return NULL;
}

static int keep(struct ow_split *split, const char *bytes, size_t n)
{
	size_t room = split->room ? split->room : 4096;
	char *more;

	if (n > OW_SPLIT_OBJECT_MAX - split->n)
		return -EFBIG;
	while (room < split->n + n)
		room *= 2;
	if (room > split->room) {
		more = realloc(split->object, room);
		if (!more)
			return -ENOMEM;
		split->object = more;
		split->room = room;
	}
	memcpy(split->object + split->n, bytes, n);
	split->n += n;
	return 0;
}

/* A byte between objects. */
static int outside(struct ow_split *split, char c)
{
	switch (c) {
	case '{':
		split->depth = 1;
		return 0;
	case '[':
		if (split->in_list)
			return -EBADMSG;
		split->in_list = true;
		return 0;
	case ']':
		if (!split->in_list)
			return -EBADMSG;
		split->in_list = false;
		return 0;
	case ',':
	case ' ':
	case '\t':
	case '\r':
	case '\n':
		return 0;
	default:
		return -EBADMSG;
	}
}

/* A byte of an object. */
static void inside(struct ow_split *split, char c)
{
	if (split->escaped)
		split->escaped = false;
	else if (split->in_text && c == '\\')
		split->escaped = true;
	else if (c == '"')
		split->in_text = !split->in_text;
	else if (!split->in_text && (c == '{' || c == '['))
		split->depth++;
	else if (!split->in_text && (c == '}' || c == ']'))
		split->depth--;
}

/* The bytes that belong to the object, from at on; an object that ends is given away. */
static int feed_object(struct ow_split *split, const char *bytes, size_t n, size_t *at)
{
	const size_t from = *at;
	int r;

	for (; *at < n && split->depth; (*at)++)
		inside(split, bytes[*at]);
	r = keep(split, bytes + from, *at - from);
	if (r == 0 && split->depth == 0) {
		r = split->take(split->arg, (struct ow_str){ split->object, split->n });
		split->n = 0;
	}
	return r;
}

int ow_split_feed(struct ow_split *split, const char *bytes, size_t n)
{
	for (size_t i = 0; i < n && split->error == 0;) {
		if (split->depth) {
			split->error = feed_object(split, bytes, n, &i);
			continue;
		}
		split->error = outside(split, bytes[i]);
		if (split->error == 0 && split->depth)
			split->error = keep(split, "{", 1);
		i++;
	}
	return split->error;
}

bool ow_split_is_whole(const struct ow_split *split)
{
	return split->error == 0 && split->depth == 0 && !split->in_list;
}
