/* SPDX-License-Identifier: Apache-2.0 */
/* Asks engines of its own, which answer well, badly and not at all. */
#include "collect/docker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "folder.h"
#include "read/container.h"
#include "unit.h"

#define ID      "a0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"
#define INSPECT "collect/docker-inspect/input"
#define SECRET  "hunter2"

/* What an engine does with a question. */
struct behaviour {
	const char *version;                      /* the body of the answer to GET /version */
	const char *path;                         /* of the one container that it knows */
	const char *inspect;                      /* its body; NULL is the fixture */
	void (*answer)(int fd, const char *path); /* instead of all that */
};

static const char version_20[] =
	"{\"Components\":[{\"Name\":\"Engine\"}],\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";
static const char version_podman[] =
	"{\"Components\":[{\"Name\":\"Podman Engine\"}],\"ApiVersion\":\"1.41\","
	"\"MinAPIVersion\":\"1.24\"}";

static const struct behaviour docker_20 = { version_20, "/v1.41/containers/leaky/json" };

static void say(int fd, const char *text, size_t n)
{
	while (n) {
		ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);

		if (sent <= 0)
			return; /* the other side has had enough */
		text += sent;
		n -= (size_t)sent;
	}
}

static void reply(int fd, unsigned status, const char *body, size_t n)
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
static bool read_path(int fd, char path[static 512])
{
	static const char get[] = "GET ";
	char request[2048];
	size_t n = 0;
	const char *end;

	for (;;) {
		ssize_t got = recv(fd, request + n, sizeof(request) - 1 - n, 0);

		if (got <= 0)
			return false;
		n += (size_t)got;
		request[n] = '\0';
		if (strstr(request, "\r\n\r\n"))
			break;
	}
	end = strchr(request + strlen(get), ' ');
	if (strncmp(request, get, strlen(get)) != 0 || !end)
		abort();
	(void)snprintf(path, 512, "%.*s", (int)(end - request - (int)strlen(get)),
		       request + strlen(get));
	return true;
}

static void serve(int fd, const struct behaviour *b, struct ow_str fixture)
{
	static const char unknown[] = "{\"message\":\"No such container: x\"}";
	char path[512];

	if (!read_path(fd, path))
		return;
	if (b->answer)
		b->answer(fd, path);
	else if (strcmp(path, "/version") == 0)
		reply(fd, 200, b->version, strlen(b->version));
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

static void start_on(struct engine *e, int listener, const struct behaviour *b,
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

static void start(struct engine *e, const char *path, const struct behaviour *b,
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

static void stop(struct engine *e)
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

static int inspect(struct ow_arena *arena, const char *host, const char *name,
		   struct ow_evidence *ret, struct ow_err *err)
{
	*ret = (struct ow_evidence){ 0 };
	*err = (struct ow_err){ "" };
	return ow_docker_inspect(host, name, arena, ret, err);
}

static void a_container_is_found_by_name_and_by_id(void **state)
{
	static const char *const ids[] = { ID, "a0194405b76a" };
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &docker_20);

	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
	assert_string_equal(file.path, "docker/" ID ".json");
	assert_string_equal(file.source, "docker inspect leaky");
	assert_true(file.time_usec > INT64_C(1700000000000000));
	assert_true(ow_str_has(file.bytes, "\"OOMKilled\": true,\n"));
	assert_int_equal(inspect(*state, engine.path, "/leaky", &file, &err), 0);

	for (size_t i = 0; i < OW_ARRAY_SIZE(ids); i++) {
		const struct behaviour b = {
			version_20, ow_printf(*state, "/v1.41/containers/%s/json", ids[i])
		};
		ENGINE(other, &b);

		assert_int_equal(inspect(*state, other.host, ids[i], &file, &err), 0);
		assert_string_equal(file.path, "docker/" ID ".json");
	}
}

static void what_is_collected_is_understood_by_its_reader(void **state)
{
	struct ow_container container;
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &docker_20);

	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
	assert_int_equal(ow_container_read(file.bytes, file.path, *state, &container, &err), 0);
	assert_string_equal(container.id, ID);
	assert_string_equal(container.name, "leaky");
	assert_string_equal(container.image, "oomwhy-eat");
	assert_string_equal(container.cgroup_parent, "/oomwhy-f");
	assert_true(container.have & OW_CONTAINER_FINISHED && container.oom_killed);
	assert_int_equal(container.limit_bytes, OW_MIB(64));
}

static void the_newest_version_that_both_speak_is_used(void **state)
{
	static const struct {
		const char *speaks, *least, *used;
	} cases[] = {
		{ "1.41", "1.12", "1.41" }, /* 20.10 */
		{ "1.52", "1.44", "1.52" }, /* 29 */
		{ "1.60", "1.44", "1.52" }, /* newer than this */
		{ "2.1", "2.0", "2.0" },    /* much newer: its oldest is the nearest */
		{ "1.9", "1.2", "1.9" },    /* a number, not a text */
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct behaviour b = {
			ow_printf(*state, "{\"ApiVersion\":\"%s\",\"MinAPIVersion\":\"%s\"}",
				  cases[i].speaks, cases[i].least),
			ow_printf(*state, "/v%s/containers/leaky/json", cases[i].used),
		};
		struct ow_evidence file;
		struct ow_err err;
		ENGINE(engine, &b);

		assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
	}
}

static void no_secret_gets_past(void **state)
{
	static const char *const kept[] = {
		"\"Name\": \"/leaky\"",     "\"Image\": \"oomwhy-eat\"",
		"\"DB_PASSWORD=redacted\"", "\"GOGC=redacted\"",
		"\"http_proxy=redacted\"",  "\"team\": \"redacted\"",
		"\"Memory\": 67108864",     "\"CgroupParent\": \"/oomwhy-f\"",
		"\"ExitCode\": 137",        "\"FinishedAt\": \"2026-11-20T08:27:44.90732597Z\"",
		"\"Cgroup\": \"\"",         "\"Path\": \"/bin/eat\"",
	};
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &docker_20);

	assert_true(ow_str_has(unit_fixture(*state, INSPECT), SECRET));
	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
	assert_false(ow_str_has(file.bytes, SECRET));
	for (size_t i = 0; i < OW_ARRAY_SIZE(kept); i++)
		assert_true(ow_str_has(file.bytes, kept[i]));
}

