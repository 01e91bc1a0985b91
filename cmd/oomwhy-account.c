/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-account: where are the bytes of a Go process that its heap profile does not show? */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "account.h"
#include "analyze/account.h"
#include "base/time.h"
#include "render/account.h"
#include "render/report.h"
#include "report/account.h"

#define MEMORY_MAX   OW_MIB(512)
#define INTERVAL_SEC 10
#define DOUBT_BYTES  OW_MIB(32)

struct account_options arg_account = { .pid = -1, .lines = -1, .moments = -1, .interval = -1 };

/* clang-format off */
static const struct ow_option options[] = {
	{ .brief = 'p', .name = "pid", .number = &arg_account.pid, .hint = "PID",
	  .help = "the process with this number",
	  .more = "What /proc and its cgroup say of it is read; what its runtime says comes from an "
		  "address, which may be given beside it." },
	{ .brief = 'g', .name = "goroutines", .flag = &arg_account.goroutines,
	  .help = "show the goroutines by stack, and what grew",
	  .more = "Pages of debug=2 also say what they wait for and how long. Of several pages the "
		  "first is held against the last." },
	{ .brief = 'n', .name = "lines", .number = &arg_account.lines, .hint = "N",
	  .help = "with -g: at most N stacks (20)" },
	{ .brief = 'm', .name = "moments", .number = &arg_account.moments, .hint = "N",
	  .help = "look at a live process N times (1)",
	  .more = "What grows is seen from the second moment on; a live heap needs three." },
	{ .brief = 'i', .name = "interval", .number = &arg_account.interval, .hint = "SECONDS",
	  .help = "with -m: so long apart (10)" },
	{ .name = "limit", .arg = &arg_account.limit, .hint = "BYTES",
	  .help = "the limit that it runs under: 200M, 1G",
	  .more = "The default is that of its cgroup. K, M and G are units of 1024." },
	{ .name = "instance", .arg = &arg_account.instance, .hint = "LABEL",
	  .help = "the process whose labels on a page have it",
	  .more = "As it stands in the page: 'pod=\"orders-1\"'." },
	{ .brief = 'j', .name = "json", .flag = &arg_account.json,
	  .help = "one JSON object (docs/formats/account.md)" },
	{ .name = "now", .arg = &arg_account.now, .hint = "TIME",
	  .help = "count ages from TIME, not from this moment" },
	{ .name = "host", .arg = &arg_account.host, .hint = "ENDPOINT",
	  .help = "ask the container engine at ENDPOINT for names" },
	{ .name = "no-names", .flag = &arg_account.no_names, .help = "ask nobody for names" },
	{ .name = "no-pager", .flag = &arg_account.no_pager, .help = "do not start a pager" },
};
/* clang-format on */

/* "200M": bytes, or in units of 1024. */
static bool scan_size(const char *text, uint64_t *ret)
{
	static const struct {
		const char *unit;
		uint64_t size;
	} units[] = { { "", 1 },
		      { "K", OW_KIB(1) },
		      { "M", OW_MIB(1) },
		      { "G", (uint64_t)1 << 30 },
		      { "KiB", OW_KIB(1) },
		      { "MiB", OW_MIB(1) },
		      { "GiB", (uint64_t)1 << 30 } };
	struct ow_str s = ow_str(text);
	uint64_t value;

	if (!ow_scan_u64(&s, &value) || value == 0)
		return false;
	for (size_t i = 0; i < OW_ARRAY_SIZE(units); i++)
		if (ow_str_is(s, units[i].unit))
			return !__builtin_mul_overflow(value, units[i].size, ret);
	return false;
}

/* What is asked for: files, or a live process. */
struct request {
	uint64_t limit_bytes;
	int64_t now_usec, pid;
	const char *url;
	bool live;
};

static int settle(const struct ow_command *command, struct request *ret)
{
	struct request request = { .limit_bytes = UINT64_MAX, .pid = arg_account.pid };

	if (arg_account.limit && !scan_size(arg_account.limit, &request.limit_bytes))
		return ow_command_misuse(command, "--limit takes bytes as 200M or 1G, not '%s'",
					 arg_account.limit);
	if (arg_account.now &&
	    ow_time_parse(arg_account.now, account_now(), true, &request.now_usec) < 0)
		return ow_command_misuse(command, "--now takes a time, not '%s'", arg_account.now);
	if (arg_account.moments == 0)
		return ow_command_misuse(command, "--moments takes a number from 1");
	if (arg_account.interval == 0)
		return ow_command_misuse(command, "--interval takes seconds from 1");
	if (arg_account.lines >= 0 && !arg_account.goroutines)
		return ow_command_misuse(command, "--lines goes with --goroutines");
	if (arg_account.pid == 0)
		return ow_command_misuse(command, "there is no process 0");
	*ret = request;
	return OW_EXIT_DONE;
}

