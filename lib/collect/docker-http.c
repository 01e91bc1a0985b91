/* SPDX-License-Identifier: Apache-2.0 */
/* One question to a container engine, and a bounded answer. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "collect/docker-internal.h"

#define CONNECT_MSEC 1000L
#define HEADERS_MAX  OW_KIB(64)

struct answer {
	CURL *curl;
	ow_docker_take_fn *take;
	void *arg;
	size_t headers;
	int error;
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
	answer->error = -EFBIG;
	return 0;
}

static size_t take_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct answer *answer = arg;
	long status = 0;

	(void)curl_easy_getinfo(answer->curl, CURLINFO_RESPONSE_CODE, &status);
	answer->error = answer->take(answer->arg, status, bytes, size * n);
	return answer->error < 0 ? 0 : size * n;
}

static int explain(CURL *curl, const struct ow_docker_engine *engine, const struct answer *answer,
		   CURLcode code, struct ow_err *err)
{
	long os = 0;

	if (answer->error == -EFBIG)
		return ow_fail(err, EFBIG, "the answer of the container engine at %s is too large",
			       engine->name);
	if (answer->error == -EBADMSG)
		return ow_fail(err, EBADMSG, "the answer of the container engine at %s is no JSON",
			       engine->name);
	if (answer->error < 0 || code == CURLE_OUT_OF_MEMORY)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	if (code == CURLE_ABORTED_BY_CALLBACK)
		return ow_fail(err, ECANCELED, "the container engine at %s was not waited for",
			       engine->name);
	if (code == CURLE_OPERATION_TIMEDOUT)
		return ow_fail(err, ETIMEDOUT,
			       "the container engine at %s gave no answer within %d s",
			       engine->name, (int)(OW_DOCKER_ENGINE_USEC / OW_USEC_PER_SEC));
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

static int64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

/* How long this question may take; 0 when the time is used up. */
static long time_left(const struct ow_docker *docker, const struct ow_docker_engine *engine)
{
	int64_t left = OW_DOCKER_ENGINE_USEC - engine->waited_usec;

	if (OW_DOCKER_ENGINES_USEC - docker->waited_usec < left)
		left = OW_DOCKER_ENGINES_USEC - docker->waited_usec;
	return left > 1000 ? (long)(left / 1000) : 0;
}

static int take_progress(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_put,
			 curl_off_t put)
{
	const struct ow_docker *docker = arg;

	(void)to_get;
	(void)got;
	(void)to_put;
	(void)put;
	return docker->wait(docker->wait_arg) < 0;
}

/* As long as something comes. */
static void prepare_stream(struct ow_docker *docker)
{
	CURL *curl = docker->curl;

	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MSEC);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 0L);
	if (docker->silence_sec) {
		(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
		(void)curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, docker->silence_sec);
	}
	if (docker->wait) {
		(void)curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
		(void)curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, take_progress);
		(void)curl_easy_setopt(curl, CURLOPT_XFERINFODATA, docker);
	}
}

static void prepare(CURL *curl, const struct ow_docker_engine *engine, const char *url, long msec)
{
	const struct ow_docker_tls *tls = &engine->tls;

	curl_easy_reset(curl);
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
	(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, engine->socket);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, tls->on ? "https" : "http");
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "oomwhy/" OW_VERSION);
	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
			       msec < CONNECT_MSEC ? msec : CONNECT_MSEC);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, msec);
	if (tls->ca)
		(void)curl_easy_setopt(curl, CURLOPT_CAINFO, tls->ca);
	if (tls->cert) {
		(void)curl_easy_setopt(curl, CURLOPT_SSLCERT, tls->cert);
		(void)curl_easy_setopt(curl, CURLOPT_SSLKEY, tls->key);
	}
	if (tls->insecure) {
		(void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
		(void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

int ow_docker_get(struct ow_docker *docker, struct ow_docker_engine *engine, const char *path,
		  ow_docker_take_fn *take, void *arg, long *ret_status, struct ow_err *err)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(OW_KIB(64));
	struct answer answer = { .curl = docker->curl, .take = take, .arg = arg };
	const char *url = scratch ? ow_printf(scratch, "%s%s", engine->url, path) : NULL;
	const int64_t began = now_usec();
	long msec = time_left(docker, engine), status;
	int64_t waited;
	CURLcode code;

	if (!url)
		return ow_fail(err, ENOMEM, "cannot ask the container engine at %s: %m",
			       engine->name);
	if (msec == 0)
		return ow_fail(err, ETIMEDOUT,
			       "the container engine at %s was not asked: all have taken too long",
			       engine->name);
	prepare(docker->curl, engine, url, msec);
	if (docker->streams)
		prepare_stream(docker);
	(void)curl_easy_setopt(docker->curl, CURLOPT_HEADERFUNCTION, take_header);
	(void)curl_easy_setopt(docker->curl, CURLOPT_HEADERDATA, &answer);
	(void)curl_easy_setopt(docker->curl, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(docker->curl, CURLOPT_WRITEDATA, &answer);

	code = curl_easy_perform(docker->curl);
	waited = docker->streams ? 0 : now_usec() - began;
	engine->waited_usec += waited;
	docker->waited_usec += waited;
	if (code != CURLE_OK)
		return explain(docker->curl, engine, &answer, code, err);
	(void)curl_easy_getinfo(docker->curl, CURLINFO_RESPONSE_CODE, &status);
	*ret_status = status;
	return 0;
}
