/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analyze/flame.h"
#include "analyze/frames.h"
#include "analyze/profile-graph.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/pattern.h"
#include "base/scan.h"
#include "collect/code.h"
#include "heap.h"
#include "render/flame.h"

/* A report while it is made. */
struct work {
	const struct ow_command *command;
	const struct heap_report *report;
	struct ow_arena *arena;
	struct ow_profile_view *view;
	struct ow_graph_options graph;
	struct ow_pprof pprof;
	struct {
		struct ow_str file;
		struct ow_pprof_source source;
	} * source; /* files that were looked for */
	size_t n_sources;
};

static bool next(void *arg, struct ow_profile_sample *sample)
{
	return ow_profile_view_next(arg, sample);
}

static void rewind_view(void *arg)
{
	ow_profile_view_rewind(arg);
}

/* The places, one a line; their names may hold anything. */
static void say_tried(const struct work *work, struct ow_str file, const char *tried)
{
	struct ow_str rest = ow_str(tried), line;
	const char *name = ow_escape_line(work->arena, file);

	ow_command_warn(work->command, "'%s' was looked for as:", name ? name : "");
	while (ow_scan_line(&rest, &line)) {
		name = ow_escape_line(work->arena, line);
		fprintf(stderr, "  %s\n", name ? name : "");
	}
	if (!arg_heap.source_root)
		fprintf(stderr, "  (-source-root=DIR says where the top of its tree is)\n");
}

static const struct ow_pprof_source *find_source(void *arg, struct ow_str file)
{
	static const struct ow_pprof_source nothing = { .error = "there is no memory for it" };
	const struct ow_code_paths paths = { arg_heap.source_path, arg_heap.trim_path,
					     arg_heap.source_root };
	struct work *work = arg;
	struct ow_code code;
	__typeof__(work->source) more;

	for (size_t i = 0; i < work->n_sources; i++)
		if (work->source[i].file.n == file.n &&
		    memcmp(work->source[i].file.p, file.p, file.n) == 0)
			return &work->source[i].source;
	more = ow_grow(work->arena, work->source, work->n_sources, sizeof(*more));
	if (!more || ow_code_find(file, &paths, work->arena, &code) < 0)
		return &nothing;
	if (!code.path && code.tried)
		say_tried(work, file, code.tried);
	work->source = more;
	more += work->n_sources++;
	more->file = file;
	more->source = (struct ow_pprof_source){ code.path ? code.line : NULL, code.n, code.error };
	return &more->source;
}

/* A number of an option; what it is without one. */
static bool number(const char *text, double standard, double *ret)
{
	struct ow_str s = ow_str(text ? text : "");

	*ret = standard;
	return !text || (ow_scan_f64(&s, ret) && s.n == 0);
}

static int settle_rows(struct work *work)
{
	const struct heap_report *report = work->report;
	struct ow_graph_options *graph = &work->graph;
	double count, divisor;

	if (!number(arg_heap.nodecount, -1, &count) ||
	    !number(arg_heap.nodefraction, 0.005, &graph->node_fraction) ||
	    !number(arg_heap.edgefraction, 0.001, &graph->edge_fraction) ||
	    !number(arg_heap.divide_by, 1, &divisor))
		return ow_command_misuse(work->command, "-nodecount, -nodefraction, -edgefraction "
							"and -divide_by take a number");
	if (divisor == 0)
		return ow_command_misuse(work->command, "-divide_by takes a number that is not 0");
	if (count == -1)
		count = report->all_rows ? 0 : 80;
	if (report->whole || !arg_heap.trim)
		count = graph->node_fraction = graph->edge_fraction = 0;
	graph->node_count = count > 0 && count < 1e9 ? (size_t)count : 0;
	work->pprof.node_fraction = graph->node_fraction;
	work->pprof.edge_fraction = graph->edge_fraction;
	work->pprof.ratio = 1 / divisor;
	return OW_EXIT_DONE;
}

