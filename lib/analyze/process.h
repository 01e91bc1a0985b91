/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_ANALYZE_PROCESS_H
#define OW_ANALYZE_PROCESS_H

#include "analyze/hypothesis.h"

/* What the families of the level process share. */

#define OW_HELD_IT 0.80 /* of usage and swap: killing it gives the memory back */
#define OW_TWICE   2    /* another one must free so many times as much to be the holder instead */

/* Why the sizes of processes say nothing about who held it, and what would. */
struct ow_void {
	const char *text;
	const char *datum, *command; /* NULL: those of the hypothesis */
};

/* NULL where the sizes do say it. */
const struct ow_void *ow_process_void(const struct ow_scene *s);

/* Leaves f open for that reason. */
void ow_process_open(const struct ow_scene *s, struct ow_finding *f, const struct ow_void *why);

/* How many processes of the victim's name were killed in this incident. */
size_t ow_process_storm(const struct ow_scene *s);

/* Many small ones: ten or more hold most of it together, and none has more than a quarter, or ten
 * of one name were killed in one incident, and none of them was enough. Judged before processes are
 * added up by name. */
bool ow_process_many_small(const struct ow_scene *s);

/* The sum of what all processes would free is above the whole by more than 5 %: shared between
 * them, or charged elsewhere. */
bool ow_process_too_much(const struct ow_scene *s);

/* How well the counters of resident pages are known. */
enum ow_trust {
	OW_TRUST_BAR,   /* by how much they may be off, for each process */
	OW_TRUST_CHECK, /* not, but their sum agrees with the group's own, exact counters */
	OW_TRUST_NONE,
};

enum ow_trust ow_process_trust(const struct ow_scene *s, uint64_t *bar_bytes);

/* "eat" (pid 2897), or 21 processes of "php-fpm" */
const char *ow_process_program(const struct ow_scene *s, struct ow_finding *f,
			       const struct ow_program *program);

#endif
