/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RENDER_ACCOUNT_H
#define OW_RENDER_ACCOUNT_H

#include <stdio.h>

#include "report/account.h"

/* The account as one JSON object, "oomwhy.account/1"; docs/formats/account.md describes it. 0 or
 * -EIO. */
int ow_account_json(const struct ow_account *account, FILE *out);

/* The steps as a table, for people: what is added is indented, what is a sum begins with "=". width
 * is that of the terminal; 0: as wide as it takes. from[i] says where step i is from. 0, -ENOMEM or
 * -EIO. */
int ow_account_table(const struct ow_account *account, const char *const *from, size_t width,
		     FILE *out);

/* Goroutines as one JSON object, "oomwhy.goroutines/1". 0 or -EIO. */
int ow_goroutines_json(const struct ow_goroutine_view *view, FILE *out);

/* Goroutines for people; at most so many stacks. 0, -ENOMEM or -EIO. */
int ow_goroutines_text(const struct ow_goroutine_view *view, size_t most, FILE *out);

#endif
