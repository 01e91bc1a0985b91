/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_THREAD_H
#define OW_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

/* What the threads have in common that work beside the program's own. */

/* May this process use more than one processor at once? Else a second thread only costs. */
bool ow_thread_helps(void);

/* Starts run(arg) with a stack of so many bytes. Signals stay with the program's own threads, but
 * for SIGPIPE, which who writes has to get. False where no thread can be had. */
bool ow_thread_start(pthread_t *ret, void *(*run)(void *arg), void *arg, size_t stack);

#endif