/* Reads one operand: an address and a name are kept for later, a file is read. */
static int take_operand(struct account_inputs *inputs, char *word, struct request *request)
{
	struct ow_err err;
	int r = 0;

	if (strcmp(word, "-") == 0 || access(word, F_OK) == 0) {
		r = account_read_file(inputs, word, &err);
	} else if (account_is_url(word, inputs->arena)) {
		if (request->url && !arg_account.goroutines)
			return ow_command_misuse(inputs->command,
						 "there is more than one address: '%s'", word);
		request->url = word;
		if (arg_account.goroutines)
			r = account_read_url(inputs, word, &err);
		else
			request->live = true;
	} else if (strchr(word, '/') && word[0] != '/') {
		return ow_command_fail(inputs->command, OW_EXIT_FAILED, "cannot open '%s': %s",
				       word, strerror(ENOENT));
	} else {
		if (request->pid >= 0)
			return ow_command_misuse(inputs->command,
						 "there is more than one process: '%s'", word);
		r = account_find_process(inputs->command, word, &request->pid, &err);
		request->live = true;
		if (r == -ENOENT && word[0] == '/')
			(void)ow_fail(&err, ENOENT,
				      "there is no file or cgroup '%s', or no process "
				      "in it",
				      word);
	}
	if (r < 0)
		return ow_command_fail(inputs->command,
				       r == -ENOENT && request->live ? OW_EXIT_NOTHING
								     : OW_EXIT_FAILED,
				       "%s", err.text);
	return OW_EXIT_DONE;
}

/* A page may be of another process than the one that was named. */
static void doubt(const struct account_inputs *inputs, const struct ow_go_moment *moment)
{
	const struct ow_process *process = moment->process;

	for (size_t i = 0; process && i < moment->n_stats; i++) {
		const struct ow_go_stats *stats = &moment->stats[i];
		const uint64_t theirs = stats->resident_bytes, ours = process->rss_bytes;

		if (!(stats->have & OW_GO_RESIDENT) || !(process->have & OW_PROCESS_RSS))
			continue;
		if (theirs / 2 > ours + DOUBT_BYTES || ours / 2 > theirs + DOUBT_BYTES)
			ow_command_warn(inputs->command,
					"'%s' says that its process has %" PRIu64
					" MiB resident, and process %" PRId64 " has %" PRIu64
					": are they the same?",
					stats->source.name, theirs >> 20, process->pid, ours >> 20);
	}
}

/* One moment of a live process. */
static int look(struct account_inputs *inputs, const struct request *request,
		struct ow_go_moment *ret, struct ow_err *err)
{
	struct account_inputs pages = { .command = inputs->command, .arena = inputs->arena };
	struct ow_go_moment moment = { 0 }, process = { 0 };
	int r = request->url ? account_read_url(&pages, request->url, err) : 0;

	if (r == 0 && request->pid >= 0)
		r = account_read_process(inputs->arena, request->pid, &process, err);
	for (size_t i = 0; i < pages.n && r == 0; i++)
		if (ow_go_moment_add(&moment, &pages.item[i].file.part, inputs->arena) == -ENOMEM)
			r = ow_fail(err, ENOMEM, "cannot take what was read: %m");
	if (r == 0 && ow_go_moment_add(&moment, &process, inputs->arena) < 0)
		r = ow_fail(err, ENOMEM, "cannot take what was read: %m");
	if (r == 0) {
		doubt(inputs, &moment);
		*ret = moment;
	}
	return r;
}

static int look_again(struct account_inputs *inputs, const struct request *request,
		      struct ow_go_series *ret, struct ow_err *err)
{
	const int64_t interval = arg_account.interval > 0 ? arg_account.interval : INTERVAL_SEC;
	const size_t n = arg_account.moments > 0 ? (size_t)arg_account.moments : 1;
	struct ow_go_moment *moment = NULL, *more;
	size_t i = 0;
	int r = 0;

	for (; i < n && r == 0; i++) {
		unsigned left = i ? (unsigned)interval : 0;

		while (left)
			left = sleep(left);
		more = ow_grow(inputs->arena, moment, i, sizeof(*more));
		if (!more)
			return ow_fail(err, ENOMEM, "cannot keep so many moments: %m");
		moment = more;
		r = look(inputs, request, &moment[i], err);
	}
	/* A process that ends meanwhile was still seen before. */
	if (r < 0 && i > 1) {
		ow_command_warn(inputs->command, "%s; after %zu moments", err->text, i - 1);
		i--;
		r = 0;
	}
	*ret = (struct ow_go_series){ moment, i };
	return r;
}

