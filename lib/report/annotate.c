/* SPDX-License-Identifier: Apache-2.0 */
#include "report/annotate.h"

#include <errno.h>
#include <inttypes.h>

#include "analyze/kill.h"
#include "base/time.h"
#include "report/annotate-family.h"

static const enum ow_note_part part_of[] = {
	[OW_FOLD_TRACE] = OW_NOTE_ASKED,
	[OW_FOLD_STATS] = OW_NOTE_MADE,
	[OW_FOLD_PAGES] = OW_NOTE_MADE,
	[OW_FOLD_ROWS] = OW_NOTE_THERE,
};

void ow_note_heading(struct ow_notes *notes, enum ow_note_part part)
{
	static const char *const headings[OW_NOTE_COUNT] = {
		[OW_NOTE_ASKED] = "Who asked",
		[OW_NOTE_LIMIT] = "Which limit",
		[OW_NOTE_MADE] = "What the memory was",
		[OW_NOTE_THERE] = "Who was there",
		[OW_NOTE_CHOSEN] = "Who was killed, and why",
		[OW_NOTE_BESIDE] = "Beside the record",
	};

	if (notes->headings & (1U << part))
		return;
	notes->headings |= 1U << part;
	ow_doc_heading(notes->doc, 1, "%s", headings[part]);
}

/* A run of lines that are told together, as far as it goes. */
struct run {
	const struct ow_note_family *family; /* of the latest line that is known */
	enum ow_note_fold fold;
	bool open; /* a line that begins one was there, be it shown or not */
	const struct ow_oom_text *first;
	size_t n;
};

static void end_run(struct ow_notes *notes, struct run *run)
{
	if (run->open && run->fold != OW_FOLD_NONE && !(notes->folds & (1U << run->fold))) {
		notes->folds |= 1U << run->fold;
		ow_note_heading(notes, part_of[run->fold]);
		ow_note_fold(notes, run->fold, run->first, run->n);
	}
	run->n = 0;
	run->open = false;
}

static void add_to_run(struct run *run, const struct ow_oom_text *said)
{
	if (run->n++ == 0)
		run->first = said;
}

/* "[   2897]     0  2897 ...": its name may look like any other line. */
static bool is_row(struct ow_str text)
{
	int64_t pid;

	return ow_scan_char(&text, '[') && ow_scan_blanks(&text) && ow_scan_i64(&text, &pid) &&
	       ow_scan_blanks(&text) && ow_scan_char(&text, ']');
}

static void take(struct ow_notes *notes, struct run *run, const struct ow_oom_text *said)
{
	const struct ow_str text = ow_note_text(said);
	const bool row = run->fold == OW_FOLD_ROWS && is_row(text);
	const struct ow_note_family *family = row ? NULL : ow_note_family(text);
	const bool again = family && family == run->family;

	if (family && family->fold != run->fold)
		end_run(notes, run);
	if (family)
		run->fold = family->fold;
	run->family = family ? family : run->family;
	if (family ? family->shown && !(again && family->fold) : run->fold == OW_FOLD_NONE) {
		end_run(notes, run);
		ow_note_heading(notes, family ? family->part : OW_NOTE_BESIDE);
		ow_note_excerpt(notes, family, said, again);
		if (family && family->say && !(again && family->once))
			family->say(notes, text, said->line);
	} else {
		add_to_run(run, said);
	}
	run->open |= run->fold != OW_FOLD_NONE;
}

/* "OOM kill of "eat" (pid 2897)": only what a line says. */
static void title(struct ow_notes *notes)
{
	const struct ow_oom *oom = notes->oom;
	char utc[OW_TIME_MAX];

	ow_doc_block(notes->doc, OW_BLOCK_TITLE);
	if (notes->scene->victim)
		ow_doc_item(notes->doc, OW_INK_PLAIN, "OOM kill of %s", notes->scene->victim_name);
	else
		ow_doc_item(notes->doc, OW_INK_PLAIN,
			    "OOM report that names nobody who was killed");
	ow_doc_say(notes->doc, OW_INK_PLAIN, ", %s, line%s %zu",
		   oom->source && strcmp(oom->source, "-") != 0 ? oom->source : "standard input",
		   oom->lines.last > oom->lines.first ? "s" : "", oom->lines.first);
	if (oom->lines.last > oom->lines.first)
		ow_doc_say(notes->doc, OW_INK_PLAIN, " to %zu", oom->lines.last);

	ow_doc_block(notes->doc, OW_BLOCK_PARA);
	ow_doc_item(notes->doc, OW_INK_PLAIN, "Kind %s: %s", ow_oom_kind_names[oom->kind],
		    oom->kind == OW_OOM_UNKNOWN ? "no line says whose memory was short"
						: ow_kill_kind_words(oom->kind));
	if (oom->kernel)
		ow_doc_say(notes->doc, OW_INK_PLAIN, ". Kernel %s", oom->kernel);
	if (oom->have & OW_OOM_BOOT)
		ow_doc_say(notes->doc, OW_INK_PLAIN, ". %.3f s after boot",
			   (double)oom->boot_usec / 1e6);
	if (oom->have & OW_OOM_TIME)
		ow_doc_say(notes->doc, OW_INK_PLAIN, ". %s", ow_time_utc(oom->time_usec, utc));
	ow_doc_say(notes->doc, OW_INK_PLAIN, ".");
}

