/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

#define AT(field) offsetof(struct ow_oom_task, field)

/* Columns by their names in the table's header. Others (cpu, oom_adj, a patch's own) are numbers
 * that the record has no field for. Pages stay pages until the page size is known. */
static const struct column {
	const char *name;
	size_t offset;
	unsigned have;
	bool is_signed;
	bool table_pages;
} columns[] = {
	{ "", 0, 0 }, /* any other */
	{ "uid", AT(uid), OW_TASK_UID, .is_signed = true },
	{ "tgid", AT(tgid), OW_TASK_TGID, .is_signed = true },
	{ "total_vm", AT(total_vm_bytes), OW_TASK_TOTAL_VM },
	{ "rss", AT(rss_bytes), OW_TASK_RSS },
	{ "rss_anon", AT(rss_anon_bytes), OW_TASK_RSS_ANON },
	{ "rss_file", AT(rss_file_bytes), OW_TASK_RSS_FILE },
	{ "rss_shmem", AT(rss_shmem_bytes), OW_TASK_RSS_SHMEM },
	{ "nr_ptes", AT(pgtables_bytes), OW_TASK_PGTABLES, .table_pages = true },
	{ "nr_pmds", AT(pgtables_bytes), OW_TASK_PGTABLES, .table_pages = true },
	{ "nr_puds", AT(pgtables_bytes), OW_TASK_PGTABLES, .table_pages = true },
	{ "pgtables_bytes", AT(pgtables_bytes), OW_TASK_PGTABLES },
	{ "swapents", AT(swap_bytes), OW_TASK_SWAP },
	{ "oom_score_adj", AT(oom_score_adj), OW_TASK_ADJ, .is_signed = true },
};
#undef AT

static size_t column_of(struct ow_str word)
{
	for (size_t i = 1; i < OW_ARRAY_SIZE(columns); i++)
		if (ow_str_is(word, columns[i].name))
			return i;
	return 0;
}

/* "[  pid  ]", with any number of blanks */
static bool scan_pid_word(struct ow_str *s)
{
	struct ow_str rest = *s;

	if (!ow_scan_char(&rest, '[') || !ow_scan_blanks(&rest) || !ow_scan_lit(&rest, "pid") ||
	    !ow_scan_blanks(&rest) || !ow_scan_char(&rest, ']'))
		return false;
	*s = rest;
	return true;
}

/* "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name" */
bool ow_oom_read_table(struct ow_oom_build *b, const struct ow_line *line)
{
	unsigned char column[OW_OOM_COLUMNS_MAX];
	struct ow_str s = line->text, word = { 0 };
	bool table_pages = false;
	size_t n = 0;

	if (!scan_pid_word(&s))
		return false;
	while (ow_scan_blanks(&s) && ow_scan_word(&s, &word) && n < OW_OOM_COLUMNS_MAX &&
	       !ow_str_is(word, "name")) {
		column[n] = (unsigned char)column_of(word);
		table_pages |= columns[column[n++]].table_pages;
	}
	/* In the rows of a header that is cut, names would be taken for numbers. */
	if (!ow_str_is(word, "name"))
		return false;
	memcpy(b->column, column, n);
	b->n_columns = n;
	b->table_pages = table_pages;
	b->block = OW_BLOCK_TABLE;
	b->oom.lines.table = line->number;
	return true;
}

static bool is_unused(struct ow_str word)
{
	return ow_str_is(word, "cpu") || ow_str_is(word, "oom_adj") || ow_str_is(word, "name");
}

/* Columns that are not known may be the halves of one that is. */
unsigned ow_oom_table_fields(struct ow_str text)
{
	struct ow_str s = text, word = { 0 };
	unsigned n = 0, others = 0;

	if (!scan_pid_word(&s))
		return 0;
	while (ow_scan_blanks(&s) && ow_scan_word(&s, &word))
		*(column_of(word) || is_unused(word) ? &n : &others) += 1;
	return ow_str_is(word, "name") ? OW_OOM_COLUMNS_MAX - others : n;
}

static bool set_column(struct ow_oom_task *task, const struct column *c, struct ow_str word)
{
	void *field = (char *)task + c->offset;
	int64_t number;

	if (!ow_scan_i64(&word, &number) || word.n != 0)
		return c->have == 0; /* what is in an unknown column does not matter */
	if (c->have == 0)
		return true;
	if (c->is_signed)
		*(int64_t *)field = number;
	else if (number >= 0)
		*(uint64_t *)field += (uint64_t)number;
	else
		return true; /* a counter that was read while it changed */
	task->have |= c->have;
	return true;
}

/* The numbers of a row up to the name; *ret_n is how many columns there were. */
static bool scan_row(const struct ow_oom_build *b, struct ow_str *s, struct ow_oom_task *task,
		     size_t *ret_n)
{
	struct ow_str word;
	size_t n = 0;

	if (!ow_scan_char(s, '[') || !ow_scan_blanks(s) || !ow_scan_i64(s, &task->pid) ||
	    !ow_scan_blanks(s) || !ow_scan_char(s, ']'))
		return false;
	task->have |= OW_TASK_PID;
	while (n < b->n_columns && ow_scan_blanks(s) && ow_scan_word(s, &word) &&
	       set_column(task, &columns[b->column[n]], word))
		n++;
	*ret_n = n;
	return true;
}

/*
 * "[  23793]     0 23793   655928   126942  5226496   519670             0 leaker". The name ends
 * the line and may hold blanks and brackets.
 */
bool ow_oom_read_row(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom_task task = { .line = line->number }, *added;
	struct ow_str s = line->text;
	size_t n;

	if (!scan_row(b, &s, &task, &n) || n < b->n_columns)
		return false;
	(void)ow_scan_char(&s, ' ');
	task.comm = ow_oom_keep(b, s);
	added = task.comm ? ow_oom_add(b, &b->oom.tasks, sizeof(*added)) : NULL;
	if (added)
		*added = task;
	return true;
}

unsigned ow_oom_row_fields(const struct ow_oom_build *b, struct ow_str text)
{
	struct ow_oom_task task = { 0 };
	size_t n;

	if (!scan_row(b, &text, &task, &n))
		return 0;
	return 1 + (unsigned)n + (n == b->n_columns && text.n > 0);
}