static int print_text(const struct ow_account *account, int64_t now_usec, struct ow_arena *arena)
{
	const struct ow_report_style style = { .width = ow_command_width(),
					       .colour = ow_command_colour(STDOUT_FILENO) };
	const char **from = ow_alloc(arena, account->n_steps + 1, sizeof(*from));
	struct ow_doc front = { .arena = arena }, back = { .arena = arena };
	struct ow_account_paper paper;
	int r = ow_account_paper_init(account, now_usec, arena, &paper);

	if (r < 0 || !from)
		return -ENOMEM;
	ow_account_front(&paper, &front);
	ow_account_back(&paper, &back);
	for (size_t i = 0; i < account->n_steps; i++)
		from[i] = ow_account_step_from(&paper, &account->step[i]);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	r = ow_doc_print_text(&front, &style, stdout);
	puts("");
	if (r == 0)
		r = ow_account_table(account, from, style.width, stdout);
	return r < 0 ? r : ow_doc_print_text(&back, &style, stdout);
}

static int show(const struct account_inputs *inputs, const struct ow_go_series *series,
		const struct request *request)
{
	struct ow_account account;
	int r = ow_account_make(series, request->limit_bytes, inputs->arena, &account);

	if (r == 0 && account.n_steps == 0)
		return ow_command_fail(inputs->command, OW_EXIT_NOTHING,
				       "nothing that was read says how much memory there is");
	if (r == 0 && !arg_account.json && !arg_account.no_pager)
		ow_command_pager();
	if (r == 0)
		r = arg_account.json ? ow_account_json(&account, stdout)
				     : print_text(&account, request->now_usec, inputs->arena);
	return r < 0 ? ow_command_fail(inputs->command, OW_EXIT_FAILED,
				       "cannot make the account: %s", strerror(-r))
		     : OW_EXIT_DONE;
}

/* What the reader of the account should know of it, on stderr. Returns the status for it. */
static int remark(const struct ow_command *command, const struct ow_go_series *series)
{
	const struct ow_process *process = series->moment[series->n - 1].process;

	if (!process || !process->denied)
		return OW_EXIT_DONE;
	ow_command_warn(command, "'%s' of process %" PRId64 " could not be read: root can",
			process->denied, process->pid);
	return OW_EXIT_PARTIAL;
}

static int account_of(struct account_inputs *inputs, struct request *request)
{
	struct ow_go_series series;
	struct ow_err err;
	int r;

	if (request->live && inputs->n)
		return ow_command_misuse(inputs->command,
					 "files and a live process cannot be mixed: nobody knows "
					 "that they are of one moment");
	if (!request->live && (arg_account.moments > 0 || arg_account.interval > 0))
		return ow_command_misuse(inputs->command,
					 "--moments and --interval are for live processes");
	r = request->live ? look_again(inputs, request, &series, &err)
			  : account_arrange(inputs, &series, &err);
	if (r < 0)
		return ow_command_fail(inputs->command,
				       r == -ESRCH ? OW_EXIT_NOTHING : OW_EXIT_FAILED, "%s",
				       err.text);
	if (request->live && !request->now_usec)
		request->now_usec = account_now();
	r = show(inputs, &series, request);
	return r == OW_EXIT_DONE ? remark(inputs->command, &series) : r;
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(MEMORY_MAX);
	struct account_inputs inputs = { .command = command, .arena = arena };
	struct request request;
	int status = settle(command, &request);

	if (!arena)
		return ow_command_fail(command, OW_EXIT_FAILED, "there is no memory");
	if (status == OW_EXIT_DONE && n == 0 && request.pid < 0)
		return ow_command_misuse(command, "no file, address or process is named");
	if (status == OW_EXIT_DONE && arg_account.goroutines && request.pid >= 0)
		return ow_command_misuse(command,
					 "/proc does not know goroutines: give an address");
	request.live = request.pid >= 0;
	for (int i = 0; i < n && status == OW_EXIT_DONE; i++)
		status = take_operand(&inputs, argv[i], &request);
	if (status != OW_EXIT_DONE)
		return status;
	return arg_account.goroutines ? account_show_goroutines(&inputs)
				      : account_of(&inputs, &request);
}

static const struct ow_command account = {
	.name = "oomwhy-account",
	.synopsis = "[OPTION...] [--pid PID | NAME] [URL] | FILE...",
	.purpose = "Show where the bytes are that a Go heap profile does not show",
	.about =
		"NAME is a container, unit or cgroup, URL the address of its /debug/pprof. A FILE\n"
		"is a heap or goroutine profile, a page of metrics, a dump of runtime/metrics, a\n"
		"status or smaps_rollup of /proc, or the folder of a cgroup; what it is is seen\n"
		"from what is in it. Several of one kind are several moments, in their order.",
	.operands = OW_COMPLETE_FILE,
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&account, argc, argv);
}
