/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_GO_NAME_H
#define OW_RECORD_GO_NAME_H

#include <stdbool.h>

#include "base/scan.h"

/* The names that Go gives its functions: "net/http.(*conn).serve". */

/* The import path that one begins with: "net/http". What stands in brackets may hold slashes of its
 * own. Empty when there is none. */
struct ow_str ow_go_package(struct ow_str function);

/* Is the package one of Go's own? They are told by the first word of their path: that it has no dot
 * is not enough, as modules without one exist as well. */
bool ow_go_is_standard(struct ow_str package);

#endif