/* Of what the memory was: a zone's lines can be told without the others. */
static const char *plain_zone(struct ow_str text)
{
	static const struct {
		const char *has, *text;
	} lines[] = {
		{ "lowmem_reserve[]:",
		  "Pages that the zone of the line before keeps, beside its minimum, from requests "
		  "that could use a higher zone, by the highest that they may use." },
		{ " free:",
		  "A zone of the machine's memory. An ordinary request must leave min free, and what "
		  "the zone keeps from it (lowmem_reserve); the last try before a kill must leave "
		  "high." },
		{ "*",
		  "The free blocks of a zone by size: a request of order n needs one of 2^n pages. "
		  "The letters say what blocks of a size are kept together for: U unmovable, M "
		  "movable, E reclaimable, H requests that cannot wait, C devices (CMA) and movable "
		  "pages, I isolated." },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(lines); i++)
		if (ow_str_has(text, lines[i].has))
			return lines[i].text;
	return "It is of what the memory was; that the whole record tells.";
}

/* A line or two that stand alone, where nothing more is to be said of them than what they are. */
static void show_plain(struct ow_notes *notes)
{
	static const char *const texts[] = {
		[OW_NOTE_ASKED] = "It says who asked for memory and what for; that accuses nobody.",
		[OW_NOTE_LIMIT] = "It is of the limit that was hit.",
		[OW_NOTE_THERE] = "It is of the table of the processes that were there.",
		[OW_NOTE_CHOSEN] = "It is of who was killed.",
		[OW_NOTE_BESIDE] = "It stands beside a record.",
	};
	const struct ow_oom_text *said = notes->oom->said.item;

	for (size_t i = 0; i < notes->oom->said.n; i++) {
		const struct ow_note_family *family = ow_note_family(ow_note_text(&said[i]));

		ow_note_excerpt(notes, NULL, &said[i], false);
		if (family)
			ow_doc_para(notes->doc, "%s",
				    family->part == OW_NOTE_MADE
					    ? plain_zone(ow_note_text(&said[i]))
					    : texts[family->part]);
	}
}

int ow_annotate_record(const struct ow_oom *oom, bool whole, struct ow_arena *arena,
		       struct ow_doc *ret)
{
	const struct ow_case c = { .kills = &oom, .n_kills = 1 };
	const struct ow_oom_text *said = oom->said.item;
	struct ow_doc doc = { .arena = arena };
	struct ow_scene scene;
	struct ow_notes notes = { oom, &scene, &doc, arena };
	struct run run = { 0 };

	if (ow_scene_make(&c, arena, &scene) < 0)
		return -ENOMEM;
	if (whole)
		title(&notes);
	else
		notes.headings = ~0U; /* a line or two need none */
	for (size_t i = 0; i < oom->said.n; i++)
		take(&notes, &run, &said[i]);
	end_run(&notes, &run);
	if (whole)
		ow_note_missing(&notes);
	else if (doc.n == 0)
		show_plain(&notes);
	if (ow_arena_refused(arena))
		return -ENOMEM;
	*ret = doc;
	return 0;
}

bool ow_annotate_knows(struct ow_str line)
{
	return ow_note_family(line) || is_row(ow_str_trim(line));
}

int ow_annotate_line(struct ow_str line, struct ow_arena *arena, struct ow_doc *ret)
{
	struct ow_oom_text said = { 0, ow_str_keep(arena, line), line.n };
	const struct ow_oom oom = { .said = { &said, 1 } };
	int r;

	if (!said.text)
		return -ENOMEM;
	if (!ow_annotate_knows(line))
		return -ENOENT;
	r = ow_annotate_record(&oom, false, arena, ret);
	if (r == 0 && !ow_note_family(line))
		ow_doc_para(ret,
			    "A process of the task table. Which number is which, the heading "
			    "of the table says, and that changes between kernels: give it, too.");
	return r;
}
