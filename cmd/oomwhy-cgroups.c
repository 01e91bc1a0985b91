/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-cgroups: who is near which limit, and what the memory is made of. */
#include <string.h>

#include "base/time.h"
#include "cgroups-session.h"
#include "command.h"
#include "screen.h"

#define PERIOD_SEC     2
#define PERIOD_SEC_MAX 86400

static struct ow_cgroups_request arg = { .lines = -1, .depth = -1 };
static const char *arg_watch;
static bool arg_no_pager;

/* clang-format off */
static const struct ow_option options[] = {
	{ .brief = 't', .name = "tree", .flag = &arg.tree,
	  .help = "show the hierarchy of the groups" },
	{ .brief = 'a', .name = "all", .flag = &arg.all,
	  .help = "all groups, also those without processes" },
	{ .brief = 'p', .name = "processes", .flag = &arg.processes,
	  .help = "with each group who in it holds the memory",
	  .more = "These are the processes of the group and of those below it, the largest first, and "
		  "their sum against the usage of the group. Arguments of commands are not shown." },
	{ .brief = 'w', .name = "watch", .arg = &arg_watch, .hint = "SECONDS", .optional = true,
	  .help = "show it again every so many SECONDS (2)",
	  .more = "It takes a terminal, and ends with Ctrl-C." },
	{ .name = "sort", .arg = &arg.sort, .hint = "KEY", .words = OW_CGROUPS_KEYS,
	  .complete = OW_COMPLETE_WORDS, .help = "sort by KEY (near)",
	  .more = "COLUMNS, above, has the keys. A tree is sorted only where this asks for it." },
	{ .brief = 'r', .name = "reverse", .flag = &arg.reverse, .help = "in reverse order" },
	{ .brief = 'n', .name = "lines", .number = &arg.lines, .hint = "N",
	  .help = "only the first N groups" },
	{ .brief = 'd', .name = "depth", .number = &arg.depth, .hint = "N",
	  .help = "only groups at most N levels deep",
	  .more = "The root is at level 0, and so is a group that was asked for." },
	{ .name = "fields", .arg = &arg.fields, .hint = "LIST",
	  .help = "show these fields, and read only what they need",
	  .more = "LIST is separated by commas, as in path,usage_bytes,stat. The fields are those of "
		  "the JSON, which oomwhy-explain(1) and docs/formats/cgroup.md describe." },
	{ .brief = 'j', .name = "json", .flag = &arg.json,
	  .help = "one JSON object a group, one a line",
	  .more = "They come as the hierarchy has them, unless --sort, -r or -n asks for an order." },
	{ .name = "root", .arg = &arg.root, .hint = "DIR", .complete = OW_COMPLETE_DIR,
	  .help = "read the groups of another system, under DIR",
	  .more = "DIR has sys/fs/cgroup in it, or is laid out like it." },
	{ .name = "host", .arg = &arg.host, .hint = "ENDPOINT",
	  .help = "ask the container engine at ENDPOINT for names",
	  .more = "ENDPOINT is as docker(1) takes it: unix:///run/user/1000/docker.sock." },
	{ .name = "no-names", .flag = &arg.no_names, .help = "ask nobody for names" },
	{ .name = "no-pager", .flag = &arg_no_pager, .help = "do not start a pager" },
};
/* clang-format on */

static int misuse(const struct ow_command *command)
{
	if (arg_watch && arg.json)
		return ow_command_misuse(command, "--watch is for people, --json for programs");
	if (arg_watch && arg.processes)
		return ow_command_misuse(command, "--watch shows groups, not their processes");
	if (arg.tree && arg.json)
		return ow_command_misuse(command, "--tree is for people; the paths of --json have "
						  "the hierarchy");
	if (arg.root && arg.host)
		return ow_command_misuse(command,
					 "--host asks for the names of this system, --root "
					 "reads another");
	if (arg_watch && !ow_command_is_terminal())
		return ow_command_misuse(command, "--watch needs a terminal; for a file or a pipe, "
						  "call it again and again with --json");
	return OW_EXIT_DONE;
}

static int settle_period(const struct ow_command *command, int64_t *ret_usec)
{
	struct ow_str rest = ow_str(arg_watch ? arg_watch : "");
	uint64_t seconds = PERIOD_SEC;

	if (rest.n &&
	    (!ow_scan_u64(&rest, &seconds) || rest.n || seconds < 1 || seconds > PERIOD_SEC_MAX))
		return ow_command_misuse(command, "--watch takes whole seconds, from 1, not '%s'",
					 arg_watch);
	*ret_usec = (int64_t)seconds * OW_USEC_PER_SEC;
	return OW_EXIT_DONE;
}

static int watch(struct ow_cgroups_session *s, int64_t period_usec)
{
	int error = ow_screen_run(period_usec, ow_cgroups_session_draw, s);

	return ow_command_fail(s->command, OW_EXIT_FAILED, "cannot watch the groups: %s",
			       strerror(-error));
}

static int run(const struct ow_command *command, int n, char *argv[])
{
	ow_scoped(ow_cgroups_session_release) struct ow_cgroups_session session = { .proc = -1 };
	int status = misuse(command);
	int64_t period_usec = 0;

	if (status == OW_EXIT_DONE)
		status = settle_period(command, &period_usec);
	if (status == OW_EXIT_DONE)
		status = ow_cgroups_session_start(&session, command, &arg, argv, (size_t)n);
	if (status != OW_EXIT_DONE)
		return status;
	if (arg_watch)
		return watch(&session, period_usec);
	if (!arg_no_pager && !arg.json)
		ow_command_pager();
	return ow_cgroups_session_show(&session);
}

static const struct ow_command cgroups = {
	.name = "oomwhy-cgroups",
	.synopsis = "[OPTION...] [NAME|ID|PATH...]",
	.purpose = "Show which cgroups are near their limit, and what their memory is made of",
	.about = "NAME is a container, a pod or a systemd unit, ID the beginning of a container's\n"
		 "id, PATH a cgroup as the kernel prints it: /docker/3418d5a1... Without one, all\n"
		 "that have processes are listed, those nearest to the limit that binds them\n"
		 "first. A ! marks those at 90 % or more of it, a ~ those that are only with the\n"
		 "page cache, which is given back before anything is killed.",
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&cgroups, argc, argv);
}
