/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_NAMES_H
#define OW_COLLECT_NAMES_H

#include "collect/docker.h"
#include "record/case.h"
#include "record/name.h"
#include "record/owner.h"

/*
 * Names for the owners of cgroups. Each place is asked once, when the first question needs it, and
 * what it said is kept:
 *
 *   Docker, Podman         GET /containers/json?all=1 (see collect/docker.h for who is asked), and
 *                          for those that are removed GET /events
 *   containerd             /run/containerd/io.containerd.runtime.v2.task/NAMESPACE/ID/config.json
 *   CRI-O, Podman          /run/containers/storage/overlay-containers/ID/userdata/config.json,
 *                          /var/lib/containers/storage/DRIVER-containers/containers.json
 *   Docker, not running    /var/lib/docker/containers/ID/config.v2.json
 *   kubelet                /var/log/containers/POD_NAMESPACE_CONTAINER-ID.log,
 *                          /var/log/pods/NAMESPACE_POD_UID/CONTAINER
 *   journal                what Docker's log driver journald wrote of a container that is gone
 *
 * An engine gets 5 s, all engines together 10 s, and then the files and the journal 5 s more; what
 * comes later is not waited for. The journal is asked for 16 containers at most. A list may be of
 * any length: containers past OW_NAMES_MAX are not known. Of what a container is configured with
 * nothing is kept but what struct ow_name has.
 */

#define OW_NAMES_MAX 50000

struct ow_names;

struct ow_names_options {
	const char *host; /* of the engine, as for ow_docker_inspect; NULL: the usual ones */
	const char *root; /* look below this folder, and ask no engine; NULL: this host */
	bool no_engines;  /* files only: no socket is opened */
	bool no_places;   /* nobody is asked: a name is what the path says */
};

/* Asks nobody yet. NULL when there is no memory. The options' strings are copied. */
struct ow_names *ow_names_new(const struct ow_names_options *options);
struct ow_names *ow_names_free(struct ow_names *names);

static inline void ow_names_freep(struct ow_names **names)
{
	*names = ow_names_free(*names);
}

/*
 * Who that is. Whatever is not known stays NULL, and so an owner that nobody knows has its id and
 * runtime only: never an error. A container in a pod, or a pod in a slice, gets the pod from its
 * path. 0 or -ENOMEM. The strings live as long as names and owner both do.
 */
int ow_names_owner(struct ow_names *names, const struct ow_owner *owner, struct ow_name *ret);

/*
 * Is that what text asks for? text is an id or the first 4 digits of one or more, the name of a
 * container, a pod, "NAMESPACE/POD", a unit with or without its ".service".
 */
bool ow_name_is(const struct ow_name *name, const char *text);

/*
 * The known containers that text asks for, also those that are not running: the names of all places
 * are looked through. ret is theirs, valid until the next call; *ret_n is 0 where nobody knows it.
 * 0 or -ENOMEM.
 */
int ow_names_find(struct ow_names *names, const char *text, const struct ow_name **ret,
		  size_t *ret_n);

/* The engines that are asked, for who has more questions: then they are waited for no longer than
 * they say, all questions together. Errors are those of ow_docker_open; names owns it. */
int ow_names_engines(struct ow_names *names, struct ow_docker **ret, struct ow_err *err);

/* The places that were asked so far, and what came of it; valid until the next question. */
const struct ow_source *ow_names_sources(const struct ow_names *names, size_t *ret_n);

#endif
