/* SPDX-License-Identifier: Apache-2.0 */
#include "read/event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "read/json.h"

#define LINE_MAX OW_KIB(64)

static const struct {
	const char *action;
	enum ow_event_kind kind;
} actions[] = {
	{ "create", OW_EVENT_CREATE },  { "start", OW_EVENT_START },
	{ "oom", OW_EVENT_OOM },        { "kill", OW_EVENT_KILL },
	{ "die", OW_EVENT_DIE },        { "died", OW_EVENT_DIE },
	{ "stop", OW_EVENT_STOP },      { "restart", OW_EVENT_RESTART },
	{ "update", OW_EVENT_UPDATE },  { "destroy", OW_EVENT_DESTROY },
	{ "remove", OW_EVENT_DESTROY },
};

/* Those that end a process when nothing else is said; engines also take the others by number. */
static const struct {
	const char *name;
	int64_t number;
} signals[] = {
	{ "HUP", 1 },   { "INT", 2 },   { "QUIT", 3 },  { "ABRT", 6 },   { "KILL", 9 },
	{ "USR1", 10 }, { "USR2", 12 }, { "TERM", 15 }, { "WINCH", 28 },
};

static enum ow_event_kind kind_of(const char *action)
{
	for (size_t i = 0; action && i < OW_ARRAY_SIZE(actions); i++)
		if (strcmp(action, actions[i].action) == 0)
			return actions[i].kind;
	return OW_EVENT_OTHER;
}

static bool read_number(const json_t *value, int64_t *ret)
{
	struct ow_str s;
	int64_t number;

	if (json_is_integer(value)) {
		*ret = json_integer_value(value);
		return true;
	}
	if (!json_is_string(value))
		return false;
	s = ow_str(json_string_value(value));
	if (!ow_scan_i64(&s, &number) || s.n)
		return false;
	*ret = number;
	return true;
}

/* "9", "SIGKILL", "KILL" */
static bool read_signal(const json_t *value, int64_t *ret)
{
	const char *text = json_string_value(value);

	if (read_number(value, ret))
		return *ret > 0;
	if (text && strncmp(text, "SIG", 3) == 0)
		text += 3;
	for (size_t i = 0; text && i < OW_ARRAY_SIZE(signals); i++)
		if (strcmp(text, signals[i].name) == 0) {
			*ret = signals[i].number;
			return true;
		}
	return false;
}

static bool read_time(const json_t *root, int64_t *ret)
{
	int64_t nsec, sec;

	if (ow_json_get_i64(root, "timeNano", &nsec) && nsec > 0) {
		*ret = nsec / 1000;
		return true;
	}
	return ow_json_get_i64(root, "time", &sec) && sec > 0 &&
	       !__builtin_mul_overflow(sec, OW_USEC_PER_SEC, ret);
}

/* -EBADMSG when the line is no event; -ENOENT when it is one of something else. */
static int read_event(struct ow_str line, struct ow_arena *arena, struct ow_event *ret)
{
	ow_scoped(ow_json_freep) json_t *root = NULL;
	struct ow_event event = { 0 };
	const json_t *actor, *attributes;
	const char *type;
	int r = line.n > LINE_MAX ? -EBADMSG : ow_json_load(line, &root, NULL);

	if (r < 0)
		return r;
	type = json_string_value(json_object_get(root, "Type"));
	if (type && strcmp(type, "container") != 0)
		return -ENOENT;
	actor = json_object_get(root, "Actor");
	attributes = json_object_get(actor, "Attributes");
	if (!read_time(root, &event.time_usec))
		return -EBADMSG;
	event.kind = kind_of(json_string_value(json_object_get(root, "Action")));
	if (read_number(json_object_get(attributes, "exitCode"), &event.exit_code) ||
	    read_number(json_object_get(attributes, "containerExitCode"), &event.exit_code))
		event.have |= OW_EVENT_EXIT;
	if (read_signal(json_object_get(attributes, "signal"), &event.signal))
		event.have |= OW_EVENT_SIGNAL;
	if (ow_json_get_text(actor, "ID", arena, &event.container) < 0 ||
	    ow_json_get_text(attributes, "name", arena, &event.name) < 0 ||
	    ow_json_get_text(attributes, "image", arena, &event.image) < 0)
		return -ENOMEM;
	if (!event.container)
		return -EBADMSG;
	*ret = event;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct ow_event *one = a, *other = b;

	if (one->time_usec != other->time_usec)
		return one->time_usec < other->time_usec ? -1 : 1;
	return (one->line > other->line) - (one->line < other->line);
}

/* Adds the event of a line, if it is one. */
static int add(struct ow_str line, size_t number, struct ow_arena *arena, struct ow_event **all,
	       size_t *n)
{
	struct ow_event event, *more;
	char *text;
	int r = read_event(line, arena, &event);

	if (r < 0)
		return r;
	more = ow_grow(arena, *all, *n, sizeof(*more));
	text = ow_str_keep(arena, line);
	if (!more || !text)
		return -ENOMEM;
	event.line = number;
	event.text = (struct ow_str){ text, line.n };
	*all = more;
	more[(*n)++] = event;
	return 0;
}

int ow_events_read(struct ow_str bytes, const char *source, struct ow_arena *arena,
		   struct ow_event **ret, size_t *ret_n, size_t *ret_bad)
{
	const char *kept_source = ow_str_keep(arena, ow_str(source));
	struct ow_event *all = NULL;
	size_t n = 0, bad = 0, number = 0, dropped;
	struct ow_str line;

	if (!kept_source)
		return -ENOMEM;
	while (ow_scan_line(&bytes, &line)) {
		int r;

		number++;
		if (ow_str_trim(line).n == 0)
			continue;
		r = add(line, number, arena, &all, &n);
		if (r == -ENOMEM)
			return r;
		bad += r == -EBADMSG;
	}
	if (n)
		qsort(all, n, sizeof(*all), by_time);
	for (size_t i = 0; i < n; i++)
		all[i].source = kept_source;
	dropped = n > OW_EVENTS_MAX ? n - OW_EVENTS_MAX : 0;
	*ret = all ? all + dropped : NULL;
	*ret_n = n - dropped;
	*ret_bad = bad;
	return 0;
}
