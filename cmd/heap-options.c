/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "heap.h"
#include "render/flame.h"
#include "render/folded.h"

struct heap_options arg_heap = {
	.trim = true,
	.rows = -1,
	.seconds = -1,
	.timeout = -1,
};

/* The reports without a pattern are first: each has a place in heap_options.report. */
enum {
	TOP,
	TEXT,
	TREE,
	TRACES,
	TAGS,
	RAW,
	COMMENTS,
	DOT,
	CALLGRIND,
	PROTO,
	SVG,
	PNG,
	PDF,
	GIF,
	PS,
	FOLDED,
	PEEK,
	LIST,
	FLAME,
};

#define ADDRESSES                                             \
	.whole = true, .settled = true, .with_inlines = true, \
	.granularity = OW_GRANULARITY_ADDRESSES

#define PICTURE(format)                                                                     \
	{                                                                                   \
		.name = format, .write = ow_pprof_dot, .dot_format = format, .graph = true, \
		.edges = true, .picture = true, .binary = true                              \
	}

const struct heap_report heap_reports[] = {
	[TOP] = { .name = "top", .write = ow_pprof_text, .graph = true, .all_rows = true },
	[TEXT] = { .name = "text", .write = ow_pprof_text, .graph = true, .all_rows = true },
	[TREE] = { .name = "tree", .write = ow_pprof_tree, .graph = true, .edges = true },
	[TRACES] = { .name = "traces", .write = ow_pprof_traces },
	[TAGS] = { .name = "tags", .write = ow_pprof_tags },
	[RAW] = { .name = "raw", .write = ow_pprof_raw, ADDRESSES },
	[COMMENTS] = { .name = "comments", .write = ow_pprof_comments },
	[DOT] = { .name = "dot",
		  .write = ow_pprof_dot,
		  .graph = true,
		  .edges = true,
		  .picture = true },
	[CALLGRIND] = { .name = "callgrind",
			.write = ow_pprof_callgrind,
			.graph = true,
			.edges = true,
			.objects = true,
			ADDRESSES },
	[PROTO] = { .name = "proto", .write = ow_pprof_proto, .binary = true, ADDRESSES },
	[SVG] = PICTURE("svg"),
	[PNG] = PICTURE("png"),
	[PDF] = PICTURE("pdf"),
	[GIF] = PICTURE("gif"),
	[PS] = PICTURE("ps"),
	[FOLDED] = { .name = "folded", .write = ow_folded, .stacks = true, .streams = true },
	[PEEK] = { .name = "peek",
		   .write = ow_pprof_tree,
		   .graph = true,
		   .edges = true,
		   .whole = true,
		   .pattern = true },
	[LIST] = { .name = "list",
		   .write = ow_pprof_list,
		   .graph = true,
		   .objects = true,
		   .whole = true,
		   .pattern = true,
		   .settled = true,
		   .granularity = OW_GRANULARITY_LINES },
	[FLAME] = { .name = "flame", .write = ow_flame_svg, .stacks = true, .flame = true },
};
const size_t heap_n_reports = OW_ARRAY_SIZE(heap_reports);

_Static_assert(PEEK <= OW_ARRAY_SIZE(arg_heap.report), "each report has a flag");

#define FLAG(word, member, text)                                                    \
	{                                                                           \
		.name = word, .flag = &arg_heap.member, .truth = true, .help = text \
	}
#define REPORT(word, index, text)                                                          \
	{                                                                                  \
		.name = word, .flag = &arg_heap.report[index], .truth = true, .help = text \
	}
#define WORD(word, member, what, text)                                            \
	{                                                                         \
		.name = word, .arg = &arg_heap.member, .hint = what, .help = text \
	}
#define REFUSED(word, instead)                  \
	{                                       \
		.name = word, .refuse = instead \
	}

