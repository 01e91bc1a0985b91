/* SPDX-License-Identifier: Apache-2.0 */
#include "looked.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "analyze/words.h"
#include "base/escape.h"
#include "base/time.h"
#include "read/seen.h"

#define LOOKED_MAX OW_MIB(64) /* some 100,000 files */

static struct ow_looked_log *add(struct ow_looked *looked, const char *name)
{
	struct ow_looked_log *more;
	const char *kept;

	if (!looked->arena)
		looked->arena = ow_arena_new(LOOKED_MAX);
	kept = looked->arena ? ow_str_keep(looked->arena, ow_str(name)) : NULL;
	more = kept ? ow_grow(looked->arena, looked->log, looked->n, sizeof(*more)) : NULL;
	if (!more)
		return NULL;
	looked->log = more;
	more[looked->n] = (struct ow_looked_log){ .source.name = kept };
	return &more[looked->n++];
}

int ow_looked_begin(struct ow_looked *looked, const char *name, const char *path)
{
	struct ow_looked_log *log = add(looked, name);

	if (log && path)
		log->source.path = ow_str_keep(looked->arena, ow_str(path));
	return log && (!path || log->source.path) ? 0 : -ENOMEM;
}

void ow_looked_end(struct ow_looked *looked, const struct ow_oom_seen *seen)
{
	struct ow_looked_log *log = ow_looked_last(looked);

	ow_seen_source(seen, &log->told, log->reports, &log->source);
	if (log->source.path) /* it was live when the case was collected, and now is later */
		log->source.have &= ~(unsigned)OW_SOURCE_LIVE;
}

int ow_looked_note(struct ow_looked *looked, const struct ow_source *source)
{
	struct ow_looked_log *log = add(looked, source->name ? source->name : "-");

	if (!log)
		return -ENOMEM;
	log->source.state = source->state;
	if (source->detail)
		log->source.detail = ow_str_keep(looked->arena, ow_str(source->detail));
	return 0;
}

void ow_looked_release(struct ow_looked *looked)
{
	looked->arena = ow_arena_free(looked->arena);
}

void ow_looked_remark(const struct ow_looked *looked, const struct ow_command *command, bool all)
{
	static const struct {
		size_t offset;
		const char *one, *many;
	} remarks[] = {
#define AT(member) offsetof(struct ow_looked_log, member)
		{ AT(undated), "kill has no date and is left out (--now or --utc may settle it)",
		  "kills have no date and are left out (--now or --utc may settle it)" },
		{ AT(doubted), "of the list may be forged: --verbose says why",
		  "of the list may be forged: --verbose says why" },
		{ AT(source.noticed), "kill by the kernel was noticed by systemd and is not in it",
		  "kills by the kernel were noticed by systemd and are not in it" },
		{ AT(source.suppressed), "report was not printed by the kernel (rate limit)",
		  "reports were not printed by the kernel (rate limit)" },
		{ AT(source.repeated), "report stands in its source twice and is listed once",
		  "reports stand in their source twice and are listed once" },
		{ AT(source.lost), "line was lost before it was read",
		  "lines were lost before they were read" },
		{ AT(source.overruns),
		  "overrun of the kernel's buffer lost an unknown number of lines",
		  "overruns of the kernel's buffer lost an unknown number of lines" },
		{ AT(source.cut_lines), "line is longer than 64 KiB and was cut there",
		  "lines are longer than 64 KiB and were cut there" },
		{ AT(source.binary_lines), "line is binary and was skipped",
		  "lines are binary and were skipped" },
		{ AT(source.backward),
		  "log runs from new to old, which tears its reports: turn it round (tac)",
		  "logs run from new to old, which tears their reports: turn them round (tac)" },
		{ AT(source.foreign_lines),
		  "line looks like a report but is not the kernel's: --all lists it",
		  "lines look like a report but are not the kernel's: --all lists them" },
#undef AT
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(remarks); i++) {
		uint64_t sum = 0;

		if (all &&
		    remarks[i].offset == offsetof(struct ow_looked_log, source.foreign_lines))
			continue;
		for (size_t k = 0; k < looked->n; k++)
			sum = ow_add(
				sum,
				*(const uint64_t *)(const void *)((const char *)&looked->log[k] +
								  remarks[i].offset));
		if (sum)
			ow_command_warn(command, "%" PRIu64 " %s", sum,
					sum == 1 ? remarks[i].one : remarks[i].many);
	}
}

