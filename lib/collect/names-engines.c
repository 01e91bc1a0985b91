/* SPDX-License-Identifier: Apache-2.0 */
/* What container engines know: the containers that there are, and those in their events. */
#include <errno.h>
#include <time.h>

#include "base/time.h"
#include "collect/docker-internal.h"
#include "collect/names-internal.h"
#include "read/split.h"

/* The answer of one engine, as it comes. */
struct intake {
	struct ow_names *names;
	struct ow_split *split;
	enum ow_name_form form;
	const char *runtime, *from;
	size_t n;
};

static int take_object(void *arg, struct ow_str object)
{
	struct intake *in = arg;
	struct ow_name name;
	int r;

	if (ow_names_full(in->names))
		return 0;
	r = ow_name_read(in->form, object, in->names->arena, &name);
	if (r < 0)
		return r;
	name.runtime = in->runtime;
	name.from = in->from;
	in->n++;
	return ow_names_add(in->names, &name);
}

static int take_bytes(void *arg, long status, const char *bytes, size_t n)
{
	struct intake *in = arg;

	(void)status;
	return ow_split_feed(in->split, bytes, n);
}

static int ask(struct ow_names *names, struct ow_docker_engine *engine, enum ow_name_form form,
	       const char *path, size_t *ret_n, struct ow_err *err)
{
	struct intake in = { .names = names, .form = form };
	ow_scoped(ow_split_freep) struct ow_split *split = ow_split_new(take_object, &in);
	int r;

	r = ow_docker_negotiate(names->docker, engine, err);
	if (r < 0)
		return r;
	in.split = split;
	in.runtime = engine->runtime;
	in.from = ow_printf(names->arena, "%s at %s", engine->runtime, engine->name);
	if (!split || !in.from)
		return -ENOMEM;
	r = ow_docker_ask(names->docker, engine, path, take_bytes, &in, err);
	if (r == 0 && !ow_split_is_whole(split))
		r = ow_fail(err, EBADMSG, "the answer of the container engine at %s ends early",
			    engine->name);
	*ret_n = in.n;
	return r;
}

int ow_names_load_engines(struct ow_names *names)
{
	struct ow_err err = { "" };
	size_t absent = 0;
	struct ow_docker *docker;
	int r = ow_names_engines(names, &docker, &err);

	if (r < 0)
		return r == -ENOMEM ? r : ow_names_note(names, "container engine", 0, r, &err);
	for (size_t i = 0; i < docker->n; i++) {
		struct ow_docker_engine *engine = &docker->engine[i];
		size_t n = 0;

		r = ask(names, engine, OW_NAME_LISTED, "/containers/json?all=1", &n, &err);
		if (r == -ENOMEM)
			return r;
		absent += r == -ENOENT;
		if (r != -ENOENT && ow_names_note(names, engine->name, n, r, &err) < 0)
			return -ENOMEM;
	}
	if (absent < docker->n)
		return 0;
	if (docker->n > 1)
		(void)ow_fail(&err, ENOENT,
			      "no container engine answers at %s, nor at %zu other place%s",
			      docker->engine[0].name, docker->n - 1, docker->n == 2 ? "" : "s");
	return ow_names_note(names, "container engine", 0, -ENOENT, &err);
}

int ow_names_load_gone(struct ow_names *names)
{
	/* {"type":["container"],"event":["create","start","die","destroy"]} */
	static const char filters[] =
		"%7B%22type%22%3A%5B%22container%22%5D%2C%22event%22%3A%5B%22create%22%2C"
		"%22start%22%2C%22die%22%2C%22destroy%22%5D%7D";
	struct ow_err err = { "" };
	struct timespec now;
	const char *path;
	size_t n;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	path = ow_printf(names->arena, "/events?since=0&until=%lld.%09ld&filters=%s",
			 (long long)now.tv_sec, now.tv_nsec, filters);
	if (!path)
		return -ENOMEM;
	/* What goes wrong here is not told: it was a second try. */
	for (size_t i = 0; names->docker && i < names->docker->n; i++)
		if (ask(names, &names->docker->engine[i], OW_NAME_EVENT, path, &n, &err) == -ENOMEM)
			return -ENOMEM;
	return 0;
}
