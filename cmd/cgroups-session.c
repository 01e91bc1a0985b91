/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroups-session.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"

#define NAMES_USEC (10 * OW_USEC_PER_SEC) /* a screen asks for names again after so long */
#define WORDS_MAX  OW_MIB(4)

void ow_cgroups_session_release(struct ow_cgroups_session *s)
{
	ow_cgroups_survey_release(&s->survey);
	s->list.arena = ow_arena_free(s->list.arena);
	s->names = ow_names_free(s->names);
	s->fs = ow_cgroupfs_close(s->fs);
	s->words = ow_arena_free(s->words);
	ow_closep(&s->proc);
}

/* A path of the file system, as tab completion gives it, is that of the group. */
static const char *settle_word(const struct ow_cgroups_session *s, const char *word)
{
	const char *mount = ow_cgroupfs_mount(s->fs);
	const size_t n = strlen(mount);
	const bool mounted = strncmp(word, mount, n) == 0 && (word[n] == '/' || !word[n]);
	struct ow_str path = ow_str(mounted ? word + n : word);

	if (word[0] != '/' && !mounted)
		return word;
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	return path.n ? ow_str_keep(s->words, path) : "/";
}

static int settle_words(struct ow_cgroups_session *s, char *const *given, size_t n,
			struct ow_err *err)
{
	const char **word = ow_alloc(s->words, n + 1, sizeof(*word));

	for (size_t i = 0; word && i < n; i++)
		word[i] = settle_word(s, given[i]);
	if (ow_arena_refused(s->words))
		return ow_fail(err, ENOMEM, "cannot begin: %m");
	s->survey.word = word;
	s->survey.n_words = n;
	return 0;
}

static int open_proc(struct ow_cgroups_session *s, struct ow_err *err)
{
	const char *path =
		s->request->root ? ow_printf(s->words, "%s/proc", s->request->root) : "/proc";

	if (!s->request->processes)
		return 0;
	if (!path)
		return ow_fail(err, ENOMEM, "cannot begin: %m");
	s->proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return s->proc < 0 ? ow_fail(err, errno, "cannot read the processes in %s: %m", path) : 0;
}

static int64_t now_usec(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * OW_USEC_PER_SEC + ts.tv_nsec / 1000;
}

static int ask_names(struct ow_cgroups_session *s, struct ow_err *err)
{
	(void)ow_names_free(s->names);
	s->names = ow_names_new(&(struct ow_names_options){ .host = s->request->host,
							    .root = s->request->root,
							    .no_places = s->request->no_names });
	s->named_usec = now_usec();
	return s->names ? 0 : ow_fail(err, ENOMEM, "cannot ask for names: %m");
}

static int open_all(struct ow_cgroups_session *s, char *const *word, size_t n, struct ow_err *err)
{
	int error;

	s->words = ow_arena_new(WORDS_MAX);
	s->list.arena = ow_arena_new(OW_CGROUPS_LIST_MAX);
	if (!s->words || !s->list.arena)
		return ow_fail(err, ENOMEM, "cannot begin: %m");
	error = ow_cgroupfs_open(s->request->root, &s->fs, err);
	if (error == 0)
		error = open_proc(s, err);
	if (error == 0)
		error = settle_words(s, word, n, err);
	return error == 0 ? ask_names(s, err) : error;
}

int ow_cgroups_session_start(struct ow_cgroups_session *s, const struct ow_command *command,
			     const struct ow_cgroups_request *request, char *const *word, size_t n)
{
	struct ow_err err = { "" };
	int status;

	*s = (struct ow_cgroups_session){ .command = command, .request = request, .proc = -1 };
	status = ow_cgroups_plan(command, request, &s->plan);
	if (status == OW_EXIT_DONE && open_all(s, word, n, &err) < 0)
		status = ow_command_fail(command, OW_EXIT_FAILED, "%s", err.text);
	return status;
}

/* Looks at all groups, for a list from its beginning. */
static int look(struct ow_cgroups_session *s, struct ow_err *err)
{
	const bool json = s->request->json;
	const bool stream = json && !s->plan.key && !s->request->processes;
	const unsigned order = s->plan.key ? s->plan.key->wants | OW_CGROUP_USAGE : 0;

	ow_cgroups_survey_release(&s->survey);
	ow_arena_clear(s->list.arena);
	s->list = (struct ow_cgroups_list){
		.key = s->plan.key,
		.reverse = s->request->reverse,
		.tree = s->request->tree,
		.bare = json,
		.fields = s->plan.by_fields ? &s->plan.fields : NULL,
		.arena = s->list.arena,
	};
	s->survey = (struct ow_cgroups_survey){
		.fs = s->fs,
		.names = s->names,
		.list = &s->list,
		.stream = stream ? stdout : NULL,
		.want = json && !stream ? order : s->plan.want | order,
		.want_written = s->plan.want,
		.fields = &s->plan.fields,
		.all = s->request->all,
		.depth_max = s->request->depth < 0 || s->request->depth > UINT_MAX
				     ? UINT_MAX
				     : (unsigned)s->request->depth,
		.word = s->survey.word,
		.n_words = s->survey.n_words,
	};
	return ow_cgroups_survey(&s->survey, err);
}

