/* SPDX-License-Identifier: Apache-2.0 */
#include "read/seen.h"

#define BACKWARD_MIN 8 /* lines of several CPUs are not quite in order */

/* All that was said is in it: the ring was read to its end, and a line gets there at once. */
static bool is_ring(const struct ow_source *source)
{
	return source->name && strcmp(source->name, "/dev/kmsg") == 0;
}

static void set_period(const struct ow_oom_seen *seen, struct ow_source *source)
{
	if (seen->have & OW_LINE_TIME) {
		source->have |= OW_SOURCE_PERIOD;
		source->first_usec = seen->time_first_usec;
		source->last_usec = seen->time_last_usec;
	}
	if (seen->have & OW_LINE_BOOT) {
		source->have |= OW_SOURCE_BOOT_PERIOD;
		source->boot_first_usec = seen->boot_first_usec;
		source->boot_last_usec = seen->boot_last_usec;
	}
	if (seen->have & OW_LINE_SEQUENCE) {
		source->have |= OW_SOURCE_RING;
		source->overwritten = seen->first_sequence;
	}
}

static void set_searched(const struct ow_source *looked, struct ow_source *source)
{
	source->have |= looked->have;
	source->first_usec = looked->first_usec;
	source->last_usec = looked->last_usec;
	source->boot_first_usec = looked->boot_first_usec;
	source->boot_last_usec = looked->boot_last_usec;
	source->lines = source->kernel_lines = looked->lines;
	source->failures = looked->failures;
	source->late_boots = looked->late_boots;
	source->bad_files = looked->bad_files;
}

void ow_seen_source(const struct ow_oom_seen *seen, const struct ow_source *looked,
		    uint64_t reports, struct ow_source *source)
{
	const bool searched = looked->have & OW_SOURCE_SEARCHED;
	const uint64_t noticed = searched ? looked->noticed : seen->noticed;

	source->have = is_ring(source) ? OW_SOURCE_LIVE : 0;
	if (__builtin_add_overflow(seen->lost, looked->lost, &source->lost))
		source->lost = UINT64_MAX;
	source->overruns = seen->overruns;
	source->suppressed = seen->suppressed;
	source->repeated = seen->repeated;
	source->cut_lines = seen->cut_lines;
	source->binary_lines = seen->binary_lines;
	source->backward = seen->earlier > BACKWARD_MIN && seen->earlier / 2 > seen->later;
	source->foreign_lines = seen->foreign_lines;
	source->noticed = noticed > reports ? noticed - reports : 0;
	if (searched) {
		set_searched(looked, source);
		return;
	}
	set_period(seen, source);
	source->lines = seen->lines;
	source->kernel_lines = seen->kernel_lines;
	source->failures = seen->failures;
	source->have |= seen->passed_over ? OW_SOURCE_SKIMMED : 0;
}

void ow_seen_times(struct ow_oom_seen *seen, const struct ow_line *line)
{
	if (line->have & seen->have & OW_LINE_BOOT) {
		seen->later += line->boot_usec > seen->boot_last_usec;
		seen->earlier += line->boot_usec < seen->boot_last_usec;
	} else if (line->have & seen->have & OW_LINE_TIME) {
		seen->later += line->time_usec > seen->time_last_usec;
		seen->earlier += line->time_usec < seen->time_last_usec;
	}
	if (line->have & OW_LINE_BOOT) {
		if (!(seen->have & OW_LINE_BOOT))
			seen->boot_first_usec = line->boot_usec;
		seen->boot_last_usec = line->boot_usec;
	}
	if (line->have & OW_LINE_TIME) {
		if (!(seen->have & OW_LINE_TIME))
			seen->time_first_usec = line->time_usec;
		seen->time_last_usec = line->time_usec;
	}
	seen->have |= line->have & (OW_LINE_BOOT | OW_LINE_TIME);
}