/* What a later version adds may be a secret, too; and so may a key that looks like a way. */
static void texts_that_nobody_knows_are_redacted(void **state)
{
	static const struct behaviour b = {
		version_20, "/v1.41/containers/leaky/json",
		"{\"Id\":\"" ID "\",\"Name\":\"/leaky\",\"New\":\"" SECRET "\","
		"\"State\":{\"Error\":\"" SECRET "\",\"Status\":{\"Status\":\"" SECRET "\"}},"
		"\"Config\":{\"Labels\":{\"State.Status\":\"" SECRET "\",\"Name\":\"" SECRET "\"},"
		"\"Env\":[\"" SECRET "\",\"A=B=" SECRET "\"]},"
		"\"State.Status\":\"" SECRET "\",\"List\":[[{\"Id\":\"" SECRET "\"}]]}"
	};
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
	assert_false(ow_str_has(file.bytes, SECRET));
	assert_true(ow_str_has(file.bytes, "\"A=redacted\""));
}

static void answer_garbage(int fd, const char *path)
{
	static const char garbage[] = "\0\377\376 SSH-2.0-OpenSSH_9.2\r\n\r\n";

	(void)path;
	say(fd, garbage, sizeof(garbage));
}

static void answer_page(int fd, const char *path)
{
	static const char page[] = "<html>Welcome</html>";

	(void)path;
	reply(fd, 200, page, strlen(page));
}

static void answer_nothing(int fd, const char *path)
{
	(void)fd, (void)path;
}

static void answer_gigabyte(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	static const char chunk[65536 + 2] = "10000\r\n";

	if (strcmp(path, "/version") == 0) {
		reply(fd, 200, version_20, strlen(version_20));
		return;
	}
	say(fd, head, strlen(head));
	for (size_t i = 0; i < 16384; i++) {
		say(fd, "10000\r\n", 7);
		say(fd, chunk, 65536);
		say(fd, "\r\n", 2);
	}
}

static void answer_headers(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n";

	(void)path;
	say(fd, head, strlen(head));
	for (size_t i = 0; i < 100000; i++)
		say(fd, "X-More: and more\r\n", 18);
}

static void answer_error(int fd, const char *path)
{
	static const char body[] = "{\"message\":\"no space\\u001b[31m left\"}";

	if (strcmp(path, "/version") == 0)
		reply(fd, 200, version_20, strlen(version_20));
	else
		reply(fd, 500, body, strlen(body));
}