/* One line that is being made; it is NULL when the arena refuses. */
struct line {
	struct ow_arena *arena;
	const char *text;
};

__attribute__((format(printf, 2, 3))) static void say(struct line *line, const char *format, ...)
{
	va_list args;
	char *more;

	va_start(args, format);
	more = ow_vprintf(line->arena, format, args);
	va_end(args);
	line->text = more && line->text ? ow_printf(line->arena, "%s%s", line->text, more) : NULL;
}

static void say_count(struct line *line, uint64_t n, const char *one, const char *many)
{
	if (n)
		say(line, "; %s %s", ow_words_count(line->arena, n), n == 1 ? one : many);
}

static void say_period(struct line *line, const struct ow_coverage *c)
{
	char first[OW_TIME_MAX], last[OW_TIME_MAX];

	if (c->have & OW_SOURCE_PERIOD)
		say(line, " from %s to %s", ow_time_utc(c->first_usec, first),
		    ow_time_utc(c->last_usec, last));
	else if ((c->have & OW_SOURCE_BOOT_PERIOD) && c->boot_first_usec <= c->boot_last_usec)
		say(line, " from %" PRIu64 " s to %" PRIu64 " s after boot",
		    c->boot_first_usec / (uint64_t)OW_USEC_PER_SEC,
		    c->boot_last_usec / (uint64_t)OW_USEC_PER_SEC);
}

/* What a log without a kill of that time proves. */
static void deny(struct line *line, const struct ow_looked_log *log, const struct ow_asked *asked,
		 bool all)
{
	const struct ow_source *source = &log->source;
	const char *name = strcmp(source->name, "-") == 0 ? "standard input" : source->name;
	struct ow_coverage c;
	bool known;

	ow_coverage_make(source, asked, line->arena, &c);
	known = c.gaps.n == 0 && log->undated == 0;
	say(line, "%s: no OOM kill%s", name, known ? "" : " found");
	say_period(line, &c);
	say(line, ", %s line%s", ow_words_count(line->arena, source->lines),
	    source->lines == 1 ? "" : "s");
	if (!known)
		say(line, ", but that there was none is not known");
	if (c.gaps.n)
		say(line, ": %s", ow_coverage_words(&c.gaps, line->arena));
	say_count(line, log->undated, "kill has no date", "kills have no date");
	if (c.limits.n)
		say(line, "; %s", ow_coverage_words(&c.limits, line->arena));
	if (c.settle)
		say(line, "; to settle it%s: %s",
		    source->have & OW_SOURCE_LIVE ? "" : ", on its host", c.settle);
	say_count(line, log->kills - log->undated, "kill is of another time or boot",
		  "kills are of another time or boot");
	if (all)
		return;
	say_count(line, source->foreign_lines,
		  "line looks like a report but is not the kernel's: --all lists it",
		  "lines look like a report but are not the kernel's: --all lists them");
	if (source->failures)
		say(line, "; %s%s page allocation failure%s: --all lists %s",
		    source->have & OW_SOURCE_SKIMMED ? "at least " : "",
		    ow_words_count(line->arena, source->failures), source->failures == 1 ? "" : "s",
		    source->failures == 1 ? "it" : "them");
}

static void deny_one(const struct ow_looked_log *log, const struct ow_command *command,
		     const struct ow_asked *asked, bool all)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(1));
	struct line line = { arena, "" };
	const char *text = NULL;

	if (arena && log->source.state == OW_SOURCE_READ)
		deny(&line, log, asked, all);
	else if (arena)
		say(&line, "%s: %s", log->source.name,
		    log->source.detail ? log->source.detail : "it is not there");
	if (arena && line.text)
		text = ow_escape_text(arena, ow_str(line.text));
	ow_command_warn(command, "%s", text ? text : strerror(ENOMEM));
}

void ow_looked_deny(const struct ow_looked *looked, const struct ow_command *command,
		    const struct ow_asked *asked, int status, bool all)
{
	for (size_t i = 0; i < looked->n; i++) {
		const enum ow_source_state state = looked->log[i].source.state;

		/* Of those it was said why. */
		if (state == OW_SOURCE_UNREADABLE ||
		    (state == OW_SOURCE_ABSENT && status == OW_EXIT_FAILED))
			continue;
		deny_one(&looked->log[i], command, asked, all);
	}
}