const struct ow_option heap_option_table[] = {
	{ .brief = 'n',
	  .name = "rows",
	  .number = &arg_heap.rows,
	  .hint = "N",
	  .help = "without a REPORT: at most so many rows (10)" },
	{ .name = "json", .flag = &arg_heap.json, .help = "without a REPORT: all rows, as JSON" },
	{ .name = "series",
	  .flag = &arg_heap.series,
	  .help = "what grows over the profiles of one process",
	  .more = "Of each path how much is added, and how sure that is: by a line through all "
		  "profiles (Theil-Sen, with Sen's 95 % interval) where there are four or more, else by "
		  "the first and the last with twice the sampling error of both. They may be named in any "
		  "order. Profiles that do not belong to the others are left out, which is said. With "
		  "--limit also when that is reached at this slope." },
	{ .name = "limit",
	  .arg = &arg_heap.limit,
	  .hint = "BYTES",
	  .help = "what the program may take: 200M" },

	REPORT("top", TOP, "the functions that have most"),
	REPORT("text", TEXT, "the same as --top"),
	REPORT("tree", TREE, "each function with its callers and callees"),
	WORD("peek", peek, "REGEX", "callers and callees of these functions"),
	WORD("list", list, "REGEX", "the source of these functions, with values"),
	REPORT("traces", TRACES, "all stacks, with their labels"),
	REPORT("tags", TAGS, "the labels, with sums"),
	REPORT("raw", RAW, "the whole profile as text"),
	REPORT("comments", COMMENTS, "the comments of the profile"),
	REPORT("dot", DOT, "the graph of calls, for Graphviz"),
	REPORT("svg", SVG, "that graph, drawn by Graphviz's dot"),
	REPORT("png", PNG, "that graph as PNG"),
	REPORT("pdf", PDF, "that graph as PDF"),
	REPORT("gif", GIF, "that graph as GIF"),
	REPORT("ps", PS, "that graph as PostScript"),
	REPORT("callgrind", CALLGRIND, "for KCachegrind"),
	REPORT("proto", PROTO, "the profile as profile.proto, packed"),
	REPORT("folded", FOLDED, "whole stacks, one a line: root;...;leaf value"),
	{ .name = "flame",
	  .arg = &arg_heap.flame,
	  .hint = "FILE.svg",
	  .complete = OW_COMPLETE_FILE,
	  .help = "draw whole stacks into this file, for a browser",
	  .more = "One file without anything from outside, also for differences; - is standard output." },

	FLAG("inuse_space", inuse_space, "bytes that are still in use"),
	FLAG("inuse_objects", inuse_objects, "objects that are still in use"),
	FLAG("alloc_space", alloc_space, "bytes that were allocated in all"),
	FLAG("alloc_objects", alloc_objects, "objects that were allocated in all"),
	WORD("sample_index", sample_index, "NAME|N", "what to count, by name or number"),
	FLAG("total_delay", total_delay, "the same as --sample_index=delay"),
	FLAG("contentions", contentions, "the same as --sample_index=contentions"),
	FLAG("mean_delay", mean_delay, "the same as --mean --sample_index=delay"),
	FLAG("mean", mean, "divide by the number of objects"),

	{ .name = "base",
	  .arg = &arg_heap.base,
	  .hint = "FILE",
	  .complete = OW_COMPLETE_FILE,
	  .help = "subtract this profile" },
	{ .name = "diff_base",
	  .arg = &arg_heap.diff_base,
	  .hint = "FILE",
	  .complete = OW_COMPLETE_FILE,
	  .help = "the same, with percentages of it" },
	FLAG("normalize", normalize, "scale to the sums of the base first"),
	FLAG("drop_negative", drop_negative, "leave out what shrank"),
	WORD("divide_by", divide_by, "N", "divide all values, as by a number of jobs"),

	WORD("focus", filter.focus, "REGEX", "only stacks with a match"),
	WORD("ignore", filter.ignore, "REGEX", "only stacks without a match"),
	WORD("show", filter.show, "REGEX", "only frames that match"),
	WORD("hide", filter.hide, "REGEX", "only frames that do not match"),
	WORD("show_from", filter.show_from, "REGEX", "cut what calls the first match"),
	WORD("prune_from", filter.prune_from, "REGEX", "cut what the match calls"),
	WORD("tagfocus", filter.tag_focus, "TAGS", "only stacks with such labels"),
	WORD("tagignore", filter.tag_ignore, "TAGS", "only stacks without such labels"),
	WORD("tagshow", filter.tag_show, "REGEX", "only labels whose key matches"),
	WORD("taghide", filter.tag_hide, "REGEX", "only labels whose key does not match"),
	WORD("tagroot", filter.tag_root, "KEYS", "labels as frames above the first"),
	WORD("tagleaf", filter.tag_leaf, "KEYS", "labels as frames below the last"),
	FLAG("all_frames", filter.all_frames, "also frames that the profile drops"),

	FLAG("functions", granularity[OW_GRANULARITY_FUNCTIONS], "a row a function (the default)"),
	FLAG("filefunctions", granularity[OW_GRANULARITY_FILEFUNCTIONS],
	     "a row a function and file"),
	FLAG("files", granularity[OW_GRANULARITY_FILES], "a row a file"),
	FLAG("lines", granularity[OW_GRANULARITY_LINES], "a row a line of source"),
	FLAG("addresses", granularity[OW_GRANULARITY_ADDRESSES], "a row an address"),
	FLAG("noinlines", filter.no_inlines, "count inlined functions for their caller"),
	FLAG("showcolumns", filter.show_columns, "with columns of the source, if known"),

	FLAG("flat", flat, "sort by own values (the default)"),
	FLAG("cum", cum, "sort by values with all that is called"),
	WORD("nodecount", nodecount, "N", "at most so many rows"),
	WORD("nodefraction", nodefraction, "F", "leave out rows below this part: 0.005"),
	WORD("edgefraction", edgefraction, "F", "leave out calls below this part: 0.001"),
	{ .name = "trim",
	  .flag = &arg_heap.trim,
	  .truth = true,
	  .help = "leave out what is small; --trim=false shows all" },
	FLAG("relative_percentages", relative_percentages, "percentages of what is in focus"),
	FLAG("compact_labels", compact_labels, "without the head of the report"),
	WORD("unit", unit, "UNIT", "MB, kB, auto for each value; else one for all"),
	{ .brief = 'o',
	  .name = "output",
	  .arg = &arg_heap.output,
	  .hint = "FILE",
	  .complete = OW_COMPLETE_FILE,
	  .help = "write there" },

	WORD("source_path", source_path, "DIRS", "where sources are, with colons between"),
	WORD("trim_path", trim_path, "DIRS", "what to cut from the front of their paths"),
	{ .name = "source-root",
	  .arg = &arg_heap.source_root,
	  .hint = "DIRS",
	  .complete = OW_COMPLETE_DIR,
	  .help = "tops of source trees, for --list",
	  .more = "Where a program was built with -trimpath or elsewhere: of the path in the "
		  "profile as much is cut from the front as it takes to find the file below one of "
		  "these." },
	WORD("buildid", build_id, "ID", "the build id of the program"),
	WORD("add_comment", comment, "TEXT", "add a comment to the profile"),
	WORD("symbolize", symbolize, "MODE", "taken and left: nothing is looked up in binaries"),
	{ .name = "seconds",
	  .number = &arg_heap.seconds,
	  .hint = "N",
	  .help = "of a server: what changes in so many seconds" },
	{ .name = "timeout",
	  .number = &arg_heap.timeout,
	  .hint = "N",
	  .help = "give a server so many seconds (60)" },

	REFUSED("http", "open the file of -svg -output=FILE in a browser"),
	REFUSED("no_browser", "there is no -http either"),
	REFUSED("web", "use -svg -output=FILE"),
	REFUSED("weblist", "use -list=REGEX"),
	REFUSED("disasm", "use -list=REGEX, or go tool pprof"),
	REFUSED("topproto", "use -top, or -proto"),
	REFUSED("call_tree", "use -traces, or -peek=REGEX"),
	REFUSED("kcachegrind", "use -callgrind -output=FILE, then kcachegrind FILE"),
	REFUSED("eog", "use -png -output=FILE"),
	REFUSED("evince", "use -pdf -output=FILE"),
	REFUSED("gv", "use -ps -output=FILE"),
	REFUSED("intel_syntax", "there is no -disasm either"),
	REFUSED("tools", "nothing is looked up in binaries; names come from the profile"),
};
const size_t heap_n_options = OW_ARRAY_SIZE(heap_option_table);

