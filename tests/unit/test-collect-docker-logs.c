/* SPDX-License-Identifier: Apache-2.0 */
/* Asks engines of its own for what a container wrote. */
#include <errno.h>

#include "base/time.h"
#include "engine.h"

#define TERMINAL "{\"Id\":\"" ID "\",\"Config\":{\"Tty\":true}}"
#define STREAMS  "{\"Id\":\"" ID "\",\"Config\":{\"Tty\":false}}"

/* Two pieces, the second in the other stream, each with its head. */
static const char pieces[] = "\1\0\0\0\0\0\0\6hello\n"
			     "\2\0\0\0\0\0\0\7gc 1 @\n";

static void say_head(int fd)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";

	say(fd, head, strlen(head));
}

/* Everything but the logs. */
static bool answer_common(int fd, const char *path, const char *inspected)
{
	if (strcmp(path, "/version") == 0)
		reply(fd, 200, version_20, strlen(version_20));
	else if (strcmp(path, "/v1.41/containers/leaky/json") == 0)
		reply(fd, 200, inspected, strlen(inspected));
	else if (strncmp(path, "/v1.41/containers/leaky/logs?", 29) != 0)
		reply(fd, 404, "{}", 2);
	else
		return false;
	return true;
}

static void answer_streams(int fd, const char *path)
{
	if (answer_common(fd, path, STREAMS))
		return;
	say_head(fd);
	/* A head and a piece may come in any parts. */
	for (size_t i = 0; i < sizeof(pieces) - 1; i++)
		say(fd, &pieces[i], 1);
}

static void answer_terminal(int fd, const char *path)
{
	if (answer_common(fd, path, TERMINAL))
		return;
	say_head(fd);
	say(fd, "hello\r\n", 7);
}

static void answer_other_form(int fd, const char *path)
{
	if (answer_common(fd, path, STREAMS))
		return;
	say_head(fd);
	say(fd, "hello, this has no heads\n", 25);
}

static void answer_path(int fd, const char *path)
{
	if (answer_common(fd, path, TERMINAL))
		return;
	say_head(fd);
	say(fd, path, strlen(path));
}

static void answer_no_driver(int fd, const char *path)
{
	static const char why[] =
		"{\"message\":\"configured logging driver does not support reading\"}";

	if (!answer_common(fd, path, STREAMS))
		reply(fd, 500, why, strlen(why));
}

static void answer_endlessly(int fd, const char *path)
{
	if (answer_common(fd, path, TERMINAL))
		return;
	say_head(fd);
	for (int i = 0; i < 100000; i++)
		say(fd, "and on\n", 7);
}

/* What came, and when it is enough. */
struct got {
	char bytes[4096];
	size_t n, enough;
};

static int take(void *arg, const char *bytes, size_t n)
{
	struct got *got = arg;

	if (got->enough && got->n + n >= got->enough)
		return -ECANCELED;
	assert_true(got->n + n < sizeof(got->bytes));
	memcpy(got->bytes + got->n, bytes, n);
	got->n += n;
	return 0;
}

static int wait_no_more(void *arg)
{
	(void)arg;
	return -ECANCELED;
}

static int read_logs(const char *host, const char *name, const struct ow_docker_logs *logs,
		     struct got *got, struct ow_err *err)
{
	ow_scoped(ow_docker_closep) struct ow_docker *docker = NULL;

	assert_int_equal(ow_docker_open(host, &docker, err), 0);
	return ow_docker_read_logs(docker, name, logs, take, got, err);
}

static const struct ow_docker_logs all = { .since_usec = INT64_MIN, .until_usec = INT64_MAX };

static void both_streams_come_without_their_heads(void **state)
{
	const struct behaviour b = { .answer = answer_streams };
	struct got got = { 0 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "leaky", &all, &got, &err), 0);
	assert_int_equal(got.n, 13);
	assert_memory_equal(got.bytes, "hello\ngc 1 @\n", 13);
}

static void a_terminal_s_output_comes_as_it_is(void **state)
{
	const struct behaviour b = { .answer = answer_terminal };
	struct got got = { 0 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "leaky", &all, &got, &err), 0);
	assert_int_equal(got.n, 7);
	assert_memory_equal(got.bytes, "hello\r\n", 7);
}

static void only_the_period_is_asked_for(void **state)
{
	const struct behaviour b = { .answer = answer_path };
	const struct ow_docker_logs some = {
		.since_usec = INT64_C(1795154068123456),
		.until_usec = INT64_C(1795154069000000),
	};
	struct got got = { 0 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "leaky", &some, &got, &err), 0);
	assert_string_equal(got.bytes, "/v1.41/containers/leaky/logs?stdout=1&stderr=1&timestamps=1"
				       "&since=1795154068.123456000&until=1795154069.000000000");
}

static void what_has_another_form_is_not_guessed_at(void **state)
{
	const struct behaviour b = { .answer = answer_other_form };
	struct got got = { 0 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "leaky", &all, &got, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "another form"));
}

static void an_unknown_container_is_no_engine_s_failure(void **state)
{
	const struct behaviour b = { .answer = answer_streams };
	struct got got = { 0 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "other", &all, &got, &err), -ENODATA);
	assert_int_equal(read_logs("unix:///nowhere/docker.sock", "other", &all, &got, &err),
			 -ENOENT);
}

static void a_driver_that_cannot_be_read_says_so(void **state)
{
	const struct behaviour b = { .answer = answer_no_driver };
	struct got got = { 0 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "leaky", &all, &got, &err), -EPROTO);
	assert_non_null(strstr(err.text, "logging driver"));
}

static void whoever_has_enough_ends_it(void **state)
{
	const struct behaviour b = { .answer = answer_endlessly };
	struct ow_docker_logs logs = all;
	struct got got = { .enough = 2000 };
	struct ow_err err;
	ENGINE(engine, &b);

	assert_int_equal(read_logs(engine.host, "leaky", &logs, &got, &err), -ECANCELED);
	got = (struct got){ 0 };
	logs.wait = wait_no_more;
	assert_int_equal(read_logs(engine.host, "leaky", &logs, &got, &err), -ECANCELED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(both_streams_come_without_their_heads),
		UNIT(a_terminal_s_output_comes_as_it_is),
		UNIT(only_the_period_is_asked_for),
		UNIT(what_has_another_form_is_not_guessed_at),
		UNIT(an_unknown_container_is_no_engine_s_failure),
		UNIT(a_driver_that_cannot_be_read_says_so),
		UNIT(whoever_has_enough_ends_it),
	};

	return cmocka_run_group_tests_name("collect/docker-logs", tests, NULL, NULL);
}
