/* SPDX-License-Identifier: Apache-2.0 */
/* All that is known as one JSON object, oomwhy.gc/1. */
#include <errno.h>
#include <math.h>

#include "base/time.h"
#include "gc.h"
#include "render/json.h"

#define JUDGEMENT_MAX OW_MIB(1)

static void put_time(struct ow_json *json, const char *key, bool have, int64_t usec)
{
	char text[OW_TIME_MAX];

	if (have)
		ow_json_text(json, key, ow_time_utc(usec, text));
}

static const char *const lacks[] = {
	[OW_GC_LACK_CLOCK] = "no-time",   [OW_GC_LACK_CYCLES] = "too-few",
	[OW_GC_LACK_SPAN] = "too-short",  [OW_GC_LACK_GROWTH] = "too-little-growth",
	[OW_GC_LACK_NOTHING] = "nothing", [OW_GC_LACK_MEMORY] = "nothing",
};

static void put_slope(struct ow_json *json, const struct ow_trend *fit, bool objects)
{
	ow_json_u64(json, "points", fit->n);
	ow_json_real(json, objects ? "slope_objects_per_s" : "slope_bytes_per_s", fit->slope);
	ow_json_real(json, "low", fit->low);
	ow_json_real(json, "high", fit->high);
	ow_json_real(json, "p", fit->p);
}

static void put_growth(struct ow_json *json, const char *key, const char *verdict,
		       const struct ow_gc_growth *growth, bool objects)
{
	ow_json_object(json, key);
	if (verdict)
		ow_json_text(json, "verdict", verdict);
	if (growth->have_fit) {
		put_slope(json, &growth->fit, objects);
		ow_json_real(json, objects ? "rise_objects" : "rise_bytes", growth->rise_bytes);
	} else {
		ow_json_null(json, objects ? "slope_objects_per_s" : "slope_bytes_per_s");
		ow_json_null(json, "low");
		ow_json_null(json, "high");
		ow_json_null(json, "p");
	}
	if (growth->tail.n) {
		ow_json_object(json, "last_half");
		put_slope(json, &growth->tail, objects);
		ow_json_end(json);
	}
	ow_json_u64(json, "cycles", growth->cycles);
	ow_json_i64(json, "span_usec", growth->span_usec);
	if (growth->lack)
		ow_json_text(json, "lack", lacks[growth->lack]);
	ow_json_end(json);
}

static void put_window(struct ow_json *json, const char *key, const struct ow_gc_window *window)
{
	ow_json_object(json, key);
	ow_json_i64(json, "from_usec", window->from_usec);
	ow_json_i64(json, "to_usec", window->to_usec);
	ow_json_u64(json, "cycles", window->cycles);
	if (window->cycles) {
		ow_json_u64(json, "live_min_bytes", window->live_min_bytes);
		ow_json_u64(json, "heap_max_bytes", window->heap_max_bytes);
	}
	ow_json_real(json, "gc_cpu_share", window->gc_share);
	ow_json_real(json, "idle_mark_share", window->idle_share);
	ow_json_real(json, "assist_share", window->assist_share);
	ow_json_real(json, "cycles_per_s", window->cycles_per_s);
	ow_json_real(json, "alloc_bytes_per_s", window->alloc_bytes_per_s);
	ow_json_end(json);
}

static void put_reason(struct ow_json *json, const struct ow_reason *reason)
{
	ow_json_object(json, NULL);
	ow_json_bool(json, "against", reason->against);
	ow_json_text(json, "class", ow_class_names[reason->class]);
	ow_json_text(json, "text", reason->text);
	ow_json_list(json, "cites");
	for (size_t i = 0; i < reason->n_cites; i++) {
		ow_json_object(json, NULL);
		ow_json_text(json, "source", reason->cite[i].source);
		ow_json_u64(json, "line", reason->cite[i].line);
		ow_json_str(json, "text", reason->cite[i].text);
		ow_json_end(json);
	}
	ow_json_end(json);
	ow_json_end(json);
}

