/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "analyze/heap-internal.h"

const size_t heap_depths[HEAP_DEPTHS] = { 32, 64, 128 };

/* A profile that was scaled up has no less objects than one sample stands for. */
void heap_see_scale(struct heap_work *work, double bytes, double size)
{
	const double p = work->period > 1 ? -expm1(-size / work->period) : 1;

	work->seen.raw_bytes += bytes / p;
	if (p > 0.1)
		return;
	work->seen.small++;
	work->seen.too_small += bytes / size * p < 0.5;
}

static size_t frames_of(const struct heap_work *work, const struct ow_profile_sample *sample)
{
	size_t n = 0;

	for (size_t i = 0; i < sample->n_locations; i++) {
		const uint32_t lines = work->view->location[sample->location[i]].n_lines;

		n += lines ? lines : 1;
	}
	return n;
}

/* Does the stack begin where goroutines do? What runs main is seen, what a go statement runs may be
 * any function. */
static bool is_rooted(const struct heap_work *work, const struct ow_profile_sample *sample)
{
	const struct ow_profile_location *root =
		&work->view->location[sample->location[sample->n_locations - 1]];
	struct ow_str name = { "", 0 };

	if (root->n_lines)
		name = work->view->function[root->line[root->n_lines - 1].function].name;
	return ow_str_is(name, "runtime.main") || ow_str_is(name, "runtime.goexit") ||
	       ow_str_is(name, "net/http.(*conn).serve") || ow_str_is(name, "testing.tRunner") ||
	       ow_str_is(name, "runtime.mstart") || ow_str_is(name, "runtime.systemstack");
}

void heap_see_depth(struct heap_work *work, const struct ow_profile_sample *sample, double bytes)
{
	const size_t depth[] = { sample->n_locations, frames_of(work, sample) };
	const bool rooted = is_rooted(work, sample);

	for (size_t k = 0; k < OW_ARRAY_SIZE(depth); k++) {
		if (depth[k] > work->seen.deepest[k])
			work->seen.deepest[k] = depth[k];
		for (size_t i = 0; i < HEAP_DEPTHS && !rooted; i++)
			if (heap_is_at_depth(depth[k], i))
				work->seen.deep_bytes[k][i] += bytes;
	}
}
