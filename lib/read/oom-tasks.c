/* SPDX-License-Identifier: Apache-2.0 */
#include "read/oom-build.h"

#define AT(field) offsetof(struct ow_oom_task, field)

/*
 * Columns by their names in the table's header. Others (a patch's own) are numbers that the record
 * has no field for, as cpu and oom_adj. Pages stay pages until the page size is known. The kernel
 * prints so many blanks, and the number padded to a width.
 */
static const struct column {
	const char *name;
	size_t offset;
	unsigned have;
	unsigned char blanks, width;
	bool is_signed;
	bool table_pages;
} columns[] = {
	{ "", 0, 0, 0, 0 }, /* any other */
	{ "uid", AT(uid), OW_TASK_UID, 1, 5, .is_signed = true },
	{ "tgid", AT(tgid), OW_TASK_TGID, 1, 5, .is_signed = true },
	{ "total_vm", AT(total_vm_bytes), OW_TASK_TOTAL_VM, 1, 8 },
	{ "rss", AT(rss_bytes), OW_TASK_RSS, 1, 8 },
	{ "rss_anon", AT(rss_anon_bytes), OW_TASK_RSS_ANON, 1, 8 },
	{ "rss_file", AT(rss_file_bytes), OW_TASK_RSS_FILE, 1, 8 },
	{ "rss_shmem", AT(rss_shmem_bytes), OW_TASK_RSS_SHMEM, 1, 9 },
	{ "nr_ptes", AT(pgtables_bytes), OW_TASK_PGTABLES, 1, 7, .table_pages = true },
	{ "nr_pmds", AT(pgtables_bytes), OW_TASK_PGTABLES, 1, 7, .table_pages = true },
	{ "nr_puds", AT(pgtables_bytes), OW_TASK_PGTABLES, 1, 7, .table_pages = true },
	{ "pgtables_bytes", AT(pgtables_bytes), OW_TASK_PGTABLES, 1, 8 },
	{ "swapents", AT(swap_bytes), OW_TASK_SWAP, 1, 8 },
	{ "cpu", 0, 0, 1, 3 },
	{ "oom_adj", 0, 0, 5, 3 },
	{ "oom_score_adj", AT(oom_score_adj), OW_TASK_ADJ, 9, 5, .is_signed = true },
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

/* "  uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name" */
static bool set_columns(struct ow_oom_build *b, struct ow_str s)
{
	unsigned char column[OW_OOM_COLUMNS_MAX];
	struct ow_str word = { 0 };
	bool table_pages = false;
	unsigned have = 0;
	size_t n = 0;

	while (ow_scan_blanks(&s) && ow_scan_word(&s, &word) && n < OW_OOM_COLUMNS_MAX &&
	       !ow_str_is(word, "name")) {
		column[n] = (unsigned char)column_of(word);
		have |= columns[column[n]].have;
		table_pages |= columns[column[n++]].table_pages;
	}
	/* In the rows of a header that is cut, names would be taken for numbers. */
	if (!ow_str_is(word, "name"))
		return false;
	memcpy(b->column, column, n);
	b->n_columns = n;
	b->table_have = have;
	b->table_pages = table_pages;
	return true;
}

/* "[  pid  ]   uid  tgid total_vm      rss pgtables_bytes swapents oom_score_adj name" */
bool ow_oom_read_table(struct ow_oom_build *b, const struct ow_line *line)
{
	struct ow_str s = line->text;

	if (!scan_pid_word(&s) || !set_columns(b, s))
		return false;
	b->block = OW_BLOCK_TABLE;
	b->oom.lines.table = line->number;
	return true;
}

/* Columns that are not known may be the halves of one that is. */
unsigned ow_oom_table_fields(struct ow_str text)
{
	struct ow_str s = text, word = { 0 };
	unsigned n = 0, others = 0;

	if (!scan_pid_word(&s))
		return 0;
	while (ow_scan_blanks(&s) && ow_scan_word(&s, &word))
		*(column_of(word) || ow_str_is(word, "name") ? &n : &others) += 1;
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
	if (ow_oom_scan_absurd(&rest) && (rest.n == 0 || rest.p[0] == ' ')) {
		*s = rest;
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
	b->odd_rows += (b->table_have & ~task->have) != 0;
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
	    ow_str_is(name, "invoked"))
		return false;
	add_task(b, &task, name);
	return true;
}

/* The tables that kernels print. Where a header is lost, a row whose numbers stand just where one
 * of these puts them, and none of the others, is of that one. */
static const char *const headers[] = {
	"uid tgid total_vm rss cpu oom_adj name",
	"uid tgid total_vm rss cpu oom_adj oom_score_adj name",
	"uid tgid total_vm rss nr_ptes swapents oom_score_adj name",
	"uid tgid total_vm rss nr_ptes nr_pmds swapents oom_score_adj name",
	"uid tgid total_vm rss pgtables_bytes swapents oom_score_adj name",
	"uid tgid total_vm rss rss_anon rss_file rss_shmem pgtables_bytes swapents oom_score_adj name",
};

/* Is there what printf() makes of a number in that column? */
static bool scan_padded(struct ow_str *s, const struct column *c)
{
	struct ow_str rest = *s, word;
	size_t lead;
	int64_t number;

	(void)ow_scan_blanks(&rest);
	lead = s->n - rest.n;
	if (!ow_scan_word(&rest, &word) ||
	    lead != c->blanks + (word.n < c->width ? c->width - word.n : 0) ||
	    !ow_scan_i64(&word, &number) || word.n != 0)
		return false;
	*s = rest;
	return true;
}

static bool is_under(struct ow_str s, struct ow_str header)
{
	struct ow_str word;

	while (ow_scan_blanks(&header) && ow_scan_word(&header, &word) && !ow_str_is(word, "name"))
		if (!scan_padded(&s, &columns[column_of(word)]))
			return false;
	return s.n > 1 && s.p[0] == ' ' && s.p[1] != ' ';
}

/* The one header that the row can be of; NULL when that is not certain. */
static const char *header_of(struct ow_str s)
{
	const char *header = NULL;
	uint64_t pid;

	if (!ow_scan_char(&s, '[') || !ow_scan_blanks(&s) || !ow_scan_u64(&s, &pid) ||
	    !ow_scan_char(&s, ']'))
		return NULL;
	for (size_t i = 0; i < OW_ARRAY_SIZE(headers); i++) {
		if (!is_under(s, ow_str(headers[i])))
			continue;
		if (header)
			return NULL;
		header = headers[i];
	}
	return header;
}

bool ow_oom_is_row(struct ow_str text)
{
	return header_of(text) != NULL;
}

/* A row of a table whose header is lost, or was long ago. */
bool ow_oom_read_lone_row(struct ow_oom_build *b, const struct ow_line *line)
{
	const char *header = header_of(line->text);

	if (!header)
		return false;
	if (b->n_columns == 0)
		b->lone_table = set_columns(b, ow_str(header));
	b->block = OW_BLOCK_TABLE;
	return ow_oom_read_row(b, line);
}

unsigned ow_oom_row_fields(const struct ow_oom_build *b, struct ow_str text)
{
	struct ow_oom_task task = { 0 };
	size_t n;

	if (!scan_row(b, &text, &task, &n))
		return 0;
	return 1 + (unsigned)n + (n == b->n_columns && text.n > 0);
}