static void put_finding(struct ow_json *json, const struct ow_gc_rule *rule,
			const struct ow_finding *finding)
{
	ow_json_object(json, NULL);
	ow_json_text(json, "label", rule->label);
	ow_json_text(json, "verdict", ow_verdict_names[finding->verdict]);
	ow_json_text(json, "statement", finding->statement);
	ow_json_list(json, "reasons");
	for (size_t i = 0; i < finding->n_reasons; i++)
		put_reason(json, &finding->reason[i]);
	ow_json_end(json);
	ow_json_list(json, "needs");
	for (size_t i = 0; i < finding->n_needs; i++) {
		ow_json_object(json, NULL);
		ow_json_text(json, "what", finding->need[i].what);
		if (finding->need[i].command)
			ow_json_text(json, "command", finding->need[i].command);
		ow_json_end(json);
	}
	ow_json_end(json);
	ow_json_end(json);
}

static int put_findings(struct ow_json *json, const struct ow_gc_case *c)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(JUDGEMENT_MAX);
	struct ow_finding *finding =
		arena ? ow_alloc(arena, ow_gc_n_rules, sizeof(*finding)) : NULL;

	if (!finding)
		return -ENOMEM;
	for (size_t i = 0; i < ow_gc_n_rules; i++)
		if (!ow_gc_judge(&ow_gc_rules[i], c, arena, &finding[i]))
			return -ENOMEM;
	ow_json_list(json, "labels");
	for (size_t i = 0; i < ow_gc_n_rules; i++)
		if (finding[i].verdict == OW_SUPPORTED)
			ow_json_text(json, NULL, ow_gc_rules[i].label);
	ow_json_end(json);
	ow_json_list(json, "findings");
	for (size_t i = 0; i < ow_gc_n_rules; i++)
		put_finding(json, &ow_gc_rules[i], &finding[i]);
	ow_json_end(json);
	return 0;
}

/* Who it is, and from when to when. */
static void put_life(struct ow_json *json, const struct ow_gc_life *life)
{
	static const char *const clocks[] = {
		[OW_GC_CLOCK_NONE] = "none",
		[OW_GC_CLOCK_START] = "start",
		[OW_GC_CLOCK_WALL] = "wall",
	};

	ow_json_u64(json, "process", life->number);
	ow_json_text(json, "runtime", "go");
	ow_json_text(json, "source", life->source);
	ow_json_text(json, "who", life->who);
	ow_json_u64(json, "cycles", life->cycles);
	ow_json_u64(json, "forced", life->forced);
	ow_json_u64(json, "periodic", life->periodic);
	ow_json_u64(json, "torn", life->torn);
	ow_json_u64(json, "missed", life->missed);
	ow_json_text(json, "clock", clocks[life->clock]);
	ow_json_i64(json, "first_usec", life->first_usec);
	ow_json_i64(json, "last_usec", life->last_usec);
	put_time(json, "first_time", life->have_wall, life->first_wall_usec);
	put_time(json, "last_time", life->have_wall, life->last_wall_usec);
	ow_json_bool(json, "from_start", life->from_start);
	if (life->predecessor)
		ow_json_u64(json, "predecessor", life->predecessor);
	if (life->successor)
		ow_json_u64(json, "successor", life->successor);
	if (life->procs)
		ow_json_u64(json, "procs", life->procs);
	if (life->cycles == 0)
		return;
	ow_json_list(json, "live_bytes");
	ow_json_u64(json, NULL, life->first_live_bytes);
	ow_json_u64(json, NULL, life->last_live_bytes);
	ow_json_end(json);
	ow_json_u64(json, "live_min_bytes", life->min_live_bytes);
	ow_json_u64(json, "live_max_bytes", life->max_live_bytes);
	ow_json_u64(json, "resets", life->resets);
}

static void put_goal(struct ow_json *json, const struct ow_gc_sum *sum)
{
	if (sum->have_gogc)
		ow_json_real(json, "gogc_percent", sum->gogc_percent);
	if (sum->have_goal) {
		ow_json_u64(json, "goal_bytes", sum->goal_bytes);
		ow_json_u64(json, "garbage_bytes", sum->garbage_bytes);
		ow_json_u64(json, "peak_bytes", sum->peak_bytes);
	}
	ow_json_bool(json, "capped", sum->capped);
	if (sum->capped)
		ow_json_u64(json, "cap_seen_bytes", sum->cap_seen_bytes);
	ow_json_bool(json, "idle", sum->idle);
	if (!sum->have_eta)
		return;
	ow_json_list(json, "limit_in_usec");
	ow_json_real(json, NULL, round(sum->eta_low_usec));
	ow_json_real(json, NULL, round(sum->eta_high_usec));
	ow_json_end(json);
}

