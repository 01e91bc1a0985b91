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

static inline void set_column(struct ow_oom_task *task, const struct column *c, int64_t number)
{
	void *field = (char *)task + c->offset;

	if (c->have == 0)
		return;
	if (c->is_signed)
		*(int64_t *)field = number;
	else if (number >= 0)
		*(uint64_t *)field += (uint64_t)number;
	else
		return; /* a counter that was read while it changed */
	task->have |= c->have;
}

/* "   655928 ": as nearly all columns are. Blanks are passed over eight at once. */
static inline bool scan_few_digits(struct ow_str *s, int64_t *ret)
{
	struct ow_str rest = *s;
	uint64_t eight, number;
	unsigned n;

	for (; rest.n >= 16; rest = ow_str_skip(rest, 8)) {
		memcpy(&eight, rest.p, sizeof(eight));
		eight = le64toh(eight) ^ 0x2020202020202020;
		if (eight)
			break;
	}
	if (rest.n < 16)
		return false;
	rest = ow_str_skip(rest, (unsigned)__builtin_ctzll(eight) / 8);
	n = ow_digits(rest.p, &number);
	if (n == 0 || n == 8 || rest.p[n] != ' ')
		return false;
	*s = ow_str_skip(rest, n);
	*ret = (int64_t)number;
	return true;
}

/* What is in an unknown column does not matter. */
static inline bool scan_column(struct ow_str *s, struct ow_oom_task *task, const struct column *c)
{
	struct ow_str rest = *s, word;
	int64_t number;

	if (scan_few_digits(s, &number)) {
		set_column(task, c, number);
		return true;
	}
	(void)ow_scan_blanks(&rest);
	if (ow_scan_i64(&rest, &number) && (rest.n == 0 || rest.p[0] == ' ' || rest.p[0] == '\t')) {
		*s = rest;
		set_column(task, c, number);
		return true;
	}
	if (c->have != 0 || !ow_scan_word(&rest, &word))
		return false;
	*s = rest;
	return true;
}

/* The numbers of a row up to the name; *ret_n is how many columns there were. */
static bool scan_row(const struct ow_oom_build *b, struct ow_str *s, struct ow_oom_task *task,
		     size_t *ret_n)
{
	struct ow_str rest = *s;
	size_t n = 0;

	if (!ow_scan_char(&rest, '[') || !ow_scan_blanks(&rest) ||
	    !ow_scan_i64(&rest, &task->pid) || !ow_scan_blanks(&rest) || !ow_scan_char(&rest, ']'))
		return false;
	task->have |= OW_TASK_PID;
	while (n < b->n_columns && scan_column(&rest, task, &columns[b->column[n]]))
		n++;
	*s = rest;
	*ret_n = n;
	return true;
}

static void add_task(struct ow_oom_build *b, const struct ow_oom_task *task, struct ow_str name)
{
	const char *comm = ow_oom_keep(b, name);
	struct ow_oom_task *added = comm ? ow_oom_add(b, &b->oom.tasks, sizeof(*added)) : NULL;

	if (!added)
		return;
	*added = *task;
	added->comm = comm;
}

/* All of a row; *ret_name may be empty. */
static bool scan_task(const struct ow_oom_build *b, const struct ow_line *line,
		      struct ow_oom_task *ret, struct ow_str *ret_name)
{
	struct ow_str s = line->text;
	size_t n;

	*ret = (struct ow_oom_task){ .line = line->number };
	if (!scan_row(b, &s, ret, &n) || n < b->n_columns)
		return false;
	(void)ow_scan_char(&s, ' ');
	*ret_name = s;
	return true;
}

/*
 * "[  23793]     0 23793   655928   126942  5226496   519670             0 leaker". The name ends
 * the line and may hold blanks and brackets.
 */
bool ow_oom_read_row(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom_task task;
	struct ow_str name;

	if (!scan_task(b, line, &task, &name))
		return false;
	add_task(b, &task, name);
	return true;
}

/* A name with blanks may be the words by which other lines are known. */
bool ow_oom_read_simple_row(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_oom_task task;
	struct ow_str name;

	if (!scan_task(b, line, &task, &name) || name.n == 0 || memchr(name.p, ' ', name.n) ||
	    memchr(name.p, '=', name.n) || ow_str_is(name, "invoked"))
		return false;
	add_task(b, &task, name);
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
