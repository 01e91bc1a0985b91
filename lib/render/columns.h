/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_COLUMNS_H
#define OW_RENDER_COLUMNS_H

#include <stddef.h>

#include "base/scan.h"

/*
 * How wide text is in a terminal, whatever the locale: East Asian wide characters and pictures take
 * two columns, combining marks none. Bytes that are no UTF-8 count as one each; escaped text
 * (base/escape.h) has none.
 */
size_t ow_columns(struct ow_str s);

/* The bytes at the front of s that fit into columns; never the half of a character. */
size_t ow_columns_fit(struct ow_str s, size_t columns);

#endif