static void put_sum(struct ow_json *json, const struct ow_gc_life *life,
		    const struct ow_gc_sum *sum)
{
	put_growth(json, "trend", sum->shape, &sum->live,
		   life->cycles == 0 && life->printed.objects);
	if (life->cycles == 0)
		return;
	if (sum->stacks.have_fit)
		put_growth(json, "stacks_trend", NULL, &sum->stacks, false);
	if (sum->have_pauses) {
		ow_json_object(json, "pauses");
		ow_json_real(json, "p50_usec", sum->pause_p50_usec);
		ow_json_real(json, "p99_usec", sum->pause_p99_usec);
		ow_json_real(json, "max_usec", sum->pause_max_usec);
		ow_json_real(json, "sum_usec", sum->stop_usec);
		ow_json_end(json);
	}
	put_goal(json, sum);
	put_window(json, "all", &sum->all);
	ow_json_list(json, "windows");
	for (size_t i = 0; i < sum->n_windows; i++)
		put_window(json, NULL, &sum->window[i]);
	ow_json_end(json);
}

static void put_others(struct ow_json *json, const struct ow_gc_life *life)
{
	if (life->scavenged.lines) {
		ow_json_object(json, "scavenger");
		ow_json_u64(json, "lines", life->scavenged.lines);
		ow_json_u64(json, "released_bytes", life->scavenged.released_bytes);
		ow_json_end(json);
	}
	if (life->printed.lines) {
		ow_json_object(json, "printed");
		ow_json_u64(json, "lines", life->printed.lines);
		ow_json_u64(json, "first_line", life->printed.first_line);
		ow_json_u64(json, "last_line", life->printed.last_line);
		ow_json_end(json);
	}
	if (life->sched_lines)
		ow_json_u64(json, "max_threads", life->max_threads);
}

static int put_process(struct ow_json *json, const struct gc_log *log,
		       const struct ow_gc_life *life, struct ow_arena *scratch)
{
	struct ow_gc_sum sum;
	int r;

	if (!ow_gc_sum(life, &log->known, scratch, &sum))
		return -ENOMEM;
	ow_json_object(json, NULL);
	put_life(json, life);
	put_sum(json, life, &sum);
	put_others(json, life);
	r = put_findings(json, &(struct ow_gc_case){ life, &sum, &log->known });
	ow_json_end(json);
	return r;
}

static void put_lines(struct ow_json *json, const struct ow_gctrace_seen *seen)
{
	ow_json_object(json, "lines");
	ow_json_u64(json, "all", seen->lines);
	ow_json_u64(json, "gc", seen->events[OW_GC_EVENT_CYCLE]);
	ow_json_u64(json, "forced", seen->events[OW_GC_EVENT_FORCED]);
	ow_json_u64(json, "scavenger", seen->events[OW_GC_EVENT_SCAVENGE]);
	ow_json_u64(json, "pacer", seen->events[OW_GC_EVENT_PACER]);
	ow_json_u64(json, "sched", seen->events[OW_GC_EVENT_SCHED]);
	ow_json_u64(json, "memstats", seen->events[OW_GC_EVENT_STATS]);
	ow_json_u64(json, "torn", seen->torn);
	ow_json_u64(json, "lost", seen->lost);
	ow_json_u64(json, "skipped", seen->skipped);
	ow_json_end(json);
}

int gc_write_json(const struct gc_log *log, FILE *out)
{
	ow_scoped(ow_arena_freep) struct ow_arena *scratch = ow_arena_new(JUDGEMENT_MAX);
	struct ow_json json;
	int r = scratch ? 0 : -ENOMEM;

	ow_json_init(&json, out);
	ow_json_object(&json, NULL);
	ow_json_text(&json, "schema", "oomwhy.gc/1");
	if (log->known.have_limit)
		ow_json_u64(&json, "limit_bytes", log->known.limit_bytes);
	ow_json_list(&json, "processes");
	for (size_t i = 0; r == 0 && i < ow_gc_lives_count(log->lives); i++) {
		const struct ow_gc_life *life = ow_gc_lives_at(log->lives, i);

		if (arg_gc.process < 0 || (uint64_t)arg_gc.process == life->number)
			r = put_process(&json, log, life, scratch);
	}
	ow_json_end(&json);
	ow_json_u64(&json, "forgotten", ow_gc_lives_forgotten(log->lives));
	put_lines(&json, &log->seen);
	ow_json_end(&json);
	(void)fputs("\n", out);
	return r;
}
