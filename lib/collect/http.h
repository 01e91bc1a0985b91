/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_COLLECT_HTTP_H
#define OW_COLLECT_HTTP_H

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define OW_HTTP_BODY_MAX OW_MIB(256)

/*
 * Gets what lies at an address of http or https into the file fd, at most OW_HTTP_BODY_MAX bytes of
 * it. Redirects are not followed: they could lead to where the user did not ask. User names,
 * passwords and queries of the address are in no message.
 *
 * -ECONNREFUSED and the like: nobody answers; -ETIMEDOUT; -EFBIG; -EPROTO: the server answers with
 * something else; err says which.
 */
int ow_http_get(const char *url, int64_t timeout_usec, int fd, struct ow_err *err);

/*
 * What pprof takes for an address: with http:// or https://, or HOST:PORT with a path. Makes it
 * whole: without a path it is that of the heap profile; seconds (0: none) ask for a profile of the
 * next so many. *ret_name is the address as it may be shown. -EINVAL: it is none.
 */
int ow_http_profile_url(const char *text, int64_t seconds, struct ow_arena *arena, char **ret_url,
			char **ret_name);

#endif
