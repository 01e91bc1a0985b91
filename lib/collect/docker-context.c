/* SPDX-License-Identifier: Apache-2.0 */
/* What the user's settings say of the engine: contexts, as docker context use chooses them, and the
 * files of TLS. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sha256.h"
#include "collect/docker-internal.h"
#include "read/json.h"

#define SETTINGS_MAX OW_MIB(1)

const char *ow_docker_config_dir(struct ow_arena *arena)
{
	const char *folder = getenv("DOCKER_CONFIG"), *home = getenv("HOME");

	if (folder && *folder)
		return folder;
	return home && *home == '/' ? ow_printf(arena, "%s/.docker", home) : NULL;
}

/* The path of a file in a folder, where there is one. */
static int find(const char *folder, const char *name, struct ow_arena *arena, const char **ret)
{
	const char *path = ow_printf(arena, "%s/%s", folder, name);

	if (!path)
		return -ENOMEM;
	*ret = access(path, R_OK) == 0 ? path : NULL;
	return 0;
}

int ow_docker_tls_files(const char *folder, struct ow_arena *arena, struct ow_docker_tls *ret)
{
	int r = find(folder, "ca.pem", arena, &ret->ca);

	if (r == 0)
		r = find(folder, "cert.pem", arena, &ret->cert);
	if (r == 0)
		r = find(folder, "key.pem", arena, &ret->key);
	if (!ret->cert || !ret->key)
		ret->cert = ret->key = NULL;
	return r;
}

int ow_docker_tls_environment(struct ow_arena *arena, struct ow_docker_tls *ret)
{
	const char *verify = getenv("DOCKER_TLS_VERIFY"), *tls = getenv("DOCKER_TLS");
	const char *folder = getenv("DOCKER_CERT_PATH");
	const bool verified = verify && *verify;

	*ret = (struct ow_docker_tls){ .on = verified || (tls && *tls), .insecure = !verified };
	if (!folder || !*folder)
		folder = ow_docker_config_dir(arena);
	return ret->on && folder ? ow_docker_tls_files(folder, arena, ret) : 0;
}

/* The object in a file of the settings; NULL when there is none that makes sense. */
static json_t *load(const char *path, struct ow_arena *arena)
{
	json_t *root = NULL;
	struct ow_str text;

	if (!path || ow_file_read(AT_FDCWD, path, SETTINGS_MAX, arena, &text, NULL) < 0 ||
	    ow_json_load(text, &root, NULL) < 0)
		return NULL;
	return root;
}

/* The name of the context; NULL for the default one. */
static const char *chosen(const char *folder, struct ow_arena *arena)
{
	ow_scoped(ow_json_freep) json_t *root = NULL;
	const char *name = getenv("DOCKER_CONTEXT");

	if (!name || !*name) {
		root = load(ow_printf(arena, "%s/config.json", folder), arena);
		name = json_string_value(json_object_get(root, "currentContext"));
	}
	if (!name || !*name || strcmp(name, "default") == 0)
		return NULL;
	return ow_str_keep(arena, ow_str(name));
}

/* {"Name":"x","Endpoints":{"docker":{"Host":"tcp://h:2376","SkipTLSVerify":false}}} */
static int read_meta(const char *folder, const char *name, const char *digest,
		     struct ow_arena *arena, const char **ret_host, struct ow_docker_tls *ret_tls,
		     struct ow_err *err)
{
	ow_scoped(ow_json_freep) json_t *root =
		load(ow_printf(arena, "%s/contexts/meta/%s/meta.json", folder, digest), arena);
	const json_t *end = json_object_get(json_object_get(root, "Endpoints"), "docker");
	const char *host = json_string_value(json_object_get(end, "Host"));
	const char *certs = ow_printf(arena, "%s/contexts/tls/%s/docker", folder, digest);
	struct ow_docker_tls tls = { 0 };

	if (!host || !*host)
		return ow_fail(err, EINVAL,
			       "cannot read the Docker context '%s' below '%s'; choose another by "
			       "DOCKER_CONTEXT, or name the engine by DOCKER_HOST",
			       name, folder);
	tls.insecure = json_is_true(json_object_get(end, "SkipTLSVerify"));
	host = ow_str_keep(arena, ow_str(host));
	if (!host || !certs || ow_docker_tls_files(certs, arena, &tls) < 0)
		return ow_fail(err, ENOMEM, "cannot read the Docker context '%s': %m", name);
	tls.on = tls.insecure || tls.ca || tls.cert;
	*ret_host = host;
	*ret_tls = tls;
	return 0;
}

int ow_docker_context(struct ow_arena *arena, const char **ret_host, struct ow_docker_tls *ret_tls,
		      struct ow_err *err)
{
	const char *folder = ow_docker_config_dir(arena);
	const char *name = folder ? chosen(folder, arena) : NULL;
	char digest[OW_SHA256_MAX];

	if (ow_arena_refused(arena))
		return ow_fail(err, ENOMEM, "cannot read the settings of Docker: %m");
	if (!name) {
		*ret_host = NULL;
		return 0;
	}
	if (ow_sha256(ow_str(name), digest) < 0)
		return ow_fail(err, ENOMEM, "cannot read the settings of Docker: %m");
	return read_meta(folder, name, digest, arena, ret_host, ret_tls, err);
}
