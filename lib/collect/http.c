/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/http.h"

#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/scan.h"

#define CONNECT_MSEC 5000L
#define WORD_MAX     120 /* of what a server says of an error */

static void curl_cleanupp(CURL **curl)
{
	curl_easy_cleanup(*curl);
}

static void url_cleanupp(CURLU **url)
{
	curl_url_cleanup(*url);
}

static void curl_freep(char **text)
{
	curl_free(*text);
}

/* What was got, and how it began, for messages. */
struct body {
	CURL *curl;
	int fd;
	size_t n;
	int error;
	char begin[WORD_MAX];
	size_t n_begin;
};

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		const ssize_t wrote = write(fd, p, n);

		if (wrote < 0 && errno == EINTR)
			continue;
		if (wrote < 0)
			return -errno;
		p += wrote;
		n -= (size_t)wrote;
	}
	return 0;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct body *body = arg;
	const size_t room = sizeof(body->begin) - body->n_begin;
	const size_t begin = size * n < room ? size * n : room;

	memcpy(body->begin + body->n_begin, bytes, begin);
	body->n_begin += begin;
	body->n += size * n;
	if (body->n > OW_HTTP_BODY_MAX)
		body->error = -EFBIG;
	else
		body->error = write_all(body->fd, bytes, size * n);
	return body->error < 0 ? 0 : size * n;
}

/* The address without user, password and query. NULL: it is none, or there is no memory. */
static char *shown(const char *address, struct ow_arena *arena)
{
	ow_scoped(url_cleanupp) CURLU *url = curl_url();
	ow_scoped(curl_freep) char *text = NULL;

	if (!url || curl_url_set(url, CURLUPART_URL, address, 0) != CURLUE_OK)
		return NULL;
	(void)curl_url_set(url, CURLUPART_USER, NULL, 0);
	(void)curl_url_set(url, CURLUPART_PASSWORD, NULL, 0);
	(void)curl_url_set(url, CURLUPART_QUERY, NULL, 0);
	(void)curl_url_set(url, CURLUPART_FRAGMENT, NULL, 0);
	if (curl_url_get(url, CURLUPART_URL, &text, 0) != CURLUE_OK)
		return NULL;
	return ow_printf(arena, "%s", text);
}

static int explain(const struct body *body, const char *name, CURLcode code, struct ow_err *err)
{
	long os = 0;

	if (body->error == -EFBIG)
		return ow_fail(err, EFBIG, "what '%s' sends is larger than %zu MiB", name,
			       OW_HTTP_BODY_MAX >> 20);
	if (body->error < 0)
		return ow_fail(err, -body->error, "cannot keep what '%s' sends: %m", name);
	(void)curl_easy_getinfo(body->curl, CURLINFO_OS_ERRNO, &os);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return ow_fail(err, ETIMEDOUT, "'%s' did not send all in time", name);
	if (code == CURLE_COULDNT_CONNECT)
		return ow_fail(err, os ? (int)os : ECONNREFUSED, "cannot connect to '%s': %m",
			       name);
	return ow_fail(err, code == CURLE_OUT_OF_MEMORY ? ENOMEM : EPROTO, "cannot get '%s': %s",
		       name, curl_easy_strerror(code));
}

static int explain_status(const struct body *body, const char *name, long status,
			  struct ow_err *err)
{
	struct ow_str begin = { body->begin, body->n_begin }, line = { "", 0 };

	(void)ow_scan_line(&begin, &line);
	line = ow_str_trim(line);
	if (status / 100 == 3)
		return ow_fail(err, EPROTO,
			       "'%s' says that it is elsewhere (status %ld): give that address",
			       name, status);
	return ow_fail(err, EPROTO, "'%s' answers with status %ld%s%.*s", name, status,
		       line.n ? ": " : "", (int)line.n, line.p);
}

static CURLcode perform(const char *url, int64_t timeout_usec, struct body *body)
{
	CURL *curl = body->curl;

	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	(void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "oomwhy/" OW_VERSION);
	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MSEC);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(timeout_usec / 1000));
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	return curl_easy_perform(curl);
}

int ow_http_get(const char *url, int64_t timeout_usec, int fd, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_KIB(64));
	ow_scoped(curl_cleanupp) CURL *curl = curl_easy_init();
	struct body body = { .curl = curl, .fd = fd };
	const char *name = arena ? shown(url, arena) : NULL;
	long status = 0;
	CURLcode code;

	if (!curl || !arena)
		return ow_fail(err, ENOMEM, "cannot get a profile from a server: %m");
	if (!name)
		return ow_fail(err, EINVAL, "this is no address of a server");
	code = perform(url, timeout_usec, &body);
	if (code != CURLE_OK)
		return explain(&body, name, code, err);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200 ? 0 : explain_status(&body, name, status, err);
}

/* "localhost:6060/debug/pprof/heap": a host with a port, and no file. */
static bool is_host(const char *text)
{
	struct ow_str s = ow_str(text), host;
	uint64_t port;

	if (s.n && s.p[0] == '/')
		return false;
	if (ow_scan_char(&s, '[')) {
		if (!ow_scan_until(&s, "]:", &host))
			return false;
	} else if (!ow_scan_until(&s, ":", &host) || memchr(host.p, '/', host.n)) {
		return false;
	}
	return ow_scan_u64(&s, &port) && port > 0 && port <= UINT16_MAX &&
	       (s.n == 0 || s.p[0] == '/' || s.p[0] == '?');
}

static bool set(CURLU *url, CURLUPart part, const char *value, unsigned flags)
{
	return curl_url_set(url, part, value, flags) == CURLUE_OK;
}

int ow_http_profile_url(const char *text, int64_t seconds, struct ow_arena *arena, char **ret_url,
			char **ret_name)
{
	ow_scoped(url_cleanupp) CURLU *url = curl_url();
	ow_scoped(curl_freep) char *path = NULL, *whole = NULL;
	struct ow_str s = ow_str(text);
	char query[48], *address, *name;

	if (!url)
		return -ENOMEM;
	if (!ow_scan_lit(&s, "http://") && !ow_scan_lit(&s, "https://")) {
		if (!is_host(text))
			return -EINVAL;
		text = ow_printf(arena, "http://%s", text);
	}
	if (!text || !set(url, CURLUPART_URL, text, 0))
		return text ? -EINVAL : -ENOMEM;
	if (curl_url_get(url, CURLUPART_PATH, &path, 0) == CURLUE_OK && strcmp(path, "/") == 0)
		(void)set(url, CURLUPART_PATH, "/debug/pprof/heap", 0);
	if (seconds > 0) {
		(void)snprintf(query, sizeof(query), "seconds=%" PRId64, seconds);
		(void)set(url, CURLUPART_QUERY, query, CURLU_APPENDQUERY);
	}
	if (curl_url_get(url, CURLUPART_URL, &whole, 0) != CURLUE_OK)
		return -EINVAL;
	address = ow_printf(arena, "%s", whole);
	name = address ? shown(address, arena) : NULL;
	if (!name)
		return -ENOMEM;
	*ret_url = address;
	*ret_name = name;
	return 0;
}
