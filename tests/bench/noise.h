/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_BENCH_NOISE_H
#define OW_TESTS_BENCH_NOISE_H

#include <stddef.h>
#include <stdint.h>

/* Numbers that look random and are the same for the same seed on each machine. */
struct random {
	uint64_t state;
};

uint64_t random_next(struct random *random);
uint64_t random_below(struct random *random, uint64_t n);

/* A line of a log that is of no OOM report. */
struct noise {
	const char *program; /* "systemd[1]"; NULL: the kernel wrote it */
	char text[512];      /* without a line feed */
	size_t n;
};

/* One line in two hundred holds a word that reports have, too: "memory", "killed", "room". */
void noise_make(struct random *random, struct noise *ret);

#endif
