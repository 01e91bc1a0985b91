/* SPDX-License-Identifier: Apache-2.0 */
/* Which engine is asked, and how it is reached. */
#include "collect/docker.h"

#include <errno.h>

#include "base/sha256.h"
#include "engine.h"
#include "folder.h"

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
}

static void start_tcp(struct engine *engine, const struct behaviour *b, struct ow_arena *arena)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t length = sizeof(address);

	assert_true(listener >= 0);
	assert_int_equal(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
	start_on(engine, listener, b, arena);
	(void)snprintf(engine->host, sizeof(engine->host), "tcp://127.0.0.1:%u",
		       ntohs(address.sin_port));
}

static void an_engine_on_tcp_is_asked(void **state)
{
	ow_scoped(stop) struct engine engine = { 0 };
	struct ow_evidence file;
	struct ow_err err;

	start_tcp(&engine, &docker_20, *state);
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

static void write_context(struct ow_arena *arena, const char *folder, const char *name,
			  const char *meta)
{
	char digest[OW_SHA256_MAX];

	assert_int_equal(ow_sha256(ow_str(name), digest), 0);
	folder_write(arena, folder, ow_printf(arena, "contexts/meta/%s/meta.json", digest), meta);
}

static void the_context_names_the_engine_when_nothing_else_does(void **state)
{
	static const struct behaviour other = { version_20, "/v1.41/containers/other/json" };
	struct ow_evidence file;
	struct ow_err err;
	FOLDER(settings);
	ENGINE(current, &docker_20);
	ENGINE(chosen, &other);

	write_context(*state, settings, "lab",
		      ow_printf(*state,
				"{\"Name\":\"lab\",\"Endpoints\":{\"docker\":{\"Host\":"
				"\"%s\",\"SkipTLSVerify\":false}}}",
				current.host));
	write_context(
		*state, settings, "other",
		ow_printf(*state, "{\"Endpoints\":{\"docker\":{\"Host\":\"%s\"}}}", chosen.host));
	write_context(*state, settings, "far",
		      "{\"Endpoints\":{\"docker\":{\"Host\":\"ssh://build-1\"}}}");
	folder_write(*state, settings, "config.json", "{\"currentContext\":\"lab\"}");
	assert_int_equal(setenv("DOCKER_CONFIG", settings, 1), 0);

	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), 0);

	assert_int_equal(setenv("DOCKER_CONTEXT", "other", 1), 0);
	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), -ENOENT);
	assert_non_null(strstr(err.text, chosen.host));
	assert_int_equal(setenv("DOCKER_HOST", current.host, 1), 0);
	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), 0);
	assert_int_equal(unsetenv("DOCKER_HOST"), 0);

	assert_int_equal(setenv("DOCKER_CONTEXT", "far", 1), 0);
	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), -EPROTONOSUPPORT);
	assert_non_null(strstr(err.text, "ssh://build-1"));
	assert_int_equal(setenv("DOCKER_CONTEXT", "nowhere", 1), 0);
	assert_int_equal(inspect(*state, NULL, "leaky", &file, &err), -EINVAL);
	assert_non_null(strstr(err.text, "cannot read the Docker context 'nowhere'"));
	assert_int_equal(unsetenv("DOCKER_CONTEXT"), 0);
	assert_int_equal(setenv("DOCKER_CONFIG", "/nonexistent", 1), 0);
}

/* Whoever wants TLS does not get plain text: the one who answers in that is not believed. */
static void with_tls_nobody_is_asked_without_it(void **state)
{
	ow_scoped(stop) struct engine engine = { 0 };
	struct ow_evidence file;
	struct ow_err err;

	start_tcp(&engine, &docker_20, *state);
	assert_int_equal(setenv("DOCKER_TLS_VERIFY", "1", 1), 0);
	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), -EPROTO);
	assert_non_null(strstr(err.text, "cannot ask the container engine at tcp://127.0.0.1"));
	assert_int_equal(unsetenv("DOCKER_TLS_VERIFY"), 0);
	assert_int_equal(inspect(*state, engine.host, "leaky", &file, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(hosts_that_cannot_be_asked_are_refused),
		UNIT(an_engine_on_tcp_is_asked),
		UNIT(the_environment_names_the_engine_unless_the_caller_does),
		UNIT(the_context_names_the_engine_when_nothing_else_does),
		UNIT(with_tls_nobody_is_asked_without_it),
	};

	/* The settings of who runs this are none of its business. */
	if (setenv("DOCKER_CONFIG", "/nonexistent", 1) < 0 || unsetenv("DOCKER_CONTEXT") < 0)
		return 1;
	return cmocka_run_group_tests_name("collect/docker-engine", tests, NULL, NULL);
}
