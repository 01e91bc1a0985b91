/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_FLAME_INTERNAL_H
#define OW_RENDER_FLAME_INTERNAL_H

#include <stddef.h>

/* The looks and the script of a picture, line by line; NULL is the end. Made from flame.css and
 * flame.js when it is built. */
extern const char *const flame_css[];
extern const char *const flame_js[];

#endif
