/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-heap: what a heap profile says, and how sure it is; answers as go tool pprof does, too. */
#include "heap.h"

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(HEAP_MEMORY_MAX);
	const struct heap_report *report;
	struct heap_sources sources = { 0 };
	struct ow_profile *profile;
	const char *pattern;
	int status = heap_choose_report(command, &report, &pattern);

	if (!arena)
		return ow_command_fail(command, OW_EXIT_FAILED, "there is no memory");
	if (status == OW_EXIT_DONE && arg_heap.series)
		return heap_series(command, n, argv, arena);
	if (status == OW_EXIT_DONE)
		status = heap_load(command, n, argv, arena, &profile, &sources);
	if (status != OW_EXIT_DONE)
		return status;
	if (!report)
		return heap_view(command, profile, &sources, arena);
	heap_warn_nameless(command, profile);
	return heap_write(command, report, pattern, profile, arena);
}

int main(int argc, char *argv[])
{
	const struct ow_command command = {
		.name = "oomwhy-heap",
		.synopsis = "[REPORT] [OPTION...] [BINARY] PROFILE...",
		.purpose = "Show which function holds the memory, from a heap profile",
		.about =
			"A PROFILE is a file, - for standard input, or the address of a server:\n"
			"http://HOST:PORT/debug/pprof/heap. Several are put together. Without a\n"
			"REPORT it says who holds what, how sure that is and how old; the reports\n"
			"and their options are those of go tool pprof, with one dash or two.",
		.operands = OW_COMPLETE_FILE,
		.single_dash = true,
		.options = heap_option_table,
		.n_options = heap_n_options,
		.run = run,
	};

	return ow_command_main(&command, argc, argv);
}
