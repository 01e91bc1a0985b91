/* SPDX-License-Identifier: Apache-2.0 */
/* No kill was found. That nothing was killed is only said where the sources prove it; else the
 * answer is that it is not known. */

#include "analyze/coverage.h"
#include "analyze/kill.h"
#include "analyze/words.h"
#include "base/time.h"

/* What a source says of the time from since to until. */
static struct ow_coverage cover(const struct ow_scene *s, const struct ow_source *source,
				int64_t since_usec, int64_t until_usec, struct ow_arena *arena)
{
	const struct ow_host *host = &s->c->host;
	struct ow_asked asked = { .since_usec = since_usec, .until_usec = until_usec };
	struct ow_coverage coverage;

	if (host->have & OW_HOST_TIME) {
		asked.now_usec = host->time_usec;
		asked.has_boot = true;
		asked.boot_time_usec = host->time_usec - (int64_t)host->boot_usec;
	}
	ow_coverage_make(source, &asked, arena, &coverage);
	return coverage;
}

static struct ow_cite cite_source(struct ow_finding *f, const struct ow_source *source)
{
	return ow_cite_field(f, source->name ? source->name : "kernel log", "%s lines, %s lost%s%s",
			     ow_words_count(f->arena, source->lines),
			     ow_words_count(f->arena, source->lost), source->detail ? "; " : "",
			     source->detail ? source->detail : "");
}

/* When the life began and ended: by the engine's events, else by its state. A container that runs
 * has not ended, and lives until the case was collected. */
static bool life(const struct ow_scene *s, int64_t *first, int64_t *last)
{
	const struct ow_container *k = s->container;
	const struct ow_ending *e = &s->ending;

	if (e->start)
		*first = e->start->time_usec;
	else if (k && (k->have & OW_CONTAINER_STARTED))
		*first = k->started_usec;
	else
		return false;
	if (e->known)
		*last = e->time_usec;
	else if (k && (k->have & OW_CONTAINER_RUNNING) && k->running &&
		 (s->c->host.have & OW_HOST_TIME))
		*last = s->c->host.time_usec;
	else
		return false;
	return true;
}

/* All of it, without a gap? */
static bool covers(const struct ow_scene *s, const struct ow_source *source, struct ow_arena *arena)
{
	struct ow_coverage coverage;
	int64_t born, died;

	if (!ow_source_is_log(source) || !life(s, &born, &died))
		return false;
	coverage = cover(s, source, born, died, arena);
	return ow_coverage_proves(&coverage);
}

/* It runs, or it ended by itself and well, or its engine killed it: there is no death to explain.
 */
static bool death_explained(const struct ow_scene *s)
{
	const struct ow_container *k = s->container;

	if (k && (!(k->have & OW_CONTAINER_RUNNING) || !(k->have & OW_CONTAINER_OOM_KILLED) ||
		  k->oom_killed))
		return false;
	if (s->ending.oom || (!k && !s->ending.start))
		return false;
	if (k && k->running)
		return true;
	return s->ending.known && (s->ending.code == 0 || s->ending.kill);
}

static bool counted(const struct ow_case *c)
{
	for (size_t i = 0; i < c->n_cgroups; i++)
		if ((c->cgroups[i].have & OW_CGROUP_OOM_KILLS) && c->cgroups[i].oom_kills)
			return true;
	return false;
}

/* " of "leaky"", where there are others. */
static const char *of_it(const struct ow_scene *s, struct ow_finding *f)
{
	return s->c->asked && s->c->n_other_kills ? ow_finding_text(f, " of \"%s\"", s->c->asked)
						  : "";
}

/* A kill that says nothing of a cgroup may be of any. */
static bool covered(const struct ow_scene *s, struct ow_finding *f, bool against)
{
	if (s->c->n_homeless)
		return false;
	for (size_t i = 0; i < s->c->n_sources; i++) {
		const struct ow_source *source = &s->c->sources[i];

		if (!covers(s, source, f->arena))
			continue;
		(against ? ow_reason_against : ow_reason_for)(
			f, OW_OBSERVED, cite_source(f, source),
			"the kernel's log covers the whole life of \"%s\" without a "
			"gap and holds no kill%s",
			s->c->asked ? s->c->asked : "it", of_it(s, f));
		return true;
	}
	return false;
}

bool ow_kill_log_covers(const struct ow_scene *s, struct ow_finding *f)
{
	return !s->oom && s->c->asked && covered(s, f, false);
}

bool ow_kill_kernel_did_not(const struct ow_scene *s, struct ow_finding *f, bool against)
{
	const struct ow_container *k = s->container;

	if (s->oom || !s->c->asked || counted(s->c) || s->ending.oom)
		return false;
	if (k && (k->have & OW_CONTAINER_OOM_KILLED) && k->oom_killed)
		return false;
	return covered(s, f, against);
}

bool ow_kill_none_proved(const struct ow_scene *s, struct ow_finding *f, bool against)
{
	if (s->oom || !s->c->asked || !death_explained(s) || counted(s->c))
		return false;
	return covered(s, f, against);
}

static const char *whose(const struct ow_oom *oom)
{
	return oom->killer ? "the killer's own" : "the kernel's";
}

