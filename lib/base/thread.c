/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <sched.h>
#include <signal.h>

bool ow_thread_helps(void)
{
	cpu_set_t set;

	/* It fails where there are more than the set has room for. */
	return sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) > 1;
}

bool ow_thread_start(pthread_t *ret, void *(*run)(void *arg), void *arg, size_t stack)
{
	pthread_attr_t attr;
	sigset_t others, old;
	bool started;

	if (pthread_attr_init(&attr) != 0)
		return false;
	(void)sigfillset(&others);
	(void)sigdelset(&others, SIGPIPE);
	(void)pthread_sigmask(SIG_SETMASK, &others, &old);
	started = pthread_attr_setstacksize(&attr, stack) == 0 &&
		  pthread_create(ret, &attr, run, arg) == 0;
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	(void)pthread_attr_destroy(&attr);
	return started;
}