/* Options that say how one of pprof's reports is to be made: they ask for one. */
static bool shapes_report(void)
{
	const struct heap_options *o = &arg_heap;
	const struct ow_profile_filter *f = &o->filter;
	const bool flags[] = { o->flat,        o->cum,           !o->trim,
			       o->mean,        o->mean_delay,    o->relative_percentages,
			       o->inuse_space, o->inuse_objects, o->compact_labels,
			       o->alloc_space, o->alloc_objects, o->drop_negative,
			       o->total_delay, o->contentions,   f->no_inlines,
			       f->show_columns };
	const char *const words[] = { o->nodecount, o->nodefraction, o->edgefraction, o->divide_by,
				      o->unit,      o->sample_index, f->tag_root,     f->tag_leaf };
	bool any = false;

	for (size_t i = 0; i < OW_ARRAY_SIZE(flags); i++)
		any |= flags[i];
	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++)
		any |= words[i] && *words[i];
	for (size_t i = 0; i < OW_ARRAY_SIZE(o->granularity); i++)
		any |= o->granularity[i];
	return any;
}

/* Has the file that -flame names something in it that is no picture? "-flame 1.pb.gz 2.pb.gz" must
 * not cost the first of them. */
static bool is_no_picture(const char *path)
{
	ow_scoped(ow_closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char first;

	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && read(fd, &first, 1) == 1 &&
	       first != '<';
}

int heap_choose_report(const struct ow_command *command, const struct heap_report **report,
		       const char **pattern)
{
	const struct heap_report *chosen = NULL;
	const char *text = NULL;
	const char *const words[] = { arg_heap.peek, arg_heap.list, arg_heap.flame };
	size_t n = 0;

	for (size_t i = 0; i < heap_n_reports; i++) {
		const char *word = i < PEEK ? NULL : words[i - PEEK];

		if (i < PEEK ? !arg_heap.report[i] : !word)
			continue;
		chosen = &heap_reports[i];
		text = chosen->pattern ? word : NULL;
		n++;
	}
	if (n > 1)
		return ow_command_misuse(command, "only one report can be asked for");
	if (arg_heap.flame && arg_heap.output)
		return ow_command_misuse(command, "-flame names the file: leave out -output");
	if (arg_heap.flame && is_no_picture(arg_heap.flame))
		return ow_command_misuse(command,
					 "-flame would write over '%s', which is no picture: "
					 "-flame=FILE.svg PROFILE",
					 arg_heap.flame);
	if (chosen && chosen->stacks && (arg_heap.mean || arg_heap.mean_delay))
		return ow_command_misuse(command, "-%s adds up values, which means do not",
					 chosen->name);
	if (!chosen && shapes_report())
		chosen = &heap_reports[TOP];
	if (chosen && arg_heap.series)
		return ow_command_misuse(command, "-series is a report of its own: leave out %s%s",
					 n ? "-" : "the options of pprof's reports",
					 n ? chosen->name : "");
	if (chosen && (arg_heap.json || arg_heap.limit || arg_heap.rows >= 0))
		return ow_command_misuse(command, "--json, --limit and -n are not for -%s%s",
					 chosen->name,
					 n ? "" : ", which an option of pprof's asks for");
	*report = chosen;
	*pattern = text;
	return OW_EXIT_DONE;
}
