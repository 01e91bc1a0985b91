/* SPDX-License-Identifier: Apache-2.0 */
#include "read/owner.h"

#include <errno.h>

#include "base/scan.h"

/* What stands between prefix and suffix of a component. */
enum form {
	FORM_ANY,      /* one byte or more */
	FORM_HEX,      /* a container's id, whole or cut to 12 digits or more */
	FORM_HEX64,    /* a whole one */
	FORM_UID,      /* a pod's uid: 32 hex digits, with or without - or _ between them */
	FORM_NUMBER,   /* decimal digits */
	FORM_NUMBERED, /* decimal digits, a dash, a name */
	FORM_NONE,     /* nothing: the component is told by prefix and suffix alone */
};

/* How the id is made of it. */
enum id {
	ID_PART,  /* it is the part between prefix and suffix, with \x2d undone */
	ID_WHOLE, /* it is the component */
	ID_UID,   /* with - for _ */
	ID_DASH,  /* what stands behind the first - of the part: "1-name" */
};

/*
 * A component that names an owner: prefix, id, suffix. above is what the component above it must
 * be; "*x" ends with x, "x>y" is y below one that begins with x, "/x" is the first of the whole
 * path and begins with x, and "" is none. The first rule that fits counts.
 */
static const struct rule {
	const char *above;
	const char *prefix, *suffix;
	enum form form;
	enum id id;
	enum ow_owner_kind kind;
	const char *runtime;
} rules[] = {
	/* Containers of systemd's cgroup driver. Conmon is the monitor beside the container. */
	{ NULL, "docker-", ".scope", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "docker" },
	{ NULL, "cri-containerd-", ".scope", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "containerd" },
	{ NULL, "crio-", ".scope", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "cri-o" },
	{ NULL, "crio-", "", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "cri-o" },
	{ NULL, "libpod-", ".scope", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "podman" },
	{ NULL, "libpod-payload-", "", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "podman" },
	{ NULL, "libpod-", "", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "podman" },
	{ NULL, "nerdctl-", ".scope", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "containerd" },

	/* Kubernetes. Guaranteed pods have no class in their name; in a container that plays the
	 * node, kubelet's own slice stands in front. */
	{ NULL, "kubepods-pod", ".slice", FORM_UID, ID_UID, OW_OWNER_POD, "kubernetes" },
	{ NULL, "kubepods-burstable-pod", ".slice", FORM_UID, ID_UID, OW_OWNER_POD, "kubernetes" },
	{ NULL, "kubepods-besteffort-pod", ".slice", FORM_UID, ID_UID, OW_OWNER_POD, "kubernetes" },
	{ NULL, "kubepods", ".slice", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ NULL, "kubepods-burstable", ".slice", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ NULL, "kubepods-besteffort", ".slice", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ NULL, "kubelet-kubepods-pod", ".slice", FORM_UID, ID_UID, OW_OWNER_POD, "kubernetes" },
	{ NULL, "kubelet-kubepods-burstable-pod", ".slice", FORM_UID, ID_UID, OW_OWNER_POD,
	  "kubernetes" },
	{ NULL, "kubelet-kubepods-besteffort-pod", ".slice", FORM_UID, ID_UID, OW_OWNER_POD,
	  "kubernetes" },
	{ NULL, "kubelet-kubepods", ".slice", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ NULL, "kubelet-kubepods-burstable", ".slice", FORM_NONE, ID_WHOLE, OW_OWNER_QOS,
	  "kubernetes" },
	{ NULL, "kubelet-kubepods-besteffort", ".slice", FORM_NONE, ID_WHOLE, OW_OWNER_QOS,
	  "kubernetes" },
	{ NULL, "kubepods", "", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ "kubepods", "burstable", "", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ "kubepods", "besteffort", "", FORM_NONE, ID_WHOLE, OW_OWNER_QOS, "kubernetes" },
	{ NULL, "pod", "", FORM_UID, ID_UID, OW_OWNER_POD, "kubernetes" },
	{ NULL, "machine-libpod_pod_", ".slice", FORM_HEX, ID_PART, OW_OWNER_POD, "podman" },
	{ NULL, "user-libpod_pod_", ".slice", FORM_HEX, ID_PART, OW_OWNER_POD, "podman" },
	{ "libpod_parent", "", "", FORM_HEX64, ID_PART, OW_OWNER_POD, "podman" },

	/* Containers by their place. */
	{ "buildkit", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "buildkit" },
	{ "buildx", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "buildkit" },
	{ "docker", "", "", FORM_HEX, ID_PART, OW_OWNER_CONTAINER, "docker" },
	{ "/ecs", "", "", FORM_UID, ID_PART, OW_OWNER_JOB, "ecs" }, /* below a cluster, too */
	{ "ecs", "", "", FORM_ANY, ID_PART, OW_OWNER_JOB, "ecs" },
	{ "moby", "", "", FORM_HEX64, ID_PART, OW_OWNER_CONTAINER, "docker" },
	{ "default", "", "", FORM_HEX64, ID_PART, OW_OWNER_CONTAINER, "containerd" },
	{ "k8s.io", "", "", FORM_HEX64, ID_PART, OW_OWNER_CONTAINER, "containerd" },
	{ "lxc", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "lxc" },
	{ "lxc.payload", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "lxc" },
	{ NULL, "lxc.payload.", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "lxc" },
	{ NULL, "lxc.monitor.", "", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, "lxc" },
	{ "lxc.monitor", "", "", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, "lxc" },
	{ "garden", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "garden" },
	{ "garden->good", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "garden" },
	{ "", "instance-", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "garden" }, /* warden */
	{ "mesos", "", "", FORM_ANY, ID_PART, OW_OWNER_CONTAINER, "mesos" },
	{ NULL, "systemd-nspawn@", ".service", FORM_ANY, ID_PART, OW_OWNER_CONTAINER,
	  "systemd-nspawn" },

	/* Machines. */
	{ NULL, "machine-qemu\\x2d", ".scope", FORM_ANY, ID_DASH, OW_OWNER_VM, "libvirt" },
	{ NULL, "machine-lxc\\x2d", ".scope", FORM_ANY, ID_DASH, OW_OWNER_CONTAINER, "libvirt" },
	{ "machine.slice", "machine-", ".scope", FORM_ANY, ID_PART, OW_OWNER_CONTAINER,
	  "systemd-nspawn" },
	{ NULL, "qemu-", ".libvirt-qemu", FORM_NUMBERED, ID_DASH, OW_OWNER_VM, "libvirt" },
	{ NULL, "", ".libvirt-qemu", FORM_ANY, ID_PART, OW_OWNER_VM, "libvirt" },
	{ "qemu.slice", "", ".scope", FORM_NUMBER, ID_PART, OW_OWNER_VM, "proxmox" },

	/* Batch systems. */
	{ "*slurmstepd.scope", "job_", "", FORM_NUMBER, ID_PART, OW_OWNER_JOB, "slurm" },
	{ "/slurm", "job_", "", FORM_NUMBER, ID_PART, OW_OWNER_JOB, "slurm" },
	{ NULL, "pbspro-", ".slice", FORM_ANY, ID_PART, OW_OWNER_JOB, "pbs" },
	{ NULL, "ecstasks-", ".slice", FORM_ANY, ID_PART, OW_OWNER_JOB, "ecs" },
	{ "torque", "", "", FORM_ANY, ID_PART, OW_OWNER_JOB, "torque" },
	{ "htcondor", "", "", FORM_ANY, ID_PART, OW_OWNER_JOB, "htcondor" },
	{ "condor.service", "condor_", "", FORM_ANY, ID_PART, OW_OWNER_JOB, "htcondor" },
	{ "/lsf", "job.", "", FORM_ANY, ID_PART, OW_OWNER_JOB, "lsf" },
	{ "/nomad.slice", "", ".scope", FORM_ANY, ID_PART, OW_OWNER_JOB, "nomad" },
	{ "nomad", "", "", FORM_ANY, ID_PART, OW_OWNER_JOB, "nomad" },

	/* Android's apps are users. */
	{ "", "uid_", "", FORM_NUMBER, ID_WHOLE, OW_OWNER_SESSION, "android" },
	{ "apps", "uid_", "", FORM_NUMBER, ID_WHOLE, OW_OWNER_SESSION, "android" },

	/* systemd. */
	{ NULL, "session-", ".scope", FORM_ANY, ID_WHOLE, OW_OWNER_SESSION, NULL },
	{ NULL, "user@", ".service", FORM_NUMBER, ID_WHOLE, OW_OWNER_SESSION, NULL },
	{ NULL, "", ".service", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, NULL },
	{ NULL, "", ".scope", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, NULL },
	{ NULL, "", ".mount", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, NULL },
	{ NULL, "", ".socket", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, NULL },
	{ NULL, "", ".swap", FORM_ANY, ID_WHOLE, OW_OWNER_UNIT, NULL },
	{ NULL, "", ".slice", FORM_ANY, ID_WHOLE, OW_OWNER_SLICE, NULL },

	/* A whole id anywhere: a runtime that does not give its name. */
	{ NULL, "", "", FORM_HEX64, ID_PART, OW_OWNER_CONTAINER, NULL },
};

