/* SPDX-License-Identifier: Apache-2.0 */
/* Where a container engine listens. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "collect/docker-internal.h"

#define DOCKER_PORT ":2375"
#define TLS_PORT    ":2376"

static int parse_socket(const char *path, struct ow_arena *arena, struct ow_docker_engine *ret,
			struct ow_err *err)
{
	struct ow_docker_engine engine = { .url = "http://localhost" };

	if (*path != '/')
		return ow_fail(err, EINVAL, "the path of a socket begins with '/', unlike '%s'",
			       path);
	if (strlen(path) >= sizeof(((struct sockaddr_un *)NULL)->sun_path))
		return ow_fail(err, ENAMETOOLONG, "the path of the socket is too long: '%s'", path);
	engine.name = ow_printf(arena, "unix://%s", path);
	engine.socket = ow_printf(arena, "%s", path);
	if (!engine.name || !engine.socket)
		return ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
	*ret = engine;
	return 0;
}

/* "127.0.0.1:2375", "[::1]:2375", "build-1" */
static int parse_address(const char *host, const char *address, const struct ow_docker_tls *tls,
			 struct ow_arena *arena, struct ow_docker_engine *ret, struct ow_err *err)
{
	const char *bracket = strrchr(address, ']');
	const bool has_port = strchr(bracket ? bracket : address, ':') != NULL;
	struct ow_docker_engine engine = { .tls = *tls };
	size_t n = strspn(address, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789-._:[]");

	if (n == 0 || address[n] != '\0')
		return ow_fail(err, EINVAL, "'%s' is not of the form tcp://HOST:PORT", host);
	engine.name = ow_printf(arena, "%s", host);
	engine.url = ow_printf(arena, "%s://%s%s", tls->on ? "https" : "http", address,
			       has_port  ? ""
			       : tls->on ? TLS_PORT
					 : DOCKER_PORT);
	if (!engine.name || !engine.url)
		return ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
	*ret = engine;
	return 0;
}

int ow_docker_engine_parse(const char *host, const struct ow_docker_tls *tls,
			   struct ow_arena *arena, struct ow_docker_engine *ret, struct ow_err *err)
{
	struct ow_str rest = ow_str(host);

	if (ow_scan_lit(&rest, "unix://") || *host == '/')
		return parse_socket(rest.p, arena, ret, err);
	if (ow_scan_lit(&rest, "tcp://") || ow_scan_lit(&rest, "https://"))
		return parse_address(host, rest.p, tls, arena, ret, err);
	if (ow_scan_lit(&rest, "ssh://"))
		return ow_fail(err, EPROTONOSUPPORT,
			       "cannot ask the container engine at '%s': ssh is not spoken here; "
			       "forward its socket by ssh -L and give it as unix:///PATH",
			       host);
	return ow_fail(err, EINVAL,
		       "'%s' is no container engine: give unix:///PATH or "
		       "tcp://HOST:PORT",
		       host);
}

/* The one that is named. *ret_n is 0 where nothing names one. */
static int named_engine(const char *host, struct ow_arena *arena, struct ow_docker_engine *ret,
			size_t *ret_n, struct ow_err *err)
{
	const char *named = host ? host : getenv("DOCKER_HOST");
	struct ow_docker_tls tls = { 0 };
	int r;

	if (named && *named) {
		if (ow_docker_tls_environment(arena, &tls) < 0)
			return ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
	} else {
		r = ow_docker_context(arena, &named, &tls, err);
		if (r < 0)
			return r;
	}
	if (!named || !*named) {
		*ret_n = 0;
		return 0;
	}
	r = ow_docker_engine_parse(named, &tls, arena, ret, err);
	*ret_n = r == 0;
	return r;
}

/* Where the engines of this user listen; of who called sudo when that was root. */
static const char *runtime_dir(struct ow_arena *arena)
{
	const char *folder = getenv("XDG_RUNTIME_DIR"), *caller = getenv("SUDO_UID");
	struct ow_str digits = ow_str(caller ? caller : "");
	uint64_t uid = geteuid();

	if (folder && *folder == '/')
		return folder;
	if (uid == 0 && (!ow_scan_u64(&digits, &uid) || digits.n))
		return NULL;
	return ow_printf(arena, "/run/user/%llu", (unsigned long long)uid);
}

int ow_docker_engines(const char *host, struct ow_arena *arena, struct ow_docker_engine **ret,
		      size_t *ret_n, struct ow_err *err)
{
	static const struct {
		bool of_user;
		const char *path;
	} places[] = {
		{ false, "/var/run/docker.sock" },
		{ true, "/docker.sock" },
		{ false, "/run/podman/podman.sock" },
		{ true, "/podman/podman.sock" },
	};
	static const struct ow_docker_tls none = { 0 };
	struct ow_docker_engine *engine = ow_alloc(arena, OW_ARRAY_SIZE(places), sizeof(*engine));
	const char *runtime = runtime_dir(arena);
	size_t n = 0;
	int r = engine ? 0 : ow_fail(err, ENOMEM, "cannot ask a container engine: %m");

	if (r == 0)
		r = named_engine(host, arena, engine, &n, err);
	for (size_t i = 0, named = n; r == 0 && !named && i < OW_ARRAY_SIZE(places); i++) {
		const char *path;

		if (places[i].of_user && !runtime)
			continue;
		path = ow_printf(arena, "%s%s", places[i].of_user ? runtime : "", places[i].path);
		if (!path)
			return ow_fail(err, ENOMEM, "cannot ask a container engine: %m");
		r = ow_docker_engine_parse(path, &none, arena, &engine[n], err);
		n += r == 0;
		r = r == -ENAMETOOLONG ? 0 : r; /* then nobody listens there */
	}
	if (r < 0)
		return r;
	*ret = engine;
	*ret_n = n;
	return 0;
}
