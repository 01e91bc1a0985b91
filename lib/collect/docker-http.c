/* SPDX-License-Identifier: Apache-2.0 */
/* One question to a container engine, and a bounded answer. */
#include <errno.h>
#include <string.h>

#include "collect/docker-internal.h"

#define CONNECT_MSEC 1000L
#define ANSWER_MSEC  5000L
#define HEADERS_MAX  OW_KIB(64)

struct answer {
	struct ow_docker_bytes body;
	size_t headers;
};

int ow_docker_bytes_add(struct ow_docker_bytes *bytes, const char *p, size_t n)
{
	size_t room = bytes->room ? bytes->room : OW_KIB(16);

	if (n > bytes->max - bytes->n)
		return bytes->error = -EFBIG;
	while (room < bytes->n + n)
		room *= 2;
	if (room > bytes->room) {
		char *more = ow_alloc(bytes->arena, room, 1);

		if (!more)
			return bytes->error = -ENOMEM;
		if (bytes->n)
			memcpy(more, bytes->p, bytes->n);
		bytes->p = more;
		bytes->room = room;
	}
	memcpy(bytes->p + bytes->n, p, n);
	bytes->n += n;
	return 0;
}

static size_t take_header(char *bytes, size_t size, size_t n, void *arg)
{
	struct answer *answer = arg;

	(void)bytes;
	answer->headers += size * n;
	if (answer->headers <= HEADERS_MAX)
		return size * n;
	answer->body.error = -EFBIG;
	return 0;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct answer *answer = arg;

	return ow_docker_bytes_add(&answer->body, bytes, size * n) < 0 ? 0 : size * n;
}

static int explain(CURL *curl, const struct ow_docker_engine *engine, const struct answer *answer,
		   CURLcode code, struct ow_err *err)
{
	long os = 0;

	if (answer->body.error == -EFBIG)
		return ow_fail(err, EFBIG, "the answer of the container engine at %s is too large",
			       engine->name);
	if (answer->body.error == -ENOMEM || code == CURLE_OUT_OF_MEMORY)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return ow_fail(err, ETIMEDOUT,
			       "the container engine at %s gave no answer within %ld s",
			       engine->name, ANSWER_MSEC / 1000);
	if (code == CURLE_COULDNT_CONNECT) {
		(void)curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &os);
		if (os == EACCES || os == EPERM)
			return ow_fail(err, EACCES,
				       "cannot ask the container engine at %s: permission denied; "
				       "use sudo, or join the group docker",
				       engine->name);
		return ow_fail(err, ENOENT, "no container engine answers at %s: %s", engine->name,
			       os ? strerror((int)os) : curl_easy_strerror(code));
	}
	return ow_fail(err, EPROTO, "cannot ask the container engine at %s: %s", engine->name,
		       curl_easy_strerror(code));
}

int ow_docker_get(CURL *curl, const struct ow_docker_engine *engine, const char *path,
		  struct ow_arena *arena, long *ret_status, struct ow_str *ret, struct ow_err *err)
{
	struct answer answer = { .body = { .arena = arena, .max = OW_DOCKER_ANSWER_MAX } };
	const char *url = ow_printf(arena, "%s%s", engine->url, path);
	CURLcode code;
	long status;

	if (!url)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	curl_easy_reset(curl);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, engine->socket);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "oomwhy/" OW_VERSION);
	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MSEC);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, ANSWER_MSEC);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
	(void)curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);

	code = curl_easy_perform(curl);
	if (code != CURLE_OK)
		return explain(curl, engine, &answer, code, err);
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	*ret_status = status;
	*ret = (struct ow_str){ answer.body.p ? answer.body.p : "", answer.body.n };
	return 0;
}