static int settle_granularity(struct work *work)
{
	struct ow_profile_filter *filter = &arg_heap.filter;
	size_t n = 0;

	for (size_t i = 0; i < OW_ARRAY_SIZE(arg_heap.granularity); i++) {
		if (!arg_heap.granularity[i])
			continue;
		filter->granularity = (enum ow_granularity)i;
		n++;
	}
	if (n > 1 || (arg_heap.flat && arg_heap.cum))
		return ow_command_misuse(work->command, "-functions, -filefunctions, -files, "
							"-lines and -addresses exclude each other, "
							"-flat and -cum, too");
	if (work->report->settled)
		filter->granularity = work->report->granularity;
	if (work->report->with_inlines)
		filter->no_inlines = false;
	filter->unit = arg_heap.unit ? arg_heap.unit : "minimum";
	return OW_EXIT_DONE;
}

/* What is counted: -sample_index, or the first of the flags that mean one. */
static int settle_type(struct work *work, const struct ow_profile *profile)
{
	const struct {
		bool given;
		const char *type, *flag;
	} flags[] = {
		{ arg_heap.total_delay, "delay", "total_delay" },
		{ arg_heap.mean_delay, "delay", "mean_delay" },
		{ arg_heap.contentions, "contentions", "contentions" },
		{ arg_heap.inuse_space, "inuse_space", "inuse_space" },
		{ arg_heap.inuse_objects, "inuse_objects", "inuse_objects" },
		{ arg_heap.alloc_space, "alloc_space", "alloc_space" },
		{ arg_heap.alloc_objects, "alloc_objects", "alloc_objects" },
	};
	const char *type = arg_heap.sample_index ? arg_heap.sample_index : "";
	char names[256] = "";
	size_t used = 0;
	struct ow_err err;

	for (size_t i = 0; i < OW_ARRAY_SIZE(flags); i++) {
		if (flags[i].given && *type)
			ow_command_warn(work->command,
					"-%s is ignored: -sample_index or another "
					"flag says what to count",
					flags[i].flag);
		else if (flags[i].given)
			type = flags[i].type;
	}
	if (profile->n_types == 0)
		return ow_command_fail(work->command, OW_EXIT_FAILED, "the profile has no samples");
	if (ow_profile_type_index(profile, type, &work->pprof.value))
		return OW_EXIT_DONE;
	for (size_t i = 0; i < profile->n_types && used < sizeof(names) - 1; i++) {
		const struct ow_str name = profile->type[i].type;
		const int n = snprintf(names + used, sizeof(names) - used, "%s%.*s", i ? ", " : "",
				       (int)name.n, name.p);

		used += n > 0 ? (size_t)n : 0;
	}
	(void)ow_fail(&err, ENOENT, "'%s' is not counted by this profile, only: %s", type, names);
	return ow_command_fail(work->command, OW_EXIT_FAILED, "%s", err.text);
}

/* The filters as the head of a report lists them. */
static int list_filters(struct work *work)
{
	const struct ow_profile_filter *f = &arg_heap.filter;
	const struct {
		const char *name, *text;
	} filters[] = {
		{ "focus", f->focus },
		{ "ignore", f->ignore },
		{ "hide", f->hide },
		{ "show", f->show },
		{ "show_from", f->show_from },
		{ "tagfocus", f->tag_focus },
		{ "tagignore", f->tag_ignore },
		{ "tagshow", f->tag_show },
		{ "taghide", f->tag_hide },
	};
	const char **line = ow_alloc(work->arena, OW_ARRAY_SIZE(filters), sizeof(const char *));
	size_t n = 0;

	for (size_t i = 0; line && i < OW_ARRAY_SIZE(filters); i++)
		if (filters[i].text && *filters[i].text)
			line[n++] =
				ow_printf(work->arena, "%s=%s", filters[i].name, filters[i].text);
	work->pprof.filter = line;
	work->pprof.n_filters = n;
	return ow_arena_refused(work->arena) ? -ENOMEM : 0;
}

