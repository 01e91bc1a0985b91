/* SPDX-License-Identifier: Apache-2.0 */
#include "read/name.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "read/json.h"

#define ID_DIGITS 64
#define TEXT_MAX  4096 /* nothing that has a name has a longer one */

/* Where the name of what stands: the keys on the way to it. Of several the first that is there
 * counts. */
struct place {
	const char *key[3];
	size_t offset;
	bool slash; /* Docker puts one in front */
};

#define RUNTIME   offsetof(struct ow_name, runtime)
#define ID        offsetof(struct ow_name, id)
#define NAME      offsetof(struct ow_name, name)
#define IMAGE     offsetof(struct ow_name, image)
#define POD       offsetof(struct ow_name, pod)
#define NAMESPACE offsetof(struct ow_name, namespace)
#define UNIT      offsetof(struct ow_name, unit)
#define FROM      offsetof(struct ow_name, from)

static const struct place listed[] = {
	{ { "Id" }, ID },
	{ { "Names" }, NAME, true },
	{ { "Image" }, IMAGE },
	{ { "Labels", "io.kubernetes.pod.name" }, POD },
	{ { "Labels", "io.kubernetes.pod.namespace" }, NAMESPACE },
	{ { "Labels", "PODMAN_SYSTEMD_UNIT" }, UNIT },
	{ { NULL }, 0 },
};

static const struct place event[] = {
	{ { "Actor", "ID" }, ID },
	{ { "Actor", "Attributes", "name" }, NAME },
	{ { "Actor", "Attributes", "image" }, IMAGE },
	{ { "Actor", "Attributes", "io.kubernetes.pod.name" }, POD },
	{ { "Actor", "Attributes", "io.kubernetes.pod.namespace" }, NAMESPACE },
	{ { NULL }, 0 },
};

static const struct place docker[] = {
	{ { "ID" }, ID },
	{ { "Name" }, NAME, true },
	{ { "Config", "Image" }, IMAGE },
	{ { "Config", "Labels", "io.kubernetes.pod.name" }, POD },
	{ { "Config", "Labels", "io.kubernetes.pod.namespace" }, NAMESPACE },
	{ { NULL }, 0 },
};

static const struct place oci[] = {
	{ { "annotations", "io.kubernetes.cri.container-name" }, NAME },
	{ { "annotations", "io.kubernetes.container.name" }, NAME }, /* CRI-O */
	{ { "annotations", "nerdctl/name" }, NAME },
	{ { "annotations", "io.kubernetes.cri.image-name" }, IMAGE },
	{ { "annotations", "io.kubernetes.cri-o.ImageName" }, IMAGE },
	{ { "annotations", "io.kubernetes.cri.sandbox-name" }, POD },
	{ { "annotations", "io.kubernetes.pod.name" }, POD },
	{ { "annotations", "io.kubernetes.cri.sandbox-namespace" }, NAMESPACE },
	{ { "annotations", "io.kubernetes.pod.namespace" }, NAMESPACE },
	{ { "annotations", "nerdctl/namespace" }, NAMESPACE },
	{ { NULL }, 0 },
};

/* What is behind "metadata", a text that holds JSON of its own. */
static const struct place storage[] = {
	{ { "metadata-name" }, NAME }, { { "name" }, NAME },           { { "image-name" }, IMAGE },
	{ { "pod-name" }, POD },       { { "namespace" }, NAMESPACE }, { { NULL }, 0 },
};

static const struct place stored[] = {
	{ { "id" }, ID },
	{ { "names" }, NAME },
	{ { NULL }, 0 },
};

static const struct place kept[] = {
	{ { "runtime" }, RUNTIME }, { { "id" }, ID },     { { "name" }, NAME },
	{ { "image" }, IMAGE },     { { "pod" }, POD },   { { "namespace" }, NAMESPACE },
	{ { "unit" }, UNIT },       { { "from" }, FROM }, { { NULL }, 0 },
};

static const struct place *const places[OW_NAME_FORM_COUNT] = {
	[OW_NAME_LISTED] = listed, [OW_NAME_EVENT] = event,    [OW_NAME_DOCKER] = docker,
	[OW_NAME_OCI] = oci,       [OW_NAME_STORAGE] = stored, [OW_NAME_KEPT] = kept,
};

/* The text at a value; of several names the first that is no alias of a link ("/web/db"). */
static struct ow_str text_of(const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		struct ow_str text = text_of(json_array_get(value, i));

		if (text.n && !memchr(text.p + 1, '/', text.n - 1))
			return text;
	}
	if (!json_is_string(value))
		return (struct ow_str){ NULL, 0 };
	return (struct ow_str){ json_string_value(value), json_string_length(value) };
}

static int read_places(const json_t *root, const struct place *place, struct ow_arena *arena,
		       struct ow_name *name)
{
	for (; place->key[0]; place++) {
		const char **to = (const char **)((char *)name + place->offset);
		const json_t *value = root;
		struct ow_str text;

		for (size_t i = 0; i < OW_ARRAY_SIZE(place->key) && place->key[i]; i++)
			value = json_object_get(value, place->key[i]);
		text = *to ? (struct ow_str){ NULL, 0 } : text_of(value);
		if (place->offset == NAME && place->slash)
			(void)ow_scan_char(&text, '/');
		if (text.n == 0 || text.n > TEXT_MAX)
			continue;
		*to = ow_str_keep(arena, text);
		if (!*to)
			return -ENOMEM;
	}
	return 0;
}

