/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_OWNER_H
#define OW_RECORD_OWNER_H

#include <stddef.h>

/*
 * Whose a cgroup is. A path is not an owner: /docker/<id> and /docker/<id>/init belong to one
 * container, and a pod's slice belongs to another owner than the container in it. Limits are
 * compared between owners, never between paths.
 */
enum ow_owner_kind {
	OW_OWNER_CGROUP,    /* a group that names nobody: its own owner, id is the path */
	OW_OWNER_ROOT,      /* "/" */
	OW_OWNER_CONTAINER, /* Docker, Podman, containerd, CRI-O, LXC ...: id is what names it */
	OW_OWNER_POD,       /* Kubernetes or Podman pod: id is its uid, with dashes */
	OW_OWNER_QOS,       /* kubepods and its class directories */
	OW_OWNER_UNIT,      /* systemd service or scope: id is the unit */
	OW_OWNER_SLICE,     /* systemd slice: id is the slice */
	OW_OWNER_SESSION,   /* a login session or user manager: id is its unit */
	OW_OWNER_JOB,       /* batch system: id is the job */
	OW_OWNER_VM,        /* libvirt, Proxmox: id is the machine's name or number */
};

struct ow_owner {
	enum ow_owner_kind kind;
	const char
		*runtime; /* "docker", "podman", "containerd", "cri-o", "lxc" ...; NULL: not told */
	const char *id;   /* never NULL once read */
	const char *path; /* the part of the path that ends with the component naming it */
	const char *pod;  /* of a container: the id of the pod that it is in; NULL: in none */
};

#endif