/* The stacks, and for a picture the tree that they make. */
static int prepare_stacks(struct work *work, struct ow_err *err)
{
	const struct ow_stacks_options stacks_options = {
		.value = work->pprof.value,
		.drop_negative = arg_heap.drop_negative,
		.trim_path = arg_heap.trim_path,
		.source_path = arg_heap.source_path,
	};
	const struct ow_flame_options flame_options = {
		.least = OW_FLAME_LEAST,
		.nodes_max = OW_FLAME_NODES_MAX,
		.depth_max = OW_FLAME_DEPTH_MAX,
	};
	struct ow_stacks *stacks;
	struct ow_flame *flame = NULL;
	int r = ow_profile_stacks(work->view, &stacks_options, work->arena, &stacks, err);

	if (r == 0 && work->report->flame)
		r = ow_flame_new(stacks, &flame_options, work->arena, &flame, err);
	if (r < 0)
		return r;
	work->pprof.stacks = stacks;
	work->pprof.flame = flame;
	return 0;
}

static int prepare(struct work *work, struct ow_profile *profile, struct ow_err *err)
{
	struct ow_pprof *pprof = &work->pprof;
	struct ow_graph *graph = NULL;
	int r = ow_profile_view_new(profile, &arg_heap.filter, work->arena, &work->view, err);

	if (r == 0 && list_filters(work) < 0)
		r = ow_fail(err, ENOMEM, "cannot make the report: %m");
	if (r == 0)
		r = ow_profile_view_total(work->view, pprof->value, pprof->mean,
					  arg_heap.relative_percentages, &pprof->total, err);
	if (r == 0 && work->report->graph) {
		work->graph.value = pprof->value;
		work->graph.mean = pprof->mean;
		work->graph.cum = arg_heap.cum;
		work->graph.drop_negative = arg_heap.drop_negative;
		work->graph.objects = work->report->objects;
		work->graph.picture = work->report->picture;
		work->graph.edges = work->report->edges;
		work->graph.trim_path = arg_heap.trim_path;
		work->graph.source_path = arg_heap.source_path;
		work->graph.tag_unit = pprof->unit;
		r = ow_profile_graph_new(work->view, &work->graph, work->arena, &graph, err);
	}
	if (r == 0 && work->report->stacks)
		r = prepare_stacks(work, err);
	if (r < 0)
		return r;
	for (size_t i = 0; i < work->view->n_unmatched; i++)
		ow_command_warn(work->command, "-%s matches nothing", work->view->unmatched[i]);
	pprof->graph = graph;
	pprof->location = work->view->location;
	pprof->n_locations = work->view->n_locations;
	pprof->function = work->view->function;
	pprof->n_functions = work->view->n_functions;
	pprof->arg = work->view;
	return 0;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		const ssize_t wrote = write(fd, p, n);

		if (wrote < 0 && errno != EINTR)
			return -errno;
		if (wrote > 0) {
			p += wrote;
			n -= (size_t)wrote;
		}
	}
	return 0;
}

/* What Graphviz makes of a graph. */
static int draw(const char *format, struct ow_str graph, FILE *out, struct ow_err *err)
{
	char option[16], piece[4096];
	FILE *file = tmpfile();
	ow_scoped(ow_closep) int from = -1;
	int ends[2], status;
	ssize_t n;
	pid_t child;

	if (!file)
		return ow_fail(err, errno, "cannot keep the graph for dot: %m");
	from = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
	(void)fclose(file);
	if (from < 0 || write_all(from, graph.p, graph.n) < 0 || lseek(from, 0, SEEK_SET) < 0 ||
	    pipe2(ends, O_CLOEXEC) < 0)
		return ow_fail(err, errno, "cannot keep the graph for dot: %m");
	(void)snprintf(option, sizeof(option), "-T%s", format);
	child = fork();
	if (child == 0) {
		(void)dup2(from, STDIN_FILENO);
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)execlp("dot", "dot", option, (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	while (child > 0 && (n = read(ends[0], piece, sizeof(piece))) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n > 0)
			(void)fwrite(piece, 1, (size_t)n, out);
	}
	(void)close(ends[0]);
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 127)
		return ow_fail(err, ENOENT, "cannot run dot: install Graphviz, or use -dot");
	return WEXITSTATUS(status)
		       ? ow_fail(err, EIO, "dot failed with status %d", WEXITSTATUS(status))
		       : 0;
}

