/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>

#include "base/time.h"
#include "render/json.h"
#include "render/report.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53 */

static void text_if(struct ow_json *json, const char *key, const char *text)
{
	if (text)
		ow_json_text(json, key, text);
}

static void time_if(struct ow_json *json, const char *key, bool have, int64_t usec)
{
	char buffer[OW_TIME_MAX];

	if (have)
		ow_json_text(json, key, ow_time_utc(usec, buffer));
}

static void numbers(struct ow_json *json, const struct ow_claim *claim)
{
	ow_json_list(json, "numbers");
	for (size_t i = 0; i < claim->n_numbers; i++) {
		const struct ow_number *n = &claim->number[i];

		ow_json_object(json, NULL);
		ow_json_text(json, "name", n->name);
		if (n->value >= 0 && n->value < EXACT_MAX && (double)(uint64_t)n->value == n->value)
			ow_json_u64(json, "value", (uint64_t)n->value);
		else
			ow_json_real(json, "value", n->value);
		ow_json_text(json, "unit", n->unit);
		ow_json_text(json, "class", ow_class_names[n->class]);
		ow_json_end(json);
	}
	ow_json_end(json);
}

static void verdicts(struct ow_json *json, const struct ow_report *report)
{
	ow_json_list(json, "verdicts");
	for (size_t i = 0; i < report->n_claims; i++) {
		const struct ow_claim *claim = &report->claim[i];

		ow_json_object(json, NULL);
		ow_json_text(json, "level", claim->level);
		ow_json_text(json, "label", claim->label);
		ow_json_text(json, "verdict", claim->verdict);
		ow_json_text(json, "word", claim->word);
		ow_json_text(json, "statement", claim->statement);
		numbers(json, claim);
		ow_json_list(json, "evidence");
		for (size_t k = 0; k < claim->n_evidence; k++)
			ow_json_u64(json, NULL, claim->evidence[k]);
		ow_json_end(json);
		ow_json_end(json);
	}
	ow_json_end(json);
}

static void root_cause(struct ow_json *json, const struct ow_report *report)
{
	if (!report->root_cause.level) {
		ow_json_null(json, "root_cause");
		return;
	}
	ow_json_object(json, "root_cause");
	ow_json_text(json, "level", report->root_cause.level);
	ow_json_text(json, "label", report->root_cause.label);
	ow_json_text(json, "word", report->root_cause.word);
	text_if(json, "subject", report->root_cause.subject);
	ow_json_end(json);
}

static void container(struct ow_json *json, const struct ow_name *name)
{
	if (!name->id) {
		ow_json_null(json, "container");
		return;
	}
	ow_json_object(json, "container");
	text_if(json, "runtime", name->runtime);
	ow_json_text(json, "id", name->id);
	text_if(json, "name", name->name);
	text_if(json, "image", name->image);
	text_if(json, "pod", name->pod);
	text_if(json, "namespace", name->namespace);
	text_if(json, "unit", name->unit);
	ow_json_end(json);
}

static void undecided(struct ow_json *json, const struct ow_report *report)
{
	ow_json_list(json, "undecided");
	for (size_t i = 0; i < report->n_questions; i++) {
		ow_json_object(json, NULL);
		ow_json_text(json, "question", report->question[i].question);
		text_if(json, "command", report->question[i].command);
		ow_json_end(json);
	}
	ow_json_end(json);
}

static void evidence(struct ow_json *json, const struct ow_report *report)
{
	ow_json_list(json, "evidence");
	for (size_t i = 0; i < report->n_exhibits; i++) {
		const struct ow_exhibit *e = &report->exhibit[i];

		ow_json_object(json, NULL);
		ow_json_u64(json, "id", e->id);
		ow_json_text(json, "source", e->source);
		if (e->line)
			ow_json_u64(json, "line", e->line);
		ow_json_str(json, "text", e->text);
		ow_json_end(json);
	}
	ow_json_end(json);
}

static void kills(struct ow_json *json, const struct ow_case *c)
{
	ow_json_list(json, "kills");
	for (size_t i = 0; i < c->n_kills; i++) {
		const struct ow_oom *oom = c->kills[i];

		ow_json_object(json, NULL);
		text_if(json, "source", oom->source);
		ow_json_u64(json, "line", oom->line);
		if (oom->have & OW_OOM_BOOT)
			ow_json_u64(json, "boot_usec", oom->boot_usec);
		time_if(json, "time", oom->have & OW_OOM_TIME, oom->time_usec);
		ow_json_text(json, "kind", ow_oom_kind_names[oom->kind]);
		text_if(json, "limit_memcg", oom->limit_memcg);
		text_if(json, "task_memcg", oom->task_memcg);
		ow_json_list(json, "victims");
		for (size_t k = 0; k < oom->victims.n; k++) {
			const struct ow_oom_victim *victim = &ow_oom_victims(oom)[k];

			ow_json_object(json, NULL);
			if (victim->have & OW_VICTIM_PID)
				ow_json_i64(json, "pid", victim->pid);
			text_if(json, "comm", victim->comm);
			ow_json_end(json);
		}
		ow_json_end(json);
		ow_json_end(json);
	}
	ow_json_end(json);
}

static void sources(struct ow_json *json, const struct ow_case *c)
{
	ow_json_list(json, "sources");
	for (size_t i = 0; i < c->n_sources; i++) {
		const struct ow_source *source = &c->sources[i];

		ow_json_object(json, NULL);
		text_if(json, "name", source->name);
		text_if(json, "path", source->path);
		ow_json_text(json, "state", ow_source_state_names[source->state]);
		text_if(json, "detail", source->detail);
		time_if(json, "first", source->have & OW_SOURCE_PERIOD, source->first_usec);
		time_if(json, "last", source->have & OW_SOURCE_PERIOD, source->last_usec);
		ow_json_u64(json, "lines", source->lines);
		ow_json_u64(json, "lost", source->lost);
		ow_json_end(json);
	}
	ow_json_end(json);
}

int ow_report_json(const struct ow_report *report, const struct ow_report_style *style, FILE *out)
{
	struct ow_json json;

	(void)style;
	ow_json_init(&json, out);
	ow_json_object(&json, NULL);
	ow_json_text(&json, "schema", "oomwhy.report/1");
	ow_json_text(&json, "title", report->title);
	container(&json, &report->container);
	verdicts(&json, report);
	root_cause(&json, report);
	undecided(&json, report);
	evidence(&json, report);
	kills(&json, report->c);
	ow_json_u64(&json, "other_kills", report->c->n_other_kills);
	sources(&json, report->c);
	ow_json_end(&json);
	fputc('\n', out);
	return fflush(out) || ferror(out) ? -EIO : 0;
}
