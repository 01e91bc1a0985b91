/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_CMD_SCREEN_H
#define OW_CMD_SCREEN_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A terminal that is drawn again and again in place, as top(1) does it: on the alternate screen, so
 * that what stood there before is back afterwards, also when a signal ends this process, and while
 * it is stopped.
 */

/* Writes one picture to out: at most rows lines of at most columns; what is more is cut off. A
 * negative errno ends it all. */
typedef int ow_screen_fn(void *arg, size_t columns, size_t rows, FILE *out);

/*
 * Draws every period_usec microseconds, and at once when the terminal changed its size or this
 * process was continued. The usual end is a signal (SIGINT, SIGTERM, SIGHUP, SIGQUIT), of which the
 * process dies as it would have without. Else it returns what draw returned, -ENOMEM, or what
 * write(2) said. Standard output must be a terminal.
 */
int ow_screen_run(int64_t period_usec, ow_screen_fn *draw, void *arg);

/*
 * For whom drawing is not the only work: pictures one by one, between enter and leave. The process
 * may be stopped and continued meanwhile; signals that end it are the caller's, who leaves first.
 * Each returns 0, -ENOMEM, what draw returned, or what write(2) said.
 */
int ow_screen_enter(void);
int ow_screen_draw(ow_screen_fn *draw, void *arg);
void ow_screen_leave(void);

#endif
