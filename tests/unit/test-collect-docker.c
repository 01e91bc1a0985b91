/* SPDX-License-Identifier: Apache-2.0 */
/* Asks engines of its own, which answer well, badly and not at all. */
#include "collect/docker.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "engine.h"
#include "read/container.h"
#include "unit.h"

#define SECRET "hunter2"

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

/* Nobody is asked whom the one that was asked names. */
static void answer_redirect(int fd, const char *path)
{
	static const char head[] = "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:9/\r\n"
				   "Content-Length: 0\r\n\r\n";

	(void)path;
	say(fd, head, strlen(head));
}

static void answer_nonsense(int fd, const char *path)
{
	static const char text[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
				   "zz\r\nthis is no chunk\r\n";

	(void)path;
	say(fd, text, strlen(text));
}

static void answer_list(int fd, const char *path)
{
	if (strcmp(path, "/version") == 0)
		reply(fd, 200, version_20, strlen(version_20));
	else
		reply(fd, 200, "[]", 2);
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
		{ answer_redirect, -EPROTO, "answered with status 301" },
		{ answer_nonsense, -EPROTO, "cannot ask the container engine" },
		{ answer_list, -EBADMSG, "is no JSON object" },
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

static void who_was_too_slow_is_not_asked_again(void **state)
{
	static const struct behaviour b = { .answer = answer_slowly };
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
	struct ow_evidence file;
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(ow_docker_open(engine.host, &docker, &err), 0);
	assert_int_equal(ow_docker_inspect(docker, "leaky", *state, &file, &err), -ETIMEDOUT);
	stop(&engine);
	engine.pid = 0;
	for (size_t i = 0; i < 100; i++) {
		err = (struct ow_err){ "" };
		assert_int_equal(ow_docker_inspect(docker, "leaky", *state, &file, &err),
				 -ETIMEDOUT);
		assert_non_null(strstr(err.text, "no answer within 5 s"));
	}
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

#define EVENT(action, more)                                                                     \
	"{\"Type\":\"container\",\"Action\":\"" action "\",\"Actor\":{\"ID\":\"" ID             \
	"\",\"Attributes\":{\"name\":\"leaky\",\"image\":\"eat\",\"token\":\"" SECRET "\"" more \
	"}},\"time\":1795154068,\"timeNano\":1795154068123456789}\n"
#define OTHER "b0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"

static void events_are_lines_without_secrets(void **state)
{
	static const struct behaviour b = {
		.version = version_20,
		.events = "{\"Action\":\"die\",\"Actor\":{\"ID\":\"" OTHER
			  "\",\"Attributes\":{\"name\":\"leaky\"}}}\n"
			  "{\"Action\":\"die\",\"Actor\":{\"ID\":\"" OTHER
			  "\",\"Attributes\":{\"name\":\"leaky-too\"}}}\n" EVENT("oom", "")
				  EVENT("die", ",\"exitCode\":\"137\""),
	};
	static const char *const names[] = { "leaky", ID, "a0194405b76a" };
	ENGINE(engine, &b);

	for (size_t i = 0; i < OW_ARRAY_SIZE(names); i++) {
		ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;
		struct ow_evidence file;
		struct ow_err err;
		struct ow_str line;

		assert_int_equal(ow_docker_open(engine.host, &docker, &err), 0);
		assert_int_equal(ow_docker_events(docker, names[i], *state, &file, &err), 0);
		assert_string_equal(file.path, "docker/" ID ".events.json");
		assert_false(ow_str_has(file.bytes, SECRET));
		assert_false(ow_str_has(file.bytes, OTHER));
		assert_true(ow_scan_line(&file.bytes, &line));
		assert_true(ow_str_has(line, "\"Action\":\"oom\""));
		assert_true(ow_scan_line(&file.bytes, &line));
		assert_true(ow_str_has(line, "\"exitCode\":\"137\""));
		assert_true(ow_str_has(line, "\"timeNano\":1795154068123456789"));
		assert_int_equal(file.bytes.n, 0);
		assert_int_equal(ow_docker_events(docker, "nobody", *state, &file, &err), -ENOENT);
		assert_non_null(strstr(err.text, "remembers no event"));
	}
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
		UNIT(who_was_too_slow_is_not_asked_again),
		UNIT(who_is_not_there_is_told_from_who_does_not_know),
		UNIT(events_are_lines_without_secrets),
		UNIT(podman_is_asked_when_docker_does_not_know),
		UNIT(who_may_not_ask_is_told_what_would_help),
	};

	/* The settings of who runs this are none of its business. */
	if (setenv("DOCKER_CONFIG", "/nonexistent", 1) < 0 || unsetenv("DOCKER_CONTEXT") < 0)
		return 1;
	return cmocka_run_group_tests_name("collect/docker", tests, NULL, NULL);
}
