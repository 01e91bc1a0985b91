/* SPDX-License-Identifier: Apache-2.0 */
/* Whose it was, as people call it, and what it was allowed: the engine's own settings. */
#include <inttypes.h>
#include <string.h>

#include "analyze/group.h"
#include "analyze/words.h"
#include "report/part.h"

static void row(struct ow_draft *d, const char *what, const char *value, const char *source,
		const char *field)
{
	const struct ow_cite cite = { .source = source, .text = ow_str(field) };

	ow_doc_item(d->doc, OW_INK_PLAIN, "%s", what);
	ow_doc_item(d->doc, OW_INK_PLAIN, "%s ", value);
	ow_draft_cite(d, &cite);
}

/* A name, if there is one. What says it is cited as a field of the source. */
static void name_row(struct ow_draft *d, const char *what, const char *key, const char *value,
		     const char *from)
{
	value = ow_words_name(d->arena, value);
	if (value)
		row(d, what, value, from ? from : "names",
		    ow_draft_text(d, "%s = \"%s\"", key, value));
}

static const char *limit_words(struct ow_draft *d, uint64_t bytes)
{
	return bytes ? ow_words_bytes(d->arena, bytes) : "none";
}

static void limit_rows(struct ow_draft *d, const struct ow_container *k)
{
	if (k->have & OW_CONTAINER_LIMIT)
		row(d, "memory limit", limit_words(d, k->limit_bytes), k->source,
		    ow_draft_text(d, "HostConfig.Memory = %" PRIu64, k->limit_bytes));
	if (k->have & OW_CONTAINER_MEMSW)
		row(d, "memory and swap",
		    limit_words(d, k->memsw_bytes > 0 ? (uint64_t)k->memsw_bytes : 0), k->source,
		    ow_draft_text(d, "HostConfig.MemorySwap = %" PRId64, k->memsw_bytes));
	if (k->have & OW_CONTAINER_ADJ)
		row(d, "oom_score_adj", ow_draft_text(d, "%" PRId64, k->oom_score_adj), k->source,
		    ow_draft_text(d, "HostConfig.OomScoreAdj = %" PRId64, k->oom_score_adj));
	if (k->cgroup_parent)
		row(d, "cgroup parent", ow_words_name(d->arena, k->cgroup_parent), k->source,
		    ow_draft_text(d, "HostConfig.CgroupParent = \"%s\"", k->cgroup_parent));
	if (k->restart_policy)
		row(d, "restart policy", ow_words_name(d->arena, k->restart_policy), k->source,
		    ow_draft_text(d, "HostConfig.RestartPolicy.Name = \"%s\"", k->restart_policy));
	if (k->have & OW_CONTAINER_RESTARTS)
		row(d, "restarts", ow_draft_text(d, "%" PRId64, k->restarts), k->source,
		    ow_draft_text(d, "RestartCount = %" PRId64, k->restarts));
}

#define ID_SHORT 12 /* digits that an engine prints */

static const char *short_id(struct ow_draft *d, const struct ow_name *name)
{
	const char *id = ow_words_name(d->arena, name->id);
	const int n = strspn(id, "0123456789abcdef") == strlen(id) ? ID_SHORT : (int)strlen(id);

	return ow_draft_text(d, "%s%s%.*s", name->runtime ? name->runtime : "",
			     name->runtime ? " " : "", n, id);
}

const char *ow_draft_container(struct ow_draft *d)
{
	const struct ow_name *name = &d->report->container;
	const struct {
		const char *front, *text;
	} words[] = {
		{ ", image ", name->image },
		{ ", pod ", name->pod },
		{ " in namespace ", name->namespace },
		{ ", unit ", name->unit },
	};
	const char *text;

	if (!name->id || (!name->name && !name->image && !name->pod))
		return NULL;
	text = name->name ? ow_draft_text(d, "%s (%s)", ow_words_name(d->arena, name->name),
					  short_id(d, name))
			  : short_id(d, name);
	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++)
		if (words[i].text)
			text = ow_draft_text(d, "%s%s%s", text, words[i].front,
					     ow_words_name(d->arena, words[i].text));
	return text;
}

/* What a live group has of one kind; the versions name it differently. */
static const struct {
	const char *what, *v2, *v1;
} kinds[] = {
	{ "anonymous", "anon", "total_rss" },
	{ "file, with shared", "file", "total_cache" },
	{ "shared (tmpfs, memfd)", "shmem", "total_shmem" },
};

/* The limiting group; without a kill, that of the container that was asked for and lives. */
static const struct ow_cgroup *group_now(const struct ow_draft *d)
{
	const struct ow_cgroup *g = NULL;

	if (d->s->oom)
		g = ow_case_cgroup(d->c, d->s->oom->limit_memcg);
	else if (d->s->asked_id && d->c->n_cgroups)
		g = &d->c->cgroups[0];
	return g && (g->have & OW_CGROUP_USAGE) ? g : NULL;
}

