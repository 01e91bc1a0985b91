/* SPDX-License-Identifier: Apache-2.0 */
/* oomwhy-explain: what a label, a verdict, a field or a whole record means. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "analyze/hypothesis.h"
#include "base/arena.h"
#include "base/scan.h"
#include "command.h"
#include "explain-log.h"
#include "record/cgroup.h"
#include "record/heap-series.h"
#include "record/heap.h"
#include "record/oom.h"
#include "record/process.h"
#include "record/term.h"

#define WIDTH_MAX 80

static const struct {
	const char *name, *help;
} words[] = {
	{ "confirmed",
	  "The prediction held, and every rival of that level that is possible on this "
	  "kernel and cgroup version was refuted." },
	{ "supported",
	  "The prediction held, but a possible rival could not be tested (it is named), "
	  "or something of its own caps it." },
	{ "refuted", "The prediction failed." },
	{ "not-tested",
	  "The evidence that would decide is missing, or lies within the error of the "
	  "numbers. The report prints the command that gets it. A missing datum never "
	  "refutes." },
	{ "contradictory", "Two sources disagree. The report prints both." },
	{ "observed", "The kernel, the container engine or a runtime wrote it." },
	{ "derived", "Arithmetic on what was observed." },
	{ "inferred", "A rule or a statistic that mostly holds." },
};

/* The records that have fields. */
static const struct {
	const struct ow_fields *fields;
	const char *of, *where;
} records[] = {
	{ &ow_oom_fields, "a kill", "oomwhy kills --json" },
	{ &ow_cgroup_fields, "a cgroup", "oomwhy cgroups --json" },
	{ &ow_process_fields, "a process", "oomwhy cgroups --processes --json" },
	{ &ow_heap_fields, "a heap profile", "oomwhy heap --json" },
	{ &ow_heap_trend_fields, "heap profiles over time", "oomwhy heap --series --json" },
};

static struct ow_explain_options arg_log = { .newest = -1, .format = "text" };
static bool arg_no_pager;

/* clang-format off */
static const struct ow_option options[] = {
	{ .brief = 'n', .name = "lines", .number = &arg_log.newest, .hint = "N",
	  .help = "of a SOURCE only the newest N records" },
	{ .brief = 'f', .name = "format", .arg = &arg_log.format, .hint = "text|markdown",
	  .complete = OW_COMPLETE_WORDS, .help = "how to print the records of a SOURCE (text)" },
	{ .name = "no-pager", .flag = &arg_no_pager, .help = "do not start a pager" },
};
/* clang-format on */

/* Prints a label and the text beside it, wrapped at words. All of it is our own: plain ASCII. */
static void print_wrapped(const char *label, const char *text)
{
	const size_t indent = 12, width = ow_command_width(),
		     columns = width < WIDTH_MAX ? width : WIDTH_MAX;
	struct ow_str rest = ow_str(text), word;
	size_t at = indent;

	printf("%-*s", (int)indent, label);
	while (ow_scan_blanks(&rest) && ow_scan_word(&rest, &word)) {
		if (at > indent && at + 1 + word.n > columns) {
			printf("\n%*s", (int)indent, "");
			at = indent;
		}
		printf("%s%.*s", at > indent ? " " : "", (int)word.n, word.p);
		at += word.n + (at > indent);
	}
	printf("\n");
}

static void print_fact(const char *label, const char *text)
{
	char sentence[1024];

	if (!text)
		return;
	(void)snprintf(sentence, sizeof(sentence), "%s.", text);
	print_wrapped(label, sentence);
}

static bool explain_word(const char *name)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++) {
		if (strcmp(words[i].name, name) != 0)
			continue;
		printf("%s\n", name);
		print_wrapped("  is", words[i].help);
		return true;
	}
	return false;
}

static bool explain_label(const char *name)
{
	const struct ow_hypothesis *h = ow_hypothesis_find(name);

	if (!h)
		return false;
	printf("%s\n", h->label);
	print_fact("  means", h->meaning);
	printf("  answers   %s (level %s)\n", ow_levels[h->level].question,
	       ow_levels[h->level].name);
	print_fact("  predicts", h->prediction);
	print_fact("  refuted", h->refuter);
	print_fact("  needs", h->datum);
	if (h->command)
		printf("  command   %s\n", h->command);
	print_fact("  then", h->remedy);
	return true;
}

/* Is name the word that the kernel's sample begins with: "anon-rss" of "anon-rss:32512kB"? */
static bool is_kernel_word(const char *sample, const char *name)
{
	size_t n = strlen(name);

	return sample && strncmp(sample, name, n) == 0 && strchr(":= [", sample[n]);
}

static bool explain_fields(const struct ow_fields *fields, const char *where, const char *prefix,
			   const char *name, bool found)
{

	for (size_t i = 0; i < fields->n; i++) {
		const struct ow_field *field = &fields->item[i];
		char path[128];

		if (snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "",
			     field->name) >= (int)sizeof(path))
			continue; /* no table is that deep */
		if (strcmp(path, name) == 0 || strcmp(field->name, name) == 0 ||
		    is_kernel_word(field->sample, name)) {
			printf("%s%s\n", found ? "\n" : "", path);
			print_wrapped("  is", field->help);
			if (field->sample)
				print_wrapped("  printed", field->sample);
			print_wrapped("  in", where);
			found = true;
		}
		if (field->fields)
			found = explain_fields(field->fields, where, path, name, found);
	}
	return found;
}