static size_t lines_of(const struct ow_cgroups_session *s)
{
	return s->request->lines < 0 || (uint64_t)s->request->lines > s->list.n
		       ? s->list.n
		       : (size_t)s->request->lines;
}

/* The i-th row by itself: before its processes, or in JSON. */
static int print_row(struct ow_cgroups_session *s, size_t i, const struct ow_cgroups_paper *paper,
		     struct ow_err *err)
{
	int error;

	if (s->request->json)
		return ow_cgroups_survey_write(&s->survey, s->list.row[i]->path, paper->out, err);
	if (i > 0)
		fputc('\n', paper->out);
	error = ow_cgroups_list_print(&s->list, i, 1, paper);
	return error < 0 ? ow_fail(err, -error, "cannot print the list: %m") : 0;
}

static int print_rows(struct ow_cgroups_session *s, const struct ow_cgroups_paper *paper,
		      struct ow_err *err)
{
	int error = 0;

	for (size_t i = 0; i < lines_of(s) && error == 0; i++) {
		error = print_row(s, i, paper, err);
		if (error == 0 && s->request->processes)
			error = ow_cgroups_processes(s->fs, s->proc, s->list.row[i]->path,
						     s->request->json, paper, &s->lack, err);
	}
	return error;
}

static int print(struct ow_cgroups_session *s, struct ow_err *err)
{
	const struct ow_cgroups_paper paper = {
		.out = stdout,
		.columns = ow_command_is_terminal() ? ow_command_width() : 0,
		.colour = ow_command_colour(STDOUT_FILENO),
	};
	int error;

	ow_cgroups_list_sort(&s->list);
	if (s->request->processes || s->request->json)
		return print_rows(s, &paper, err);
	error = s->list.n ? ow_cgroups_list_print(&s->list, 0, lines_of(s), &paper) : 0;
	return error < 0 ? ow_fail(err, -error, "cannot print the list: %m") : 0;
}

/* An engine that is not there costs nothing, unless it is the very one that was asked for. */
static bool is_lacking(const struct ow_cgroups_session *s, const struct ow_source *source)
{
	const char *named = s->request->host ? s->request->host : getenv("DOCKER_HOST");

	return source->state == OW_SOURCE_UNREADABLE ||
	       (source->state == OW_SOURCE_ABSENT && named && *named);
}

static bool is_denied(const struct ow_source *source)
{
	return ow_str_has(ow_str(source->detail), strerror(EACCES));
}

/* Says why names are missing; of the places that this user may not read one line. False when none
 * are. */
static bool remark_names(const struct ow_cgroups_session *s)
{
	const struct ow_source *source, *denied = NULL;
	size_t n, n_denied = 0;
	bool any = false;

	source = ow_names_sources(s->names, &n);
	for (size_t i = 0; i < n; i++) {
		if (!is_lacking(s, &source[i]))
			continue;
		any = true;
		if (is_denied(&source[i])) {
			denied = denied ? denied : &source[i];
			n_denied++;
			continue;
		}
		ow_command_warn(s->command, "names are missing: %s (--no-names does without)",
				source[i].detail);
	}
	if (n_denied == 1)
		ow_command_warn(s->command, "names are missing: %s (--no-names does without)",
				denied->detail);
	else if (n_denied)
		ow_command_warn(
			s->command,
			"names are missing: %s; likewise %zu other place%s (--no-names does "
			"without)",
			denied->detail, n_denied - 1, n_denied == 2 ? "" : "s");
	return any;
}

/* What a reader of the list should know of it, on stderr. Returns the status that goes with it. */
static int remark(const struct ow_cgroups_session *s)
{
	const struct ow_cgroup_walked *walked = &s->survey.walked;
	const struct ow_command *command = s->command;
	int status = OW_EXIT_DONE;

	if (ow_cgroupfs_is_namespaced(s->fs))
		ow_command_warn(command, "this is a cgroup namespace: paths begin at its root, and "
					 "limits above it cannot be seen");
	if (walked->vanished)
		ow_command_warn(command, "%" PRIu64 " group%s removed while %s read",
				walked->vanished, walked->vanished == 1 ? " was" : "s were",
				walked->vanished == 1 ? "it was" : "they were");
	if (walked->denied || walked->partial) {
		const bool refused = geteuid() != 0 &&
				     (walked->denied ||
				      ow_str_has(ow_str(walked->first.text), strerror(EACCES)));

		ow_command_warn(command, "%" PRIu64 " group%s could not be read whole: %s%s",
				walked->denied + walked->partial,
				walked->denied + walked->partial == 1 ? "" : "s",
				walked->first.text, refused ? "; root can read them all" : "");
		status = OW_EXIT_PARTIAL;
	}
	if (s->lack.denied) {
		ow_command_warn(command, "%s of %" PRIu64 " process%s could not be read: root can",
				s->lack.file, s->lack.denied, s->lack.denied == 1 ? "" : "es");
		status = OW_EXIT_PARTIAL;
	}
	if (s->lack.foreign)
		ow_command_warn(command, "%" PRIu64 " process%s outside of this PID namespace",
				s->lack.foreign, s->lack.foreign == 1 ? " is" : "es are");
	return remark_names(s) ? OW_EXIT_PARTIAL : status;
}

