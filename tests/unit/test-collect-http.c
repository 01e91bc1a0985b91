/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/time.h"
#include "unit.h"

/* A server on a port of its own that gives one answer to one question. */
struct server {
	const char *answer;
	size_t repeat; /* the body, so many times more */
	bool hang;
	int listener;
	char asked[4096];
	pthread_t thread;
};

static void *serve(void *arg)
{
	struct server *server = arg;
	const int fd = accept(server->listener, NULL, NULL);
	const char *body = strstr(server->answer, "\r\n\r\n");

	(void)recv(fd, server->asked, sizeof(server->asked) - 1, 0);
	(void)send(fd, server->answer, strlen(server->answer), MSG_NOSIGNAL);
	for (size_t i = 0; i < server->repeat; i++)
		if (send(fd, body + 4, strlen(body + 4), MSG_NOSIGNAL) < 0)
			break;
	if (server->hang)
		(void)recv(fd, server->asked, 1, 0); /* until the client gives up */
	(void)close(fd);
	return NULL;
}

static char *start(struct server *server, struct ow_arena *arena, const char *path)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(address);

	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, n), 0);
	assert_int_equal(listen(server->listener, 1), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &n), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, serve, server), 0);
	return ow_printf(arena, "http://user:secret@127.0.0.1:%d%s", ntohs(address.sin_port), path);
}

static void stop(struct server *server)
{
	(void)pthread_join(server->thread, NULL);
	(void)close(server->listener);
}

static void a_body_is_written_to_the_file(void **state)
{
	struct server server = { .answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" };
	const char *url = start(&server, *state, "/debug/pprof/heap?gc=1");
	const int fd = memfd_create("body", MFD_CLOEXEC);
	char text[16] = "";

	assert_int_equal(ow_http_get(url, 10 * OW_USEC_PER_SEC, fd, NULL), 0);
	stop(&server);
	assert_int_equal(pread(fd, text, sizeof(text), 0), 5);
	assert_string_equal(text, "hello");
	assert_non_null(strstr(server.asked, "GET /debug/pprof/heap?gc=1 HTTP"));
	(void)close(fd);
}

static void what_is_no_profile_is_said_without_secrets(void **state)
{
	static const struct {
		const char *answer;
		int error;
		const char *says;
		size_t repeat;
		bool hang;
	} rows[] = {
		{ "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\nno such page\n", -EPROTO,
		  "status 404: no such page", 0, false },
		{ "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n"
		  "Content-Length: 0\r\n\r\n",
		  -EPROTO, "elsewhere", 0, false },
		{ "nonsense\r\n\r\n", -EPROTO, "cannot get", 0, false },
		{ "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx", -ETIMEDOUT, "in time", 0,
		  true },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		struct server server = { .answer = rows[i].answer, .hang = rows[i].hang };
		const char *url = start(&server, *state, "/p?token=secret");
		const int fd = memfd_create("body", MFD_CLOEXEC);
		struct ow_err err = { "" };

		assert_int_equal(ow_http_get(url, OW_USEC_PER_SEC, fd, &err), rows[i].error);
		stop(&server);
		if (!strstr(err.text, rows[i].says))
			fail_msg("'%s' lacks '%s'", err.text, rows[i].says);
		assert_non_null(strstr(err.text, "127.0.0.1"));
		assert_null(strstr(err.text, "secret"));
		assert_null(strstr(err.text, "user"));
		(void)close(fd);
	}
}

static void a_body_without_end_is_refused(void **state)
{
	static char answer[OW_KIB(64)] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
	struct server server = { .answer = answer, .repeat = 5000 };
	const int fd = memfd_create("body", MFD_CLOEXEC);
	struct ow_err err;

	memset(answer + strlen(answer), 'x', sizeof(answer) - strlen(answer) - 1);
	assert_int_equal(ow_http_get(start(&server, *state, "/"), 60 * OW_USEC_PER_SEC, fd, &err),
			 -EFBIG);
	stop(&server);
	assert_non_null(strstr(err.text, "larger than 256 MiB"));
	(void)close(fd);
}

static void nobody_there_is_said(void **state)
{
	struct server server = { .answer = "" };
	const char *url = start(&server, *state, "/");
	struct ow_err err;
	int r;

	(void)shutdown(server.listener, SHUT_RDWR);
	stop(&server);
	r = ow_http_get(url, OW_USEC_PER_SEC, -1, &err);
	assert_int_equal(r, -ECONNREFUSED);
}

static void addresses_are_those_of_pprof(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
		const char *url, *name; /* NULL: it is none */
	} rows[] = {
		{ "http://h:6060/debug/pprof/allocs", 0, "http://h:6060/debug/pprof/allocs",
		  "http://h:6060/debug/pprof/allocs" },
		{ "localhost:6060", 0, "http://localhost:6060/debug/pprof/heap",
		  "http://localhost:6060/debug/pprof/heap" },
		{ "http://h/", 0, "http://h/debug/pprof/heap", "http://h/debug/pprof/heap" },
		{ "https://u:p@h/x?t=1", 30, "https://u:p@h/x?t=1&seconds=30", "https://h/x" },
		{ "[::1]:6060/x", 0, "http://[::1]:6060/x", "http://[::1]:6060/x" },
		{ "heap.pb.gz", 0, NULL, NULL },
		{ "dir/heap:1", 0, NULL, NULL },
		{ "/heap:1", 0, NULL, NULL },
		{ "heap:now", 0, NULL, NULL },
		{ "heap:99999", 0, NULL, NULL },
		{ "ftp://h/x", 0, NULL, NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(rows); i++) {
		char *url = NULL, *name = NULL;
		const int r =
			ow_http_profile_url(rows[i].text, rows[i].seconds, *state, &url, &name);

		assert_int_equal(r, rows[i].url ? 0 : -EINVAL);
		if (!rows[i].url)
			continue;
		assert_string_equal(url, rows[i].url);
		assert_string_equal(name, rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_body_is_written_to_the_file),
		UNIT(what_is_no_profile_is_said_without_secrets),
		UNIT(a_body_without_end_is_refused),
		UNIT(nobody_there_is_said),
		UNIT(addresses_are_those_of_pprof),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