/* Reports are made in memory: one that fails half-way must not look whole. */
static int make(struct work *work, char **text, size_t *n, struct ow_err *err)
{
	const struct heap_report *report = work->report;
	char *drawn = NULL;
	size_t n_drawn = 0;
	FILE *out = open_memstream(text, n), *picture;
	int r;

	if (!out)
		return ow_fail(err, errno, "cannot make the report: %m");
	r = report->write(&work->pprof, out, err);
	if (fclose(out) != 0 && r == 0)
		r = ow_fail(err, ENOMEM, "cannot make the report: %m");
	if (r < 0 || !report->dot_format)
		return r;
	picture = open_memstream(&drawn, &n_drawn);
	if (!picture)
		return ow_fail(err, errno, "cannot draw the graph: %m");
	r = draw(report->dot_format, (struct ow_str){ *text, *n }, picture, err);
	if (fclose(picture) != 0 && r == 0)
		r = ow_fail(err, ENOMEM, "cannot draw the graph: %m");
	free(*text);
	*text = drawn;
	*n = n_drawn;
	return r;
}

static void freep(char **p)
{
	free(*p);
}

static int write_report(void *arg, FILE *out, struct ow_err *err)
{
	struct work *work = arg;

	return work->report->write(&work->pprof, out, err);
}

/* Where the report goes; NULL: to standard output. */
static const char *path_out(void)
{
	const char *path = arg_heap.flame ? arg_heap.flame : arg_heap.output;

	return arg_heap.flame && strcmp(arg_heap.flame, "-") == 0 ? NULL : path;
}

int heap_put_out(int (*write)(void *arg, FILE *out, struct ow_err *err), void *arg,
		 struct ow_err *err)
{
	if (path_out())
		return ow_file_replace_by(path_out(), write, arg, err);
	ow_command_pager();
	return write(arg, stdout, err);
}

static int write_out(struct work *work, struct ow_err *err)
{
	ow_scoped(freep) char *text = NULL;
	size_t n = 0;
	int r = make(work, &text, &n, err);

	if (r < 0)
		return r;
	if (path_out()) /* no folder for it is not what -ENOENT says of a report */
		return ow_file_replace(path_out(), (struct ow_str){ text, n }, err) < 0 ? -EIO : 0;
	if (!work->report->binary)
		ow_command_pager();
	(void)fwrite(text, 1, n, stdout); /* ow_command_main() says it when it fails */
	return 0;
}

int heap_write(const struct ow_command *command, const struct heap_report *report,
	       const char *pattern, struct ow_profile *profile, struct ow_arena *arena)
{
	ow_scoped(ow_pattern_freep) struct ow_pattern *compiled = NULL;
	struct work work = { .command = command, .report = report, .arena = arena };
	struct ow_err err;
	int status, r = 0;

	if (report->binary && !arg_heap.output && isatty(STDOUT_FILENO))
		return ow_command_misuse(command, "-%s is not for a terminal: use -output=FILE",
					 report->name);
	work.pprof = (struct ow_pprof){
		.arena = arena,
		.profile = profile,
		.next = next,
		.rewind = rewind_view,
		.mean = arg_heap.mean || arg_heap.mean_delay,
		.unit = ow_str(arg_heap.unit ? arg_heap.unit : "minimum"),
		.compact = arg_heap.compact_labels,
		.pattern_text = pattern,
		.label_unit = ow_profile_label_unit,
		.source = find_source,
		.source_arg = &work,
	};
	status = settle_type(&work, profile);
	if (status == OW_EXIT_DONE)
		status = settle_rows(&work);
	if (status == OW_EXIT_DONE)
		status = settle_granularity(&work);
	if (status != OW_EXIT_DONE)
		return status;
	if (pattern)
		r = ow_pattern_new(pattern, &compiled, &err);
	work.pprof.pattern = compiled;
	if (r == 0)
		r = prepare(&work, profile, &err);
	if (r == 0)
		r = report->streams ? heap_put_out(write_report, &work, &err)
				    : write_out(&work, &err);
	if (r == -ENOENT && (report->pattern || report->flame))
		return ow_command_fail(command, OW_EXIT_NOTHING, "%s", err.text);
	return r < 0 ? ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text) : OW_EXIT_DONE;
}
