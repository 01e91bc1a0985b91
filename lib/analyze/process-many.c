/* SPDX-License-Identifier: Apache-2.0 */
/* Many small processes together: killing any one of them cannot help for long. */
#include "analyze/makeup.h"
#include "analyze/process.h"
#include "analyze/words.h"

#define SMALL 0.25 /* of what they hold */

static void judge(const struct ow_scene *s, struct ow_finding *f)
{
	const struct ow_holders *h = &s->holders;
	double top = ow_share(h->largest_bytes, h->most_bytes);
	struct ow_cite table = ow_cite_line(s->oom, s->oom->lines.table);
	const struct ow_void *why = ow_process_void(s);

	if (h->n_processes == 0) {
		ow_finding_open(s, f, "the record has no task table");
		return;
	}
	ow_finding_number(f, OW_OBSERVED, "processes", "count", (double)h->n_processes);
	ow_finding_number(f, OW_DERIVED, "largest", "percent", 100 * top);
	if (ow_process_many_small(s)) {
		bool exact = h->exact && top <= SMALL && !ow_process_too_much(s);

		f->subject = ow_finding_text(f, "%s processes",
					     ow_words_count(f->arena, h->n_processes));
		if (h->program[0].n > h->n_processes / 2)
			f->subject = ow_process_program(s, f, &h->program[0]);
		ow_reason_for(f, OW_DERIVED, table,
			      "%s processes; the largest has %s of what they "
			      "hold",
			      ow_words_count(f->arena, h->n_processes),
			      ow_words_share(f->arena, top));
		ow_reason_also(f, ow_cite_line(s->oom, h->largest->line));
		if (ow_process_storm(s) > 1)
			ow_reason_for(f, OW_OBSERVED,
				      ow_cite_line(s->oom, s->victim ? s->victim->line : 0),
				      "%s of its name were killed in this incident",
				      ow_words_count(f->arena, ow_process_storm(s)));
		ow_finding_settle(f, exact ? OW_HELD : OW_PARTLY, NULL,
				  "%s held it together; the largest had %s", f->subject,
				  ow_words_share(f->arena, top));
	} else if (why) {
		ow_process_open(s, f, why);
	} else if (!s->balance.total.have) {
		ow_finding_open(s, f, "usage is not in the record, so there is no share of it");
	} else {
		ow_reason_against(f, OW_DERIVED, ow_cite_line(s->oom, h->largest->line),
				  "the largest of %s has %s of what they hold",
				  ow_words_count(f->arena, h->n_processes),
				  ow_words_share(f->arena, top));
		ow_reason_also(f, table);
		ow_finding_settle(f, OW_FAILED, NULL, "one process has %s of what they hold",
				  ow_words_share(f->arena, top));
	}
}

static const struct ow_hypothesis hypotheses[] = {
	{
		.level = OW_LEVEL_PROCESS,
		.label = "many-small",
		.meaning = "many small processes together",
		.prediction =
			"at least 10 processes hold at least 60 % of usage and swap together, and none "
			"has more than 25 % of that, or 10 of one name were killed in one incident",
		.refuter = "one that has more",
		.datum = "the number of processes over time",
		.command = "while sleep 5; do date +%s; ps -eo comm= | sort | uniq -c | sort -n | "
			   "tail -3; done",
		.remedy = "bound their number: workers = (limit - base) / size of one, pids.max",
		.role = "hold it together, growth unknown",
		.judge = judge,
	},
};

const struct ow_family ow_family_process_many = OW_FAMILY(hypotheses);
