/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/hypothesis.h"

#include <ctype.h>

#include "report.h"

static void put_row(FILE *out, const char *what, const char *text)
{
	if (text)
		fprintf(out, "- **%s** %s.\n", what, text);
}

static void put(FILE *out, const struct ow_hypothesis *h)
{
	static const char *const stands[] = {
		[OW_RIVAL] = "",
		[OW_FACTOR] = " (a factor: it stands beside the answer)",
		[OW_EXIT] = " (what ended the container: a question of its own)",
	};

	fprintf(out, "\n### `%s`\n\n%c%s%s.\n\n", h->label, toupper((unsigned char)h->meaning[0]),
		h->meaning + 1, stands[h->stand]);
	put_row(out, "Predicts", h->prediction);
	put_row(out, "Refuted by", h->refuter);
	put_row(out, "Decided by", h->datum);
	put_row(out, "Then", h->remedy);
	if (h->command)
		fprintf(out, "\n```sh\n%s\n```\n", h->command);
}

/* docs/hypotheses.md is the descriptors, written down: BLESS=1 writes it again. */
static void the_catalogue_is_what_the_descriptors_say(void **state)
{
	enum ow_level level = OW_LEVEL_COUNT;
	const struct ow_hypothesis *h;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	fputs("<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
	      "# Hypotheses\n\n"
	      "What a report can say, level by level. This page is written from the descriptors in "
	      "`lib/analyze/`\nby `BLESS=1 meson test -C build analyze-hypothesis`; `oomwhy explain "
	      "LABEL` says the same.\n\n"
	      "A hypothesis is `confirmed` when its prediction held and every possible rival of its "
	      "level is\nrefuted, `supported` when it held and a rival is untested or it held in part, "
	      "`refuted` when it\nfailed, `not-tested` when a datum is missing, and `contradictory` when "
	      "two sources disagree.\nA datum that is missing never refutes. Sizes are in the kernel's "
	      "kB, 1024 bytes; shares are of\nusage and swap usage.\n",
	      out);
	for (size_t i = 0; (h = ow_hypothesis_at(i)); i++) {
		if (h->level != level)
			fprintf(out, "\n## %s: %s\n", ow_levels[h->level].name,
				ow_levels[h->level].question);
		level = h->level;
		put(out, h);
	}
	assert_int_equal(fclose(out), 0);
	report_is(*state, text, "../../docs/hypotheses.md");
	free(text);
}

static void every_hypothesis_has_all_its_texts(void **state)
{
	const struct ow_hypothesis *h;

	(void)state;
	for (size_t i = 0; (h = ow_hypothesis_at(i)); i++) {
		const char *const texts[] = { h->meaning, h->prediction, h->refuter, h->datum,
					      h->remedy };

		assert_non_null(h->judge);
		for (size_t k = 0; k < OW_ARRAY_SIZE(texts); k++) {
			assert_non_null(texts[k]);
			assert_in_range(strlen(texts[k]), 8, 300);
			if (strcmp(texts[k] + strlen(texts[k]) - 1, ".") == 0)
				fail_msg("%s: '%s' ends with a full stop", h->label, texts[k]);
		}
	}
}

static void labels_are_unique_and_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < ow_hypothesis_count(); i++)
		assert_ptr_equal(ow_hypothesis_find(ow_hypothesis_at(i)->label),
				 ow_hypothesis_at(i));
	assert_null(ow_hypothesis_find("leaky"));
	assert_null(ow_hypothesis_at(ow_hypothesis_count()));
}

static void levels_come_in_their_order(void **state)
{
	(void)state;
	for (size_t i = 1; i < ow_hypothesis_count(); i++)
		assert_true(ow_hypothesis_at(i - 1)->level <= ow_hypothesis_at(i)->level);
}

/* A report that sends somebody to a command that is not there helps nobody. */
static void commands_of_oomwhy_exist(void **state)
{
	static const char *const there[] = { "oomwhy kills", "oomwhy report", "oomwhy explain",
					     "oomwhy account" };

	(void)state;
	for (size_t i = 0; i < ow_hypothesis_count(); i++) {
		const char *command = ow_hypothesis_at(i)->command;
		const char *at = command ? strstr(command, "oomwhy ") : NULL;
		bool known = !at;

		for (size_t k = 0; at && k < OW_ARRAY_SIZE(there); k++)
			known |= strncmp(at, there[k], strlen(there[k])) == 0;
		assert_true(known);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(the_catalogue_is_what_the_descriptors_say),
		UNIT(every_hypothesis_has_all_its_texts),
		UNIT(labels_are_unique_and_found),
		UNIT(levels_come_in_their_order),
		UNIT(commands_of_oomwhy_exist),
	};

	return cmocka_run_group_tests_name("analyze/hypothesis", tests, NULL, NULL);
}