const char *ow_draft_near(struct ow_draft *d)
{
	const struct ow_cgroup *g = d->s->oom ? NULL : group_now(d);
	struct ow_cgroup own;
	const char *usage;
	uint64_t cache;
	bool has_cache;

	if (!g || !(g->have & OW_CGROUP_LIMIT) || ow_bytes_unlimited(g->limit_bytes))
		return NULL;
	own = *g;
	own.have |= OW_CGROUP_BINDING_LIMIT;
	own.binding_limit = (struct ow_cgroup_binding){
		.have = OW_CGROUP_BINDING_USAGE,
		.path = g->path,
		.limit_bytes = g->limit_bytes,
		.usage_bytes = g->usage_bytes,
	};
	has_cache = ow_group_cache(g, &cache);
	usage = ow_draft_text(d, "%s of its limit of %s",
			      ow_words_share(d->arena, ow_share(g->usage_bytes, g->limit_bytes)),
			      ow_words_bytes(d->arena, g->limit_bytes));
	switch (ow_group_near(&own, has_cache ? &cache : NULL)) {
	case OW_NEAR_FULL:
		return ow_draft_text(d, "It lives near its limit: when this was read it used %s%s",
				     usage,
				     has_cache ? ", and little of that can be given back" : "");
	case OW_NEAR_CACHE:
		return ow_draft_text(
			d,
			"It lives, and used %s when this was read, but part of that is page "
			"cache, which the kernel gives back before it kills",
			usage);
	case OW_NEAR_NOT:
		break;
	}
	return NULL;
}

static void say_when(struct ow_draft *d)
{
	const struct ow_host *host = &d->c->host;

	if (!d->s->oom) {
		ow_doc_para(d->doc, "The container lives.");
		return;
	}
	ow_doc_para(d->doc, "The group whose limit was hit is still there. Its files were read");
	if (d->s->has_killed && (host->have & OW_HOST_TIME) && host->time_usec > d->s->killed_usec)
		ow_doc_say(
			d->doc, OW_INK_PLAIN, " %s",
			ow_words_span(d->arena, (uint64_t)(host->time_usec - d->s->killed_usec)));
	ow_doc_say(d->doc, OW_INK_PLAIN, " after the kill: no verdict on the makeup rests on it.");
}

/* The group as it is now: later than a kill, so no verdict rests on it. */
static void live_group(struct ow_draft *d)
{
	static const char *const heading[] = { "Now", "Size", NULL };
	const struct ow_cgroup *g = group_now(d);

	if (!g)
		return;
	ow_doc_heading(d->doc, 1, "The cgroup now");
	say_when(d);
	ow_doc_table(d->doc, heading);
	if (!d->s->oom && (g->have & OW_CGROUP_LIMIT))
		row(d, "limit",
		    ow_bytes_unlimited(g->limit_bytes) ? "none"
						       : ow_words_bytes(d->arena, g->limit_bytes),
		    ow_group_source(g, OW_CGROUP_LIMIT, d->arena),
		    ow_draft_text(d, "%s: limit %" PRIu64, g->path, g->limit_bytes));
	row(d, "usage", ow_words_bytes(d->arena, g->usage_bytes),
	    ow_group_source(g, OW_CGROUP_USAGE, d->arena),
	    ow_draft_text(d, "%s: usage %s", g->path, ow_words_bytes(d->arena, g->usage_bytes)));
	for (size_t i = 0; i < OW_ARRAY_SIZE(kinds); i++) {
		const char *key = g->version == 1 ? kinds[i].v1 : kinds[i].v2;
		const struct ow_stat *stat =
			g->have & OW_CGROUP_STAT ? ow_stat_find(&g->stat, key) : NULL;

		if (stat)
			row(d, kinds[i].what, ow_words_bytes(d->arena, stat->value),
			    ow_group_source(g, OW_CGROUP_STAT, d->arena),
			    ow_draft_text(d, "%s: %s %llu", g->path, key, stat->value));
	}
}

void ow_part_container(struct ow_draft *d)
{
	static const char *const heading[] = { "Setting", "Value", NULL };
	const struct ow_name *name = &d->report->container;
	const struct ow_container *k = d->s->container;
	const bool inspected = k && name->from == k->source;

	live_group(d);
	if (!name->id || (!k && !name->name && !name->pod && !name->image))
		return;
	ow_doc_heading(d->doc, 1, "The container");
	ow_doc_table(d->doc, heading);
	name_row(d, "name", inspected ? "Name" : "name", name->name, name->from);
	name_row(d, "image", inspected ? "Config.Image" : "image", name->image, name->from);
	name_row(d, "pod", "pod", name->pod, name->from);
	name_row(d, "namespace", "namespace", name->namespace, name->from);
	name_row(d, "unit", "unit", name->unit, name->from);
	if (k)
		limit_rows(d, k);
}
