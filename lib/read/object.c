/* SPDX-License-Identifier: Apache-2.0 */
#include "read/object.h"

#include <jansson.h>

static enum ow_object_what begin(struct ow_object *o)
{
	o->open = true;
	o->again = false;
	o->n = o->number = o->message = 0;
	o->bytes[o->n++] = '{';
	return OW_OBJECT_PART;
}

static bool is_one_of(struct ow_str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ow_str_is(s, words[i]))
			return true;
	return false;
}

/* A member, or the list of bytes of one, or its end. */
static bool is_inside(struct ow_str s)
{
	return s.n && (s.p[0] == '"' || s.p[0] == '-' || s.p[0] == ']' ||
		       (s.p[0] >= '0' && s.p[0] <= '9'));
}

static bool is_message(struct ow_str s)
{
	return ow_scan_lit(&s, "\"MESSAGE\"") || ow_scan_lit(&s, "\"msg\"");
}

static enum ow_object_what end(struct ow_object *o, bool again)
{
	struct ow_str raw = { o->bytes + o->message, o->n - o->message };

	o->open = false;
	o->again = again;
	o->bytes[o->n++] = '}';
	(void)ow_scan_line(&raw, &o->raw);
	o->complete = (struct ow_str){ o->bytes, o->n };
	return OW_OBJECT_COMPLETE;
}

enum ow_object_what ow_object_line(struct ow_object *o, struct ow_str line, size_t number)
{
	static const char *const begins[] = { "{", "[{", "},{", "}, {", ",{" };
	static const char *const ends[] = { "}", "},", "}]", "}]}" };
	struct ow_str s = ow_str_trim(line);

	if (o->again)
		(void)begin(o);
	if (s.n && s.p[s.n - 1] == '\r')
		s.n--;
	if (is_one_of(s, begins, OW_ARRAY_SIZE(begins)))
		return o->open && s.p[0] == '}' ? end(o, true) : begin(o);
	if (!o->open)
		return OW_OBJECT_NONE;
	if (is_one_of(s, ends, OW_ARRAY_SIZE(ends)))
		return end(o, false);
	/* Room for the feed in front and the brace behind. */
	if ((s.n && !is_inside(s)) || s.n + 2 > sizeof(o->bytes) - o->n) {
		o->open = false;
		return OW_OBJECT_NONE;
	}
	o->bytes[o->n++] = '\n';
	if (is_message(s)) {
		o->number = number;
		o->message = o->n;
	}
	memcpy(o->bytes + o->n, s.p, s.n);
	o->n += s.n;
	return OW_OBJECT_PART;
}

/* The first of these members that is a text. */
static const json_t *member_of(const json_t *object, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (json_is_string(json_object_get(object, names[i])))
			return json_object_get(object, names[i]);
	return NULL;
}

static const json_t *text_of(const json_t *object)
{
	static const char *const names[] = { "message",     "MESSAGE",  "msg",          "log",
					     "line",        "text",     "_raw",         "body",
					     "textPayload", "@message", "short_message" };

	return member_of(object, names, OW_ARRAY_SIZE(names));
}

static const json_t *time_of(const json_t *object)
{
	static const char *const names[] = { "@timestamp", "timestamp", "time", "ts", "_time" };

	return member_of(object, names, OW_ARRAY_SIZE(names));
}

/* A copy of the text without the feeds at its end. */
static struct ow_str put(const json_t *text, char *buffer, size_t size)
{
	size_t n = text ? json_string_length(text) : 0;

	while (n > 0 && json_string_value(text)[n - 1] == '\n')
		n--;
	if (n > size)
		n = 0;
	if (n)
		memcpy(buffer, json_string_value(text), n);
	return (struct ow_str){ buffer, n };
}

bool ow_object_text(struct ow_str line, char *buffer, size_t size, struct ow_str *ret,
		    struct ow_str *ret_time)
{
	json_t *object = json_loadb(line.p, line.n, 0, NULL), *member;
	const json_t *text = text_of(object), *time = time_of(object);
	struct ow_str put_text;
	const char *name;

	json_object_foreach(object, name, member) text = text ? text : text_of(member);
	put_text = put(text, buffer, size);
	if (put_text.n) {
		*ret = put_text;
		*ret_time = put(time, buffer + put_text.n, size - put_text.n);
	}
	json_decref(object);
	return put_text.n > 0;
}