/* Little text that would be gigabytes when each level is indented. */
static void answer_depth(int fd, const char *path)
{
	static const char head[] = "{\"Id\":\"" ID "\",\"Name\":\"/leaky\",\"X\":";
	static char body[OW_MIB(2)];
	size_t n = strlen(head);

	if (strcmp(path, "/version") == 0) {
		reply(fd, 200, version_20, strlen(version_20));
		return;
	}
	memcpy(body, head, n);
	memset(body + n, '[', 1500);
	n += 1500;
	while (n < sizeof(body) - 4000) {
		memcpy(body + n, "0,", 2);
		n += 2;
	}
	body[n++] = '0';
	memset(body + n, ']', 1500);
	n += 1500;
	body[n++] = '}';
	reply(fd, 200, body, n);
}

static void answer_other(int fd, const char *path)
{
	static const char body[] =
		"{\"Id\":\"b0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2\","
		"\"Name\":\"/other\"}";

	if (strcmp(path, "/version") == 0)
		reply(fd, 200, version_20, strlen(version_20));
	else
		reply(fd, 200, body, strlen(body));
}

static void bad_answers_end_in_a_clear_error(void **state)
{
	static const struct {
		void (*answer)(int fd, const char *path);
		int error;
		const char *text;
	} cases[] = {
		{ answer_garbage, -EPROTO, "cannot ask the container engine" },
		{ answer_page, -EPROTO, "is no container engine" },
		{ answer_nothing, -EPROTO, "cannot ask the container engine" },
		{ answer_gigabyte, -EFBIG, "too large" },
		{ answer_headers, -EFBIG, "too large" },
		{ answer_error, -EPROTO, "answered with status 500: no space?[31m left" },
		{ answer_depth, -EFBIG, "cannot keep the answer" },
		{ answer_other, -EBADMSG, "is not about container 'a0194405b76a'" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct behaviour b = { .answer = cases[i].answer };
		struct ow_evidence file;
		struct ow_err err;
		ENGINE(engine, &b);

		assert_int_equal(inspect(*state, engine.host, "a0194405b76a", &file, &err),
				 cases[i].error);
		assert_non_null(strstr(err.text, cases[i].text));
		assert_non_null(strstr(err.text, engine.path));
		assert_null(file.path);
	}
}

static void answer_slowly(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";

	(void)path;
	say(fd, head, strlen(head));
	for (size_t i = 0; i < 1000; i++) {
		say(fd, " ", 1);
		(void)usleep(100000);
	}
}

static void an_answer_that_does_not_end_is_given_up(void **state)
{
	static const struct behaviour b = { .answer = answer_slowly };
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), -ETIMEDOUT);
	assert_non_null(strstr(err.text, "no answer within 5 s"));
}

static void who_is_not_there_is_told_from_who_does_not_know(void **state)
{
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &docker_20);

	assert_int_equal(inspect(*state, engine.host, "other", &file, &err), -ENOENT);
	assert_non_null(strstr(err.text, "knows no container 'other'"));
	assert_int_equal(inspect(*state, engine.host, "../../version", &file, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no container can have the name"));

	stop(&engine);
	engine.pid = 0;
	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no container engine answers"));
	assert_int_equal(unlink(engine.path), 0);
	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), -ENOENT);
	assert_non_null(strstr(err.text, "no container engine answers"));
}

static void hosts_that_cannot_be_asked_are_refused(void **state)
{
	static const struct {
		const char *host;
		int error;
		const char *text;
	} cases[] = {
		{ "ssh://build-1", -EPROTONOSUPPORT, "ssh is not spoken here" },
		{ "npipe:////./pipe/docker_engine", -EINVAL, "is no container engine" },
		{ "unix://docker.sock", -EINVAL, "begins with '/'" },
		{ "tcp://", -EINVAL, "tcp://HOST:PORT" },
		{ "tcp://user@host:2375", -EINVAL, "tcp://HOST:PORT" },
		{ "tcp://host/../x", -EINVAL, "tcp://HOST:PORT" },
		{ "docker.sock", -EINVAL, "is no container engine" },
		{ "unix:///0123456789012345678901234567890123456789012345678901234567890123456789"
		  "0123456789012345678901234567890123456789",
		  -ENAMETOOLONG, "too long" },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_evidence file;
		struct ow_err err;

		assert_int_equal(inspect(*state, cases[i].host, "leaky", &file, &err),
				 cases[i].error);
		assert_non_null(strstr(err.text, cases[i].text));
	}
	assert_int_equal(setenv("DOCKER_TLS_VERIFY", "1", 1), 0);
	{
		struct ow_evidence file;
		struct ow_err err;

		assert_int_equal(inspect(*state, "tcp://127.0.0.1:2376", "leaky", &file, &err),
				 -EPROTONOSUPPORT);
		assert_non_null(strstr(err.text, "TLS is not spoken here"));
	}
	assert_int_equal(unsetenv("DOCKER_TLS_VERIFY"), 0);
}