static void judge_none(const struct ow_scene *s, struct ow_finding *f)
{
	if (s->oom) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(s->oom),
				  "%s record says otherwise", whose(s->oom));
		ow_finding_settle(f, OW_FAILED, NULL, "%s record says what happened",
				  whose(s->oom));
	} else if (ow_kill_none_proved(s, f, false)) {
		if (s->container)
			ow_reason_for(
				f, OW_OBSERVED,
				ow_cite_field(f, s->container->source, "State.OOMKilled = false"),
				"the engine saw no OOM kill either, and no end is left to explain");
		ow_finding_settle(f, OW_HELD, NULL,
				  "nothing of \"%s\" was killed for lack of memory", s->c->asked);
	} else if (ow_kill_kernel_did_not(s, f, false)) {
		ow_finding_need(f, "the engine's events of the container",
				ow_scene_command(s, f->arena, OW_EVENTS_COMMAND));
		ow_finding_settle(f, OW_OPEN, NULL, "what ended \"%s\" is not known", s->c->asked);
	} else {
		ow_finding_open(s, f, "the sources do not prove that nothing was killed");
	}
}

static void say_source(const struct ow_scene *s, const struct ow_source *source,
		       struct ow_finding *f)
{
	const struct ow_coverage c = cover(s, source, INT64_MIN, INT64_MAX, f->arena);
	const struct ow_cite cite = cite_source(f, source);
	char from[OW_TIME_MAX], to[OW_TIME_MAX];

	if (c.gaps.n)
		ow_reason_for(f, OW_OBSERVED, cite,
			      "%s holds no OOM kill%s, which proves nothing: %s", cite.source,
			      of_it(s, f), ow_coverage_words(&c.gaps, f->arena));
	else if (c.have & OW_SOURCE_PERIOD)
		ow_reason_for(f, OW_OBSERVED, cite, "%s holds no OOM kill%s from %s to %s",
			      cite.source, of_it(s, f), ow_time_utc(c.first_usec, from),
			      ow_time_utc(c.last_usec, to));
	else
		ow_reason_for(f, OW_OBSERVED, cite, "%s holds no OOM kill%s", cite.source,
			      of_it(s, f));
}

static void say_sources(const struct ow_scene *s, struct ow_finding *f)
{
	bool homeless = s->c->n_homeless > 0;

	for (size_t i = 0; i < s->c->n_sources; i++) {
		const struct ow_source *source = &s->c->sources[i];

		if (!ow_source_is_log(source))
			continue;
		say_source(s, source, f);
		if (homeless)
			ow_reason_against(f, OW_OBSERVED, cite_source(f, source),
					  "%zu kill%s in the sources name%s no cgroup, and may be "
					  "of it",
					  s->c->n_homeless, s->c->n_homeless == 1 ? "" : "s",
					  s->c->n_homeless == 1 ? "s" : "");
		homeless = false;
	}
}

static void judge_unknown(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_oom *oom = s->oom;
	const struct ow_container *k = s->container;

	if (oom && (oom->kind != OW_OOM_UNKNOWN || (oom->have & OW_OOM_NO_VICTIM))) {
		ow_reason_against(f, OW_OBSERVED, ow_kill_witness(oom), "%s",
				  ow_kill_kind_words(oom->kind));
		ow_finding_settle(f, OW_FAILED, NULL, "%s record says what happened", whose(oom));
	} else if (oom) {
		ow_reason_for(f, OW_OBSERVED, ow_kill_witness(oom),
			      "this line is all that the source has of it");
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
		ow_finding_settle(
			f, OW_PARTLY, NULL,
			s->victim ? "the kernel killed %s, but no line says what was short"
				  : "the kernel looked for %s to kill; no line says whom, nor "
				    "what was short",
			s->victim_name);
	} else if (ow_kill_none_proved(s, f, true)) {
		ow_finding_settle(f, OW_FAILED, NULL, "it is proved that nothing was killed");
	} else if (ow_kill_kernel_did_not(s, f, false)) {
		ow_finding_need(f, "the logs of killers in user space", OW_KILLERS_COMMAND);
		ow_finding_settle(f, OW_PARTLY, NULL,
				  "the kernel killed nothing in the whole life of \"%s\"; whether "
				  "a killer in user space did is not known",
				  s->c->asked);
	} else {
		say_sources(s, f);
		if (k && (k->have & OW_CONTAINER_OOM_KILLED) && k->oom_killed)
			ow_reason_against(
				f, OW_OBSERVED,
				ow_cite_field(f, k->source, "State.OOMKilled = true"),
				"the engine's flag says that there was an OOM kill; it has "
				"been wrong, and does not say which");
		ow_finding_need(f, f->hypothesis->datum, f->hypothesis->command);
		ow_finding_need(f, "the kernel's count of OOM kills",
				ow_scene_command(s, f->arena, "grep oom_kill /proc/vmstat"));
		ow_finding_settle(
			f, OW_PARTLY, NULL,
			"no OOM kill was found%s%s%s, which is no proof that there was none",
			s->c->asked ? " of \"" : "", s->c->asked ? s->c->asked : "",
			s->c->asked ? "\"" : "");
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_KILL,
		.label = "no-oom",
		.meaning = "nothing was killed for memory",
		.prediction = "a log without a gap over the whole life holds no record, no counter "
			      "moved, and no death is unexplained",
		.refuter =
			"a record, a counter that moved, or an end by SIGKILL that nobody explains",
		.datum = "the kernel's log over the whole life of what was killed",
		.command = "journalctl -k -b all | oomwhy kills -",
		.remedy = "look elsewhere: memory did not end it",
		.judge = judge_none,
	},
	{
		.level = OW_LEVEL_KILL,
		.label = "unknown",
		.meaning = "not known: the sources were not readable or hold no witness",
		.prediction = "the sources that could be read hold no record, and do not cover the "
			      "whole life either",
		.refuter = "any witness: a record, a counter, a log of another killer",
		.datum = "the kernel's log of that time",
		.command = "journalctl -k -b all | oomwhy kills -",
		.remedy = "keep the kernel's log (a persistent journal) and run this again",
		.judge = judge_unknown,
	},
};

const struct ow_family ow_family_kill_none = OW_FAMILY(hypotheses);
