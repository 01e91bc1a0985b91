/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotate-family.h"

/* The parts of a record, as its "missing" names them. */
static const struct {
	const char *name, *what;
} parts[] = {
	{ "head", "who asked (\"invoked oom-killer\")" },
	{ "kernel", "the CPU, the pid of who asked, and the kernel's release" },
	{ "memory", "the counters of the cgroup (\"memory: usage\")" },
	{ "stats", "what the cgroup's memory was (\"Memory cgroup stats\")" },
	{ "meminfo", "the memory of the machine (\"Mem-Info\")" },
	{ "tasks", "the processes that were there (\"Tasks state\")" },
	{ "constraint", "whose limit it was, and whom it chose (\"oom-kill:\")" },
	{ "kill", "who died (\"Killed process\")" },
};

static bool misses(const struct ow_oom *oom, const char *part)
{
	const char *const *missing = oom->missing.item;

	for (size_t i = 0; i < oom->missing.n; i++)
		if (strcmp(missing[i], part) == 0)
			return true;
	return false;
}

static bool only_kills(const struct ow_oom *oom)
{
	const struct ow_oom_lines *l = &oom->lines;

	return !l->head && !l->kernel && !l->memory && !l->stats && !l->meminfo && !l->table &&
	       !l->constraint;
}

/* Head and kill line are of the priorities warning and error; these are of priority info. */
static bool no_info(const struct ow_oom *oom)
{
	const struct ow_oom_lines *l = &oom->lines;

	return l->head && oom->victims.n && !l->memory && !l->stats && !l->table &&
	       !l->constraint && (misses(oom, "constraint") || misses(oom, "memory"));
}

static bool no_front(const struct ow_oom *oom)
{
	return misses(oom, "head") && !only_kills(oom);
}

static bool no_end(const struct ow_oom *oom)
{
	return misses(oom, "kill") && oom->lines.head;
}

static bool no_table(const struct ow_oom *oom)
{
	return misses(oom, "tasks") && !no_info(oom) && !no_end(oom) && !only_kills(oom);
}

/* Why lines are missing; what is so seen is said, that it was so is not. */
static const struct {
	bool (*holds)(const struct ow_oom *oom);
	const char *why;
} reasons[] = {
	{ only_kills,
	  "Only kill lines are there. The kernel prints ten whole reports in 5 s, and "
	  "for the kills beyond them this line alone; or the log keeps errors only, or its front "
	  "is lost." },
	{ no_info,
	  "No line of priority info is there: a console or a log that keeps warnings and "
	  "errors only leaves them out (kernel.printk, the rules of syslog). /dev/kmsg and "
	  "the journal have them." },
	{ no_front, "The front is not in the source: a ring buffer that was written over, a file "
		    "that begins later, or a filter." },
	{ no_end, "The end is not in the source: the machine stopped, the log was cut or filtered, "
		  "or it was taken before the kill." },
	{ no_table, "Where only the processes are missing, vm.oom_dump_tasks is 0; else lines of "
		    "priority info were left out." },
};

/* A note that repeats a line was told with the line. */
static bool is_said(const struct ow_oom *oom, const char *note)
{
	const struct ow_oom_text *said = oom->said.item;

	for (size_t i = 0; i < oom->said.n; i++)
		if (ow_str_is(ow_note_text(&said[i]), note))
			return true;
	return false;
}

void ow_note_missing(struct ow_notes *notes)
{
	const struct ow_oom *oom = notes->oom;
	const char *const *note = oom->notes.item;

	if (oom->missing.n) {
		ow_doc_heading(notes->doc, 1, "Not in the source");
		ow_doc_block(notes->doc, OW_BLOCK_LIST);
	}
	for (size_t i = 0; oom->missing.n && i < OW_ARRAY_SIZE(parts); i++)
		if (misses(oom, parts[i].name))
			ow_doc_item(notes->doc, OW_INK_PLAIN, "%s", parts[i].what);
	for (size_t i = 0; i < OW_ARRAY_SIZE(reasons); i++)
		if (reasons[i].holds(oom))
			ow_doc_para(notes->doc, "%s", reasons[i].why);
	for (size_t i = 0; i < oom->notes.n; i++)
		if (!is_said(oom, note[i]))
			ow_doc_para(notes->doc, "Note: %s.", note[i]);
}