static void an_engine_on_tcp_is_asked(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(address);
	ow_scoped(stop) struct engine engine = { 0 };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct ow_evidence file;
	struct ow_err err;

	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	start_on(&engine, listener, &docker_20, *state);
	(void)snprintf(engine.host, sizeof(engine.host), "tcp://127.0.0.1:%u",
		       ntohs(address.sin_port));
	/* A proxy for the web is none for the engine. */
	assert_int_equal(setenv("http_proxy", "http://127.0.0.1:9", 1), 0);
	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
	assert_int_equal(unsetenv("http_proxy"), 0);
}

static void the_environment_names_the_engine_unless_the_caller_does(void **state)
{
	static const struct behaviour other = { version_20, "/v1.41/containers/other/json" };
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(named, &docker_20);
	ENGINE(environment, &other);

	assert_int_equal(setenv("DOCKER_HOST", environment.host, 1), 0);
	assert_int_equal(inspect(*state, named.host, "leaky", &file, &err), 0);
	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), -ENOENT);
	assert_non_null(strstr(err.text, environment.host));
	assert_int_equal(unsetenv("DOCKER_HOST"), 0);
}

static void podman_is_asked_when_docker_does_not_know(void **state)
{
	static const struct behaviour empty = { .version = version_20 };
	static const struct behaviour podman = { version_podman, "/v1.41/containers/leaky/json" };
	ow_scoped(stop) struct engine second = { 0 };
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &empty);

	assert_int_equal(mkdir(ow_printf(*state, "%s/podman", engine_folder), 0755), 0);
	start(&second, ow_printf(*state, "%s/podman/podman.sock", engine_folder), &podman, *state);
	assert_int_equal(unsetenv("DOCKER_HOST"), 0);
	assert_int_equal(setenv("XDG_RUNTIME_DIR", engine_folder, 1), 0);
	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), 0);
	assert_string_equal(file.source, "podman inspect leaky");
	assert_int_equal(unsetenv("XDG_RUNTIME_DIR"), 0);
}

/* Runs in a child that is nobody, if it was root. Its exit status says what came. */
static int as_nobody(const char *host)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(16));
	struct ow_evidence file;
	struct ow_err err;

	if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
		return 2;
	if (inspect(arena, host, "leaky", &file, &err) != -EACCES)
		return 3;
	return strstr(err.text, "join the group docker") ? 0 : 4;
}

static void who_may_not_ask_is_told_what_would_help(void **state)
{
	int status;
	pid_t pid;
	ENGINE(engine, &docker_20);

	assert_int_equal(chmod(engine_folder, 0755), 0);
	assert_int_equal(chmod(engine.path, geteuid() == 0 ? 0660 : 0), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(as_nobody(engine.host));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_container_is_found_by_name_and_by_id),
		UNIT(what_is_collected_is_understood_by_its_reader),
		UNIT(the_newest_version_that_both_speak_is_used),
		UNIT(no_secret_gets_past),
		UNIT(texts_that_nobody_knows_are_redacted),
		UNIT(bad_answers_end_in_a_clear_error),
		UNIT(an_answer_that_does_not_end_is_given_up),
		UNIT(who_is_not_there_is_told_from_who_does_not_know),
		UNIT(hosts_that_cannot_be_asked_are_refused),
		UNIT(an_engine_on_tcp_is_asked),
		UNIT(the_environment_names_the_engine_unless_the_caller_does),
		UNIT(podman_is_asked_when_docker_does_not_know),
		UNIT(who_may_not_ask_is_told_what_would_help),
	};

	return cmocka_run_group_tests_name("collect/docker", tests, NULL, NULL);
}