/* Where in a path we are. */
struct place {
	struct ow_str path, first, over, above, name; /* over is the one above above */
};

static bool begins(struct ow_str s, const char *text)
{
	return ow_scan_lit(&s, text);
}

static bool ends(struct ow_str s, const char *text)
{
	size_t n = strlen(text);

	return s.n >= n && memcmp(s.p + s.n - n, text, n) == 0;
}

static bool is_above(const struct place *place, const char *pattern)
{
	struct ow_str rest, over;

	if (!pattern)
		return true;
	if (pattern[0] == '*')
		return ends(place->above, pattern + 1);
	if (pattern[0] == '/') /* "slurm_node1" has the node in it */
		return begins(place->first, pattern + 1);
	rest = ow_str(pattern);
	if (ow_scan_until(&rest, ">", &over))
		return place->over.n >= over.n && memcmp(place->over.p, over.p, over.n) == 0 &&
		       ow_str_is(place->above, rest.p);
	return ow_str_is(place->above, pattern);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f');
}

/* How many bytes of s are of the kind; those of others are told by their being left over. */
static size_t count(struct ow_str s, bool (*is)(char))
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += is(s.p[i]);
	return n;
}

static bool is_separator(char c)
{
	return c == '-' || c == '_';
}

static bool has_form(struct ow_str s, enum form form)
{
	switch (form) {
	case FORM_ANY:
		return s.n > 0;
	case FORM_HEX:
		return s.n >= 12 && s.n <= 64 && count(s, is_hex) == s.n;
	case FORM_HEX64:
		return s.n == 64 && count(s, is_hex) == s.n;
	case FORM_UID:
		return count(s, is_hex) == 32 && 32 + count(s, is_separator) == s.n;
	case FORM_NUMBER:
		return s.n > 0 && count(s, is_digit) == s.n;
	case FORM_NUMBERED:
		return ow_scan_u64(&s, &(uint64_t){ 0 }) && ow_scan_char(&s, '-') && s.n > 0;
	case FORM_NONE:
		return s.n == 0;
	}
	return false;
}

