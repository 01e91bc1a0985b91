/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes what a Go program and others around it print, the same for the same arguments:
 *
 *   make-gc-log BYTES SEED EVERY
 *
 * One line in EVERY is a collection, every tenth of them with a line of the program in its midst:
 * where it begins it is still a line for `grep -c '^gc '`.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/scan.h"
#include "noise.h"

#define TORN_EVERY 10

struct log {
	struct random random;
	uint64_t bytes, collections;
	uint64_t at_msec;
};

static void write_noise(struct log *log)
{
	struct noise noise;
	int n;

	noise_make(&log->random, &noise);
	log->at_msec += 1 + random_below(&log->random, 5);
	n = printf("2026/11/20 06:%02u:%02u %s: %.*s\n", (unsigned)(log->at_msec / 60000 % 60),
		   (unsigned)(log->at_msec / 1000 % 60), noise.program ? noise.program : "kernel",
		   (int)noise.n, noise.text);
	log->bytes += n > 0 ? (uint64_t)n : 0;
}

static void write_collection(struct log *log)
{
	const uint64_t live = 20 + log->collections / 1000, n = ++log->collections;
	int length = printf("gc %" PRIu64 " @%" PRIu64 ".%03us 1%%: 0.0%u+1.%u+0.0%u ms clock, ", n,
			    log->at_msec / 1000, (unsigned)(log->at_msec % 1000),
			    10 + (unsigned)random_below(&log->random, 80),
			    (unsigned)random_below(&log->random, 10),
			    10 + (unsigned)random_below(&log->random, 80));

	log->bytes += length > 0 ? (uint64_t)length : 0;
	if (n % TORN_EVERY == 0)
		write_noise(log);
	length = printf("0+0.%u/1.%u/0+0 ms cpu, %" PRIu64 "->%" PRIu64 "->%" PRIu64 " MB, %" PRIu64
			" MB goal, 0 MB stacks, 0 MB globals, 8 P\n",
			10 + (unsigned)random_below(&log->random, 80),
			(unsigned)random_below(&log->random, 10), 2 * live, 2 * live + 1, live,
			2 * live);
	log->bytes += length > 0 ? (uint64_t)length : 0;
}

static uint64_t number(const char *text)
{
	struct ow_str s = ow_str(text);
	uint64_t value;

	if (!ow_scan_u64(&s, &value) || s.n)
		errx(EXIT_FAILURE, "'%s' is no number", text);
	return value;
}

int main(int argc, char *argv[])
{
	struct log log = { 0 };
	uint64_t bytes, every, line = 0;

	if (argc != 4)
		errx(EXIT_FAILURE, "usage: make-gc-log BYTES SEED EVERY");
	bytes = number(argv[1]);
	log.random.state = number(argv[2]);
	every = number(argv[3]);
	if (every == 0)
		errx(EXIT_FAILURE, "there is no line in 0");
	while (log.bytes < bytes) {
		if (++line % every == 0)
			write_collection(&log);
		else
			write_noise(&log);
	}
	if (fflush(stdout) != 0)
		err(EXIT_FAILURE, "cannot write");
	return EXIT_SUCCESS;
}
