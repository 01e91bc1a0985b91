/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_ENGINE_H
#define OW_TESTS_ENGINE_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect/docker.h"
#include "folder.h"
#include "unit.h"

/* Container engines that answer well, badly and not at all: real servers on sockets of the test's.
 */

#define ID      "a0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"
#define INSPECT "collect/docker-inspect/input"

/* What an engine does with a question. */
struct behaviour {
	const char *version;                      /* the body of the answer to GET /version */
	const char *path;                         /* of the one container that it knows */
	const char *inspect;                      /* its body; NULL is the fixture */
	const char *list, *events;                /* bodies; NULL: it does not know how */
	void (*answer)(int fd, const char *path); /* instead of all that */
};

static const char version_20[] =
	"{\"Components\":[{\"Name\":\"Engine\"}],\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";
static const char version_podman[] =
	"{\"Components\":[{\"Name\":\"Podman Engine\"}],\"ApiVersion\":\"1.41\","
	"\"MinAPIVersion\":\"1.24\"}";

static const struct behaviour docker_20 = { version_20, "/v1.41/containers/leaky/json" };

static inline void say(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return; /* the other side has had enough */
		text += sent;
		n -= (size_t)sent;
	}
}

static inline void reply(int fd, unsigned status, const char *body, size_t n)
{
	char head[200];
	int length = snprintf(head, sizeof(head),
			      "HTTP/1.1 %u Whatever\r\nContent-Type: application/json\r\n"
			      "Content-Length: %zu\r\nConnection: close\r\n\r\n",
			      status, n);

	say(fd, head, (size_t)length);
	say(fd, body, n);
}

/* The path of "GET /version HTTP/1.1"; only GET is ever asked. */
static inline bool read_path(int fd, char path[static 2048])
{
	static const char get[] = "GET ";
	char request[4096];
	size_t n = 0;
	const char *end;

	for (;;) {
		ssize_t got = recv(fd, request + n, sizeof(request) - 1 - n, 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		request[n] = '\0';
		if (request[0] == 0x16) /* TLS, which is not spoken here */
			return false;
		if (strstr(request, "\r\n\r\n"))
			break;
	}
	end = strchr(request + strlen(get), ' ');
	if (strncmp(request, get, strlen(get)) != 0 || !end)
		abort();
	(void)snprintf(path, 2048, "%.*s", (int)(end - request - (int)strlen(get)),
		       request + strlen(get));
	return true;
}

static inline void serve(int fd, const struct behaviour *b, struct ow_str fixture)
{
	static const char unknown[] = "{\"message\":\"No such container: x\"}";
	char path[2048];

	if (!read_path(fd, path))
		return;
	if (b->answer)
		b->answer(fd, path);
	else if (strcmp(path, "/version") == 0)
		reply(fd, 200, b->version, strlen(b->version));
	else if (b->list && strstr(path, "/containers/json?all=1"))
		reply(fd, 200, b->list, strlen(b->list));
	else if (b->events && strstr(path, "/events?since=0&until="))
		reply(fd, 200, b->events, strlen(b->events));
	else if (!b->path || strcmp(path, b->path) != 0)
		reply(fd, 404, unknown, strlen(unknown));
	else if (b->inspect)
		reply(fd, 200, b->inspect, strlen(b->inspect));
	else
		reply(fd, 200, fixture.p, fixture.n);
}

/* An engine in a process of its own; ends with the test. */
struct engine {
	pid_t pid;
	char path[108];
	char host[128];
};

static inline void start_on(struct engine *e, int listener, const struct behaviour *b,
			    struct ow_arena *arena)
{
	struct ow_str fixture = unit_fixture(arena, INSPECT);

	assert_int_equal(listen(listener, 8), 0);
	e->pid = fork();
	assert_true(e->pid >= 0);
	if (e->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;) {
			int fd = accept(listener, NULL, NULL);

			serve(fd, b, fixture);
			(void)shutdown(fd, SHUT_WR);
			(void)close(fd);
		}
	}
	assert_int_equal(close(listener), 0);
}

static inline void start(struct engine *e, const char *path, const struct behaviour *b,
			 struct ow_arena *arena)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(listener >= 0);
	(void)snprintf(e->path, sizeof(e->path), "%s", path);
	(void)snprintf(e->host, sizeof(e->host), "unix://%s", path);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	start_on(e, listener, b, arena);
}

static inline void stop(struct engine *e)
{
	if (e->pid > 0) {
		(void)kill(e->pid, SIGKILL);
		(void)waitpid(e->pid, NULL, 0);
	}
}

/* An engine on a socket in a folder, both of which go with the test. */
#define ENGINE(name, behaviour)                     \
	FOLDER(name##_folder);                      \
	ow_scoped(stop) struct engine name = { 0 }; \
	start(&name, ow_printf(*state, "%s/docker.sock", name##_folder), behaviour, *state)

/* Opens, asks for one container, and closes. */
static inline int inspect(struct ow_arena *arena, const char *host, const char *name,
			  struct ow_evidence *ret, struct ow_err *err)
{
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
	int r;

	*ret = (struct ow_evidence){ 0 };
	*err = (struct ow_err){ "" };
	r = ow_docker_open(host, &docker, err);
	return r < 0 ? r : ow_docker_inspect(docker, name, arena, ret, err);
}

#endif