void ow_owner_unescape(char *text)
{
	static const char digits[] = "0123456789abcdef";
	char *to = text;

	for (const char *p = text; *p; to++) {
		const char *high = NULL, *low = NULL;

		if (p[0] == '\\' && p[1] == 'x' && is_hex(p[2]) && is_hex(p[3])) {
			high = strchr(digits, p[2]);
			low = strchr(digits, p[3]);
		}
		if (high && low && (high != digits || low != digits)) {
			*to = (char)((high - digits) << 4 | (low - digits));
			p += 4;
		} else {
			*to = *p++;
		}
	}
	*to = '\0';
}

static char *make_id(struct ow_arena *arena, enum id id, struct ow_str name, struct ow_str part)
{
	char *text = ow_str_keep(arena, id == ID_WHOLE ? name : part), *dash;

	if (!text || id == ID_WHOLE)
		return text;
	if (id == ID_UID) {
		for (char *c = text; *c; c++)
			*c = *c == '_' ? '-' : *c;
		return text;
	}
	ow_owner_unescape(text);
	dash = id == ID_DASH ? strchr(text, '-') : NULL;
	return dash && dash[1] ? dash + 1 : text;
}

static int set_owner(const struct place *place, struct ow_arena *arena, const struct rule *rule,
		     struct ow_str part, struct ow_owner *ret)
{
	struct ow_owner owner = { .kind = rule->kind, .runtime = rule->runtime };
	const char *end = place->name.p + place->name.n;

