/* SPDX-License-Identifier: Apache-2.0 */
#include "base/thread.h"

#include <sched.h>
#include <signal.h>

#include "base/arena.h"
#include "unit.h"

static void *see_mask(void *arg)
{
	(void)pthread_sigmask(SIG_SETMASK, NULL, arg);
	return arg;
}

static void signals_are_for_the_threads_of_the_program(void **state)
{
	sigset_t mask, before, after;
	void *returned = NULL;
	pthread_t thread;

	(void)state;
	(void)pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_true(ow_thread_start(&thread, see_mask, &mask, OW_KIB(256)));
	(void)pthread_sigmask(SIG_SETMASK, NULL, &after);
	assert_int_equal(pthread_join(thread, &returned), 0);
	assert_ptr_equal(returned, &mask);
	assert_int_equal(sigismember(&mask, SIGTERM), 1);
	assert_int_equal(sigismember(&mask, SIGCHLD), 1);
	assert_int_equal(sigismember(&mask, SIGPIPE), 0); /* who writes into a pipe dies of it */
	assert_int_equal(sigismember(&after, SIGTERM), sigismember(&before, SIGTERM));
}

static void one_processor_is_no_help(void **state)
{
	cpu_set_t all, one;

	(void)state;
	if (sched_getaffinity(0, sizeof(all), &all) < 0)
		skip(); /* there are more than the set has room for */
	assert_int_equal(ow_thread_helps(), CPU_COUNT(&all) > 1);
	CPU_ZERO(&one);
	for (size_t i = 0; CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_false(ow_thread_helps());
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(signals_are_for_the_threads_of_the_program),
		UNIT(one_processor_is_no_help),
	};

	return cmocka_run_group_tests_name("base/thread", tests, NULL, NULL);
}
