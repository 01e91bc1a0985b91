/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "render/pprof-dot.h"

/* Which characters are of a name, as \w of a regular expression. */
static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static size_t span_words(struct ow_str s, const char *also)
{
	size_t n = 0;

	while (n < s.n && (is_word(s.p[n]) || (s.p[n] && strchr(also, s.p[n]))))
		n++;
	return n;
}

/* "/v2" up to "/v99": the version in a module's path, before a dot or slash. */
static size_t version_at(struct ow_str s)
{
	size_t n = 2;

	if (s.n < 4 || s.p[0] != '/' || s.p[1] != 'v' || s.p[2] < '1' || s.p[2] > '9')
		return 0;
	while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9')
		n++;
	if (n == 3 && s.p[2] == '1')
		return 0;
	return n < s.n && (s.p[n] == '.' || s.p[n] == '/') ? n : 0;
}

static struct ow_str without_version(struct ow_str name, struct ow_arena *arena)
{
	for (size_t i = 0; i < name.n; i++) {
		const size_t n = version_at(ow_str_skip(name, i));
		char *out;

		if (n == 0 || memchr(name.p, '\n', name.n))
			continue;
		out = ow_alloc(arena, name.n - n + 1, 1);
		if (!out)
			return name;
		memcpy(out, name.p, i);
		memcpy(out + i, name.p + i + n, name.n - i - n);
		return (struct ow_str){ out, name.n - n };
	}
	return name;
}

/* "github.com/a/b.(*T).Method" is "b.(*T).Method". */
static bool cut_go(struct ow_str *name)
{
	struct ow_str s = *name;
	bool any = false;

	for (;;) {
		const size_t n = span_words(s, "-.");

		if (n == 0 || n + 1 >= s.n || s.p[n] != '/')
			break;
		s = ow_str_skip(s, n + 1);
		any = true;
	}
	if (any)
		*name = s;
	return any;
}

/* "<init>", or a method in small letters, perhaps with a number: "run$1". */
static size_t java_method(struct ow_str s)
{
	struct ow_str rest = s;

	if (ow_scan_lit(&rest, "<init>"))
		return 6;
	return s.n && is_lower(s.p[0]) ? span_words(s, "$") : 0;
}

/* "java.util.Map.put(int)" is "Map.put". */
static bool cut_java(struct ow_str *name)
{
	struct ow_str s = *name;
	size_t n, method;

	while (s.n && is_lower(s.p[0])) {
		n = span_words(s, "");
		if (n >= s.n || s.p[n] != '.')
			return false;
		s = ow_str_skip(s, n + 1);
	}
	if (s.n == 0 || !is_upper(s.p[0]))
		return false;
	n = span_words(s, "$");
	if (n >= s.n || s.p[n] != '.')
		return false;
	method = java_method(ow_str_skip(s, n + 1));
	if (method == 0 || (n + 1 + method < s.n && s.p[n + 1 + method] != '('))
		return false;
	*name = (struct ow_str){ s.p, n + 1 + method };
	return true;
}

/* "a::b::Class::Method<int>(char)" is "Class::Method<int>"; a namespace begins with a letter, a
 * class with a capital one. */
static bool cut_cpp(struct ow_str *name)
{
	struct ow_str best = { NULL, 0 }, s = *name;

	for (bool first = true;; first = false) {
		size_t n, under = 0, method;

		while (under < s.n && s.p[under] == '_')
			under++;
		n = span_words(s, "");
		if (!first && under < s.n && is_upper(s.p[under]) && n + 2 < s.n && s.p[n] == ':' &&
		    s.p[n + 1] == ':') {
			struct ow_str rest = ow_str_skip(s, n + 2);
			const size_t tilde = rest.p[0] == '~';

			method = rest.n > tilde && (rest.p[tilde] < '0' || rest.p[tilde] > '9')
					 ? span_words(ow_str_skip(rest, tilde), "")
					 : 0;
			if (method)
				best = (struct ow_str){ s.p, n + 2 + tilde + method };
		}
		if (n == 0 || (s.p[0] >= '0' && s.p[0] <= '9') || n + 2 > s.n || s.p[n] != ':' ||
		    s.p[n + 1] != ':')
			break;
		s = ow_str_skip(s, n + 2);
	}
	if (!best.p)
		return false;
	s = (struct ow_str){ best.p, (size_t)(name->p + name->n - best.p) };
	if (best.n < s.n && s.p[best.n] == '<') { /* its template's arguments, to the last > */
		for (size_t i = s.n; i-- > best.n;) {
			if (s.p[i] == '>') {
				best.n = i + 1;
				break;
			}
		}
	}
	*name = best;
	return true;
}

struct ow_str dot_short_name(struct ow_str name, struct ow_arena *arena)
{
	(void)ow_scan_lit(&name, "(anonymous namespace)::");
	name = without_version(name, arena);
	if (!cut_go(&name) && !cut_java(&name))
		(void)cut_cpp(&name);
	return name;
}
