/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_NAME_H
#define OW_RECORD_NAME_H

/*
 * What people call the owner of a cgroup. The kernel knows ids only; names are from whoever gave
 * them, and from is who that was: "docker at unix:///var/run/docker.sock", "/var/log/containers",
 * "journal", or "cgroup path" where the path itself says it all. What nobody told is NULL.
 */
struct ow_name {
	const char *runtime; /* "docker", "podman", "containerd", "cri-o", "lxc" ... */
	const char *id;      /* whole where it is known whole; of a unit or session: its unit */
	const char *name;    /* of the container, without a leading slash */
	const char *image;
	const char *pod;       /* its name; where only its uid is known: the uid */
	const char *namespace; /* of Kubernetes; of containerd where there is no pod */
	const char *unit;      /* of systemd: the service that the owner is, or lives in */
	const char *from;
};

/* What one place does not say another one may: fills what is NULL in name from more. */
void ow_name_complete(struct ow_name *name, const struct ow_name *more);

#endif
