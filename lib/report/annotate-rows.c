/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "analyze/words.h"
#include "report/annotate-family.h"

#define ROWS_SHOWN   5

#define BYTES(bytes) ow_words_bytes(notes->arena, (bytes))

/* The k-th word of a table's line behind its "[ pid ]"; n is 0: there are not so many. */
static struct ow_str cell(struct ow_str line, size_t k)
{
	struct ow_str rest = line, word = { 0 };

	if (!ow_scan_until(&rest, "]", &word))
		return (struct ow_str){ 0 };
	for (size_t i = 0; i <= k; i++)
		if (!ow_scan_blanks(&rest) || !ow_scan_word(&rest, &word))
			return (struct ow_str){ 0 };
	return word;
}

static void mark_cell(struct ow_notes *notes, struct ow_str row, const char *column,
		      const char *note)
{
	struct ow_str name, value;

	for (size_t k = 0; (name = cell(notes->columns, k)).n; k++) {
		if (!ow_str_is(name, column))
			continue;
		value = cell(row, k);
		if (value.n)
			ow_doc_mark(notes->doc, (size_t)(value.p - row.p), value.n, note);
		return;
	}
}

static const struct ow_oom_text *row_of(const struct ow_oom_task *task,
					const struct ow_oom_text *said, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct ow_str text = ow_note_text(&said[i]), rest = text;
		int64_t pid;

		if (said[i].line == task->line && ow_scan_char(&rest, '[') &&
		    ow_scan_blanks(&rest) && ow_scan_i64(&rest, &pid) && pid == task->pid)
			return &said[i];
	}
	return NULL;
}

static void show_row(struct ow_notes *notes, const struct ow_oom_task *t, const char *role,
		     const struct ow_oom_text *said, size_t n)
{
	const struct ow_oom_text *row = row_of(t, said, n);
	struct ow_str text = row ? ow_note_text(row) : (struct ow_str){ 0 };

	if (!row)
		return;
	ow_doc_block(notes->doc, OW_BLOCK_EXCERPT)->excerpt =
		(struct ow_excerpt){ .number = row->line, .line = text };
	if (t->have & OW_TASK_RSS)
		mark_cell(notes, text, "rss", BYTES(t->rss_bytes));
	if (t->have & OW_TASK_RSS_ANON)
		mark_cell(notes, text, "rss_anon", BYTES(t->rss_anon_bytes));
	if ((t->have & OW_TASK_SWAP) && t->swap_bytes)
		mark_cell(notes, text, "swapents", BYTES(t->swap_bytes));
	if ((t->have & OW_TASK_ADJ) && t->oom_score_adj)
		mark_cell(notes, text, "oom_score_adj",
			  t->oom_score_adj <= -1000 ? "never killed"
			  : t->oom_score_adj < 0    ? "spared"
						    : "preferred");
	mark_cell(notes, text, "name", role);
}

static int larger_rss_first(const void *a, const void *b)
{
	const struct ow_oom_task *const *x = a, *const *y = b;

	if ((*x)->rss_bytes != (*y)->rss_bytes)
		return (*x)->rss_bytes < (*y)->rss_bytes ? 1 : -1;
	return *x < *y ? -1 : *x > *y;
}

static bool is_pid(const struct ow_oom_task *t, bool have, int64_t pid)
{
	return have && (t->have & OW_TASK_PID) && t->pid == pid;
}

static void largest(struct ow_notes *notes, const struct ow_oom_task **task, size_t n)
{
	static const char *const heading[] = { "Pid", "Name", "rss", "swap", "Adj", NULL };

	ow_doc_table(notes->doc, heading);
	for (size_t i = 0; i < n && i < ROWS_SHOWN; i++) {
		const struct ow_oom_task *t = task[i];

		ow_doc_item(notes->doc, OW_INK_PLAIN, "%" PRId64, t->pid);
		ow_doc_item(notes->doc, OW_INK_PLAIN, "%s", t->comm ? t->comm : "?");
		ow_doc_item(notes->doc, OW_INK_PLAIN, "%s", BYTES(t->rss_bytes));
		ow_doc_item(notes->doc, OW_INK_PLAIN, "%s",
			    t->have & OW_TASK_SWAP ? BYTES(t->swap_bytes) : "-");
		if (t->have & OW_TASK_ADJ)
			ow_doc_item(notes->doc, OW_INK_PLAIN, "%" PRId64, t->oom_score_adj);
		else
			ow_doc_item(notes->doc, OW_INK_PLAIN, "-");
	}
}

void ow_note_rows(struct ow_notes *notes, const struct ow_oom_text *said, size_t n)
{
	const struct ow_oom *oom = notes->oom;
	const struct ow_oom_task *task = ow_oom_tasks(oom);
	const struct ow_oom_victim *v = notes->scene->victim;
	const struct ow_oom_task **by_rss =
		ow_alloc(notes->arena, oom->tasks.n + 1, sizeof(const struct ow_oom_task *));

	if (!by_rss || oom->tasks.n == 0)
		return;
	for (size_t i = 0; i < oom->tasks.n; i++) {
		bool killed = v && is_pid(&task[i], v->have & OW_VICTIM_PID, v->pid);
		bool asked = is_pid(&task[i], oom->trigger.have & OW_TRIGGER_PID, oom->trigger.pid);

		by_rss[i] = &task[i];
		if (killed || asked)
			show_row(notes, &task[i],
				 killed && asked ? "asked, and died"
				 : killed        ? "died"
						 : "asked",
				 said, n);
	}
	qsort(by_rss, oom->tasks.n, sizeof(const struct ow_oom_task *), larger_rss_first);
	if (oom->tasks.n > 1)
		largest(notes, by_rss, oom->tasks.n);
	ow_doc_para(notes->doc,
		    "%zu process%s %s. Pages that are shared count in every process that has them; "
		    "kernel threads and those without memory are not listed.",
		    oom->tasks.n, oom->tasks.n == 1 ? " was" : "es were",
		    oom->kind == OW_OOM_MEMCG ? "in the group and below it" : "there");
}
