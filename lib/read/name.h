/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_NAME_H
#define OW_READ_NAME_H

#include "base/arena.h"
#include "base/err.h"
#include "base/scan.h"
#include "record/name.h"

/*
 * Names, as those who give them write them down. What is not there stays NULL, and so does from,
 * which only the caller knows. All of it may hold anything: it is kept as it is, but for texts of
 * more than 4 KiB, which are no names.
 */

/* Who wrote the JSON. */
enum ow_name_form {
	OW_NAME_LISTED, /* an item of GET /containers/json: {"Id":"..","Names":["/leaky"],...} */
	OW_NAME_EVENT,  /* of GET /events: {"Actor":{"ID":"..","Attributes":{"name":"leaky"}}} */
	OW_NAME_DOCKER, /* config.v2.json of Docker's own folder: {"ID":"..","Name":"/leaky",...} */
	OW_NAME_OCI,    /* config.json of a runtime, for its annotations; has no id */
	OW_NAME_STORAGE, /* an item of containers.json of CRI-O and Podman */
	OW_NAME_KEPT,    /* a line of the file "names" of a case */
	OW_NAME_FORM_COUNT,
};

/* Returns 0, -EBADMSG when the text is no JSON object, or -ENOMEM; ret as it was then. */
int ow_name_read(enum ow_name_form form, struct ow_str json, struct ow_arena *arena,
		 struct ow_name *ret);

/*
 * The name of a log: "web-0_shop_app-<64 hex>.log" is container app of pod web-0 in namespace
 * shop. -EINVAL when it is no such name: kubelet cuts long ones, and the id is at the end.
 */
int ow_name_read_log(const char *file, struct ow_arena *arena, struct ow_name *ret);

/* The folder of a pod's logs: "shop_web-0_<uid>"; id is the uid. -EINVAL. */
int ow_name_read_pod(const char *folder, struct ow_arena *arena, struct ow_name *ret);

/* A name as a line of the file "names" of a case, without its line feed. NULL: no memory. */
const char *ow_name_write(const struct ow_name *name, struct ow_arena *arena);

/* The names of such a file. Lines that make no sense are counted. 0 or -ENOMEM. */
int ow_names_read(struct ow_str bytes, struct ow_arena *arena, struct ow_name **ret, size_t *ret_n,
		  size_t *ret_bad);

#endif