static bool explain_terms(const struct ow_term *terms, size_t n, const char *name)
{
	const char *total = strncmp(name, "total_", 6) == 0 ? name + 6 : NULL;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(terms[i].name, name) != 0 &&
		    !(total && strcmp(terms[i].name, total) == 0))
			continue;
		printf("%s\n", name);
		print_wrapped("  is", terms[i].help);
		if (total)
			print_wrapped("", "total_ counts the groups below as well.");
		print_wrapped("  printed", terms[i].where);
		return true;
	}
	return false;
}

static bool explain(const char *name)
{
	bool found = explain_word(name) || explain_label(name);

	for (size_t i = 0; i < OW_ARRAY_SIZE(records); i++)
		found = explain_fields(records[i].fields, records[i].where, "", name, found);
	return found || explain_terms(ow_terms, ow_terms_n, name) ||
	       explain_terms(ow_gfp_terms, ow_gfp_terms_n, name) ||
	       explain_terms(ow_kind_terms, ow_kind_terms_n, name);
}

static void list_fields(const struct ow_fields *fields, const char *prefix)
{
	for (size_t i = 0; i < fields->n; i++) {
		char path[128];

		if (snprintf(path, sizeof(path), "%s%s%s", prefix, *prefix ? "." : "",
			     fields->item[i].name) >= (int)sizeof(path))
			continue; /* no table is that deep */
		printf("  %s\n", path);
		if (fields->item[i].fields)
			list_fields(fields->item[i].fields, path);
	}
}

static void list_all(void)
{
	printf("Verdicts and classes of evidence:\n");
	for (size_t i = 0; i < OW_ARRAY_SIZE(words); i++)
		printf("  %s\n", words[i].name);
	for (size_t level = 0; level < OW_LEVEL_COUNT; level++) {
		printf("\nLabels of the level %s: %s\n", ow_levels[level].name,
		       ow_levels[level].question);
		for (size_t i = 0; i < ow_hypothesis_count(); i++)
			if (ow_hypothesis_at(i)->level == level)
				printf("  %-24s %s\n", ow_hypothesis_at(i)->label,
				       ow_hypothesis_at(i)->meaning);
	}
	for (size_t i = 0; i < OW_ARRAY_SIZE(records); i++) {
		printf("\nFields of %s, as %s prints them:\n", records[i].of, records[i].where);
		list_fields(records[i].fields, "");
	}
	printf("\nKinds of kills:\n");
	for (size_t i = 0; i < ow_kind_terms_n; i++)
		printf("  %s\n", ow_kind_terms[i].name);
	printf("\nNames in memory_stat and meminfo:\n");
	for (size_t i = 0; i < ow_terms_n; i++)
		printf("  %-24s %s\n", ow_terms[i].name, ow_terms[i].where);
	printf("\nNames of gfp_mask:\n");
	for (size_t i = 0; i < ow_gfp_terms_n; i++)
		printf("  %-24s %s\n", ow_gfp_terms[i].name, ow_gfp_terms[i].where);
}

/* A word is a source where it can be nothing else: "-", or with a slash in it. */
static bool is_source(const char *word)
{
	return strcmp(word, "-") == 0 || strchr(word, '/');
}

static int explain_word_or_log(const struct ow_command *self, char *word)
{
	const bool is_path = access(word, F_OK) == 0;

	if (!is_path && ow_explain_is_pasted(word))
		return ow_explain_pasted(self, &arg_log, word);
	if (!is_source(word) && explain(word))
		return OW_EXIT_DONE;
	if (is_path || is_source(word))
		return ow_explain_source(self, &arg_log, word);
	return ow_command_fail(self, OW_EXIT_NOTHING,
			       "'%s' is no label, no field and no file; 'oomwhy explain' alone "
			       "lists the words",
			       word);
}

static int run(const struct ow_command *self, int n, char *argv[])
{
	int status = OW_EXIT_DONE;

	if (strcmp(arg_log.format, "text") != 0 && strcmp(arg_log.format, "markdown") != 0)
		return ow_command_misuse(self, "--format: '%s' is neither text nor markdown",
					 arg_log.format);
	if (!arg_no_pager)
		ow_command_pager();
	if (n == 0)
		list_all();
	for (int i = 0; i < n; i++) {
		int one;

		if (i > 0)
			printf("\n");
		one = explain_word_or_log(self, argv[i]);
		/* A source that failed is graver than a word that is not known. */
		if (status == OW_EXIT_DONE || (one != OW_EXIT_DONE && one < status))
			status = one;
	}
	return status;
}

static const struct ow_command command = {
	.name = "oomwhy-explain",
	.synopsis = "[OPTION...] [LABEL|FIELD|SOURCE|LINE...]",
	.purpose = "Say what a label, a field, or a whole record of the kernel means",
	.about =
		"LABEL is as reports print it: memcg-own-limit. FIELD is a key of the JSON of\n"
		"kills and cgroups, a word of the kernel's record or a name of memory.stat:\n"
		"anon-rss, limit_bytes, trigger.order, pagetables. Without one, all are listed.\n\n"
		"SOURCE is a kernel log as oomwhy-kills(1) takes it, - for standard input: its\n"
		"OOM records are explained line by line. LINE is a line of one, quoted. A file\n"
		"that is called like a label or a field needs a slash: ./order.",
	.operands = OW_COMPLETE_FILE,
	.options = options,
	.n_options = OW_ARRAY_SIZE(options),
	.run = run,
};

int main(int argc, char *argv[])
{
	return ow_command_main(&command, argc, argv);
}