/* A container that an engine knows may have no group. */
static bool is_known(const struct ow_cgroups_session *s, const char *word, const char **ret_runtime)
{
	const struct ow_name *name;
	size_t n = 0;

	if (word[0] == '/' || ow_names_find(s->names, word, &name, &n) < 0 || n == 0)
		return false;
	*ret_runtime = name[0].from ? name[0].from : "its engine";
	return true;
}

/* ", nor in unix:///var/run/docker.sock (3 names), journal (1 names)": the places that names are
 * from. */
static const char *places_text(const struct ow_cgroups_session *s)
{
	const struct ow_source *source;
	const char *text = "";
	size_t n;

	source = ow_names_sources(s->names, &n);
	for (size_t i = 0; i < n && text; i++)
		if (source[i].state == OW_SOURCE_READ)
			text = ow_printf(s->words, "%s%s%s (%s)", text, *text ? ", " : ", nor in ",
					 source[i].name, source[i].detail);
	return text ? text : "";
}

/* Says of each word that asked for nothing where it was looked for. */
static int remark_missing(const struct ow_cgroups_session *s, int status)
{
	const struct ow_cgroups_survey *survey = &s->survey;

	for (size_t i = 0; i < survey->n_words; i++) {
		const char *runtime;

		if (survey->found[i])
			continue;
		/* It may be in what could not be read. */
		status = status == OW_EXIT_PARTIAL ? status : OW_EXIT_NOTHING;
		if (is_known(s, survey->word[i], &runtime))
			ow_command_fail(
				s->command, status,
				"'%s' is known to %s, but has no group now: it does not run",
				survey->word[i], runtime);
		else
			ow_command_fail(s->command, status,
					"no group '%s' among the %" PRIu64 " of %s (cgroup v%u)%s",
					survey->word[i], survey->walked.groups,
					ow_cgroupfs_mount(s->fs), ow_cgroupfs_version(s->fs),
					places_text(s));
	}
	return status;
}

int ow_cgroups_session_show(struct ow_cgroups_session *s)
{
	struct ow_err err = { "" };
	int error = look(s, &err), status;

	if (error == 0)
		error = print(s, &err);
	if (error < 0)
		return ow_command_fail(s->command, OW_EXIT_FAILED, "%s", err.text);
	status = remark_missing(s, remark(s));
	if (s->survey.n_words == 0 && s->survey.shown == 0)
		ow_command_warn(s->command,
				"no group of %s has processes of its own but the root; "
				"--all shows the others",
				ow_cgroupfs_mount(s->fs));
	return status;
}

static void draw_head(const struct ow_cgroups_session *s, size_t columns, FILE *out)
{
	const struct ow_cgroup_walked *walked = &s->survey.walked;
	const uint64_t lack = walked->denied + walked->partial;
	char time[OW_TIME_MAX], head[256];
	size_t n = 0;

	for (size_t i = 0; i < s->survey.n_words; i++)
		n += !s->survey.found[i];
	(void)snprintf(head, sizeof(head), "%s  %" PRIu64 " of %" PRIu64 " groups",
		       ow_time_local(now_usec(), time), s->survey.shown, walked->groups);
	if (lack && strlen(head) < sizeof(head))
		(void)snprintf(head + strlen(head), sizeof(head) - strlen(head),
			       ", %" PRIu64 " not read whole", lack);
	if (n && strlen(head) < sizeof(head))
		(void)snprintf(head + strlen(head), sizeof(head) - strlen(head),
			       ", %zu asked for not there", n);
	(void)fprintf(out, "%.*s\n", (int)columns, head);
}

/* A head, the headings, and as many groups as there is room for. */
int ow_cgroups_session_draw(void *session, size_t columns, size_t rows, FILE *out)
{
	struct ow_cgroups_session *s = session;
	const struct ow_cgroups_paper paper = {
		.out = out,
		.columns = columns,
		.colour = ow_command_colour(STDOUT_FILENO),
	};
	struct ow_err err;
	size_t n, room = rows > 3 ? rows - 3 : 1;
	int error = 0;

	if (now_usec() - s->named_usec > NAMES_USEC || now_usec() < s->named_usec)
		error = ask_names(s, &err);
	if (error == 0)
		error = look(s, &err);
	if (error < 0)
		return error;
	ow_cgroups_list_sort(&s->list);
	draw_head(s, columns, out);
	n = lines_of(s) < room ? lines_of(s) : room;
	if (n)
		error = ow_cgroups_list_print(&s->list, 0, n, &paper);
	if (error == 0 && n < lines_of(s))
		(void)fprintf(out, "%zu more\n", lines_of(s) - n);
	return error;
}