	owner.id = make_id(arena, rule->id, place->name, part);
	owner.path =
		ow_str_keep(arena, (struct ow_str){ place->path.p, (size_t)(end - place->path.p) });
	if (!owner.id || !owner.path)
		return -ENOMEM;
	*ret = owner;
	return 0;
}

/* "kubepods-pod<uid>.slice:cri-containerd:<id>": a name for systemd in the hands of the cgroupfs
 * driver. */
static bool split_colons(struct ow_str name, struct ow_str *ret_id, struct rule *ret)
{
	static const struct {
		const char *name, *runtime;
	} runtimes[] = {
		{ "cri-containerd", "containerd" },
		{ "crio", "cri-o" },
		{ "docker", "docker" },
		{ "libpod", "podman" },
	};
	struct ow_str front, runtime;

	if (!ow_scan_until_last(&name, ":", &front) || !has_form(name, FORM_HEX))
		return false;
	runtime = front;
	if (!ow_scan_until_last(&runtime, ":", &front))
		return false;
	*ret = (struct rule){ .kind = OW_OWNER_CONTAINER };
	for (size_t i = 0; i < OW_ARRAY_SIZE(runtimes); i++)
		if (ow_str_is(runtime, runtimes[i].name))
			ret->runtime = runtimes[i].runtime;
	*ret_id = name;
	return true;
}

/* Does the component name an owner? Then that is the owner, in place of the one above. */
static int read_component(const struct place *place, struct ow_arena *arena, struct ow_owner *owner)
{
	struct rule colons;
	struct ow_str part;

	/* The first process of a container, or of a user's manager, is its own. */
	if (ow_str_is(place->name, "init.scope") && owner->kind != OW_OWNER_CGROUP)
		return 0;
	if (split_colons(place->name, &part, &colons))
		return set_owner(place, arena, &colons, part, owner);
	for (size_t i = 0; i < OW_ARRAY_SIZE(rules); i++) {
		const struct rule *r = &rules[i];
		size_t front, back;

		if (r->prefix[0] && r->prefix[0] != place->name.p[0])
			continue;
		front = strlen(r->prefix);
		back = strlen(r->suffix);
		if (place->name.n < front + back || !begins(place->name, r->prefix) ||
		    !ends(place->name, r->suffix) || !is_above(place, r->above))
			continue;
		part = (struct ow_str){ place->name.p + front, place->name.n - front - back };
		if (has_form(part, r->form))
			return set_owner(place, arena, r, part, owner);
	}
	return 0;
}

int ow_owner_read(const char *path, struct ow_arena *arena, struct ow_owner *ret)
{
	struct ow_owner owner = { .kind = OW_OWNER_CGROUP };
	struct place place = { .path = ow_str(path) };
	struct ow_str rest = place.path;
	const char *pod = NULL;
	int r = 0;

	owner.id = owner.path = ow_str_keep(arena, place.path);
	if (!owner.id)
		return -ENOMEM;
	if (strcmp(path, "/") == 0)
		owner.kind = OW_OWNER_ROOT;
	while (rest.n && r == 0) {
		if (!ow_scan_until(&rest, "/", &place.name)) {
			place.name = rest;
			rest.n = 0;
		}
		if (place.name.n == 0)
			continue;
		if (!place.first.p)
			place.first = place.name;
		r = read_component(&place, arena, &owner);
		place.over = place.above;
		place.above = place.name;
		pod = owner.kind == OW_OWNER_POD ? owner.id : pod;
		owner.pod = owner.kind == OW_OWNER_CONTAINER ? pod : NULL;
	}
	if (r == 0)
		*ret = owner;
	return r;
}