/* What storage says in its metadata is better than the list of names beside it. */
static int read_storage(const json_t *root, struct ow_arena *arena, struct ow_name *name)
{
	const json_t *text = json_object_get(root, "metadata");
	ow_scoped(ow_json_freep) json_t *metadata =
		json_is_string(text)
			? json_loadb(json_string_value(text), json_string_length(text), 0, NULL)
			: NULL;

	return metadata ? read_places(metadata, storage, arena, name) : 0;
}

int ow_name_read(enum ow_name_form form, struct ow_str json, struct ow_arena *arena,
		 struct ow_name *ret)
{
	ow_scoped(ow_json_freep) json_t *root = NULL;
	struct ow_name name = { 0 };
	int r = ow_json_load(json, &root, NULL);

	if (r == 0 && form == OW_NAME_STORAGE)
		r = read_storage(root, arena, &name);
	if (r == 0)
		r = read_places(root, places[form], arena, &name);
	if (r == 0)
		*ret = name;
	return r == -EFBIG ? -EBADMSG : r;
}

static bool is_hex(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
			return false;
	return true;
}

static int keep_all(struct ow_arena *arena, const struct ow_str *text, const size_t *offset,
		    size_t n, struct ow_name *ret)
{
	struct ow_name name = { 0 };

	for (size_t i = 0; i < n; i++) {
		const char **to = (const char **)((char *)&name + offset[i]);

		*to = ow_str_keep(arena, text[i]);
		if (!*to)
			return -ENOMEM;
	}
	*ret = name;
	return 0;
}

int ow_name_read_log(const char *file, struct ow_arena *arena, struct ow_name *ret)
{
	static const size_t offset[] = { POD, NAMESPACE, NAME, ID };
	struct ow_str rest = ow_str(file), part[4];

	if (!ow_scan_until(&rest, "_", &part[0]) || !ow_scan_until(&rest, "_", &part[1]))
		return -EINVAL;
	part[3] = rest;
	if (!ow_scan_until_last(&part[3], "-", &part[2]) ||
	    !ow_scan_until(&part[3], ".log", &rest) || part[3].n)
		return -EINVAL;
	part[3] = rest;
	if (!part[0].n || !part[1].n || !part[2].n || part[3].n != ID_DIGITS || !is_hex(part[3]))
		return -EINVAL;
	return keep_all(arena, part, offset, 4, ret);
}

int ow_name_read_pod(const char *folder, struct ow_arena *arena, struct ow_name *ret)
{
	static const size_t offset[] = { NAMESPACE, POD, ID };
	struct ow_str rest = ow_str(folder), part[3];

	if (!ow_scan_until(&rest, "_", &part[0]) || !ow_scan_until(&rest, "_", &part[1]) ||
	    !part[0].n || !part[1].n || !rest.n || memchr(rest.p, '_', rest.n))
		return -EINVAL;
	part[2] = rest;
	return keep_all(arena, part, offset, 3, ret);
}

/* JSON texts are UTF-8, and names need not be: what is not is written as \xNN, as in all of this
 * program's output. */
static json_t *text_json(struct ow_arena *arena, const char *text)
{
	json_t *json = json_string(text);
	size_t n = strlen(text), at = 0;
	char *escaped;

	if (json)
		return json;
	escaped = ow_alloc(arena, 4 * n + 1, 1);
	for (size_t i = 0; escaped && i < n; i++) {
		static const char digits[] = "0123456789abcdef";
		unsigned char c = (unsigned char)text[i];

		if (c < 0x80 && c != '\\') {
			escaped[at++] = text[i];
			continue;
		}
		escaped[at++] = '\\';
		if (c == '\\') {
			escaped[at++] = '\\';
			continue;
		}
		escaped[at++] = 'x';
		escaped[at++] = digits[c >> 4];
		escaped[at++] = digits[c & 15];
	}
	return escaped ? json_string(escaped) : NULL;
}

const char *ow_name_write(const struct ow_name *name, struct ow_arena *arena)
{
	ow_scoped(ow_json_freep) json_t *root = json_object();
	const char *kept_line;
	char *line;

	for (const struct place *place = kept; root && place->key[0]; place++) {
		const char *const *text = (const char *const *)((const char *)name + place->offset);

		if (*text && json_object_set_new(root, place->key[0], text_json(arena, *text)) < 0)
			return NULL;
	}
	line = root ? json_dumps(root, JSON_COMPACT) : NULL;
	kept_line = line ? ow_str_keep(arena, ow_str(line)) : NULL;
	free(line);
	return kept_line;
}

int ow_names_read(struct ow_str bytes, struct ow_arena *arena, struct ow_name **ret, size_t *ret_n,
		  size_t *ret_bad)
{
	struct ow_name *all = NULL, *more;
	size_t n = 0, bad = 0;
	struct ow_str line;

	while (ow_scan_line(&bytes, &line)) {
		struct ow_name name;
		int r = ow_name_read(OW_NAME_KEPT, line, arena, &name);

		if (r == -ENOMEM)
			return r;
		if (r < 0 || !name.id) {
			bad++;
			continue;
		}
		more = ow_grow(arena, all, n, sizeof(*more));
		if (!more)
			return -ENOMEM;
		all = more;
		all[n++] = name;
	}
	*ret = all;
	*ret_n = n;
	*ret_bad = bad;
	return 0;
}
