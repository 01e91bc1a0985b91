/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/coverage.h"

#include <stddef.h>
#include <string.h>

#include "analyze/words.h"
#include "base/time.h"

/* The kernel's first lines are printed in the first moments of its clock. */
#define BOOT_BEGINS   OW_USEC_PER_SEC

#define COUNTER       "grep oom_kill /proc/vmstat"
#define WHOLE_JOURNAL "journalctl -k -b all | oomwhy kills -"

/* What may have kept a kill from being seen, as the source counts it. */
static const struct {
	size_t offset;
	const char *one, *many, *settle;
} gaps[] = {
#define AT(member) offsetof(struct ow_source, member)
	{ AT(noticed), "kill by the kernel was noticed by systemd, and its report is not here",
	  "kills by the kernel were noticed by systemd, and their reports are not here",
	  WHOLE_JOURNAL },
	{ AT(suppressed), "report of a kill was not printed by the kernel (rate limit)",
	  "reports of kills were not printed by the kernel (rate limit)", COUNTER },
	{ AT(lost), "line was lost before it was read", "lines were lost before they were read",
	  COUNTER },
	{ AT(overruns), "overrun of the kernel's buffer lost an unknown number of lines",
	  "overruns of the kernel's buffer lost an unknown number of lines", COUNTER },
	{ AT(late_boots), "boot lacks its beginning", "boots lack their beginning", NULL },
	{ AT(bad_files), "file could not be read whole", "files could not be read whole", NULL },
	{ AT(cut_lines), "line is longer than 64 KiB and was cut there",
	  "lines are longer than 64 KiB and were cut there", NULL },
	{ AT(binary_lines), "line is binary and was skipped", "lines are binary and were skipped",
	  NULL },
#undef AT
};

static uint64_t count_at(const struct ow_source *source, size_t offset)
{
	return *(const uint64_t *)(const void *)((const char *)source + offset);
}

struct draft {
	const struct ow_source *source;
	const struct ow_asked *asked;
	struct ow_arena *arena;
	struct ow_coverage c;
};

static void add(struct draft *d, struct ow_list *list, const char *text, const char *settle)
{
	const char **item = ow_grow(d->arena, list->item, list->n, sizeof(*item));

	if (!item || !text)
		return;
	item[list->n++] = text;
	list->item = item;
	/* A journal was searched whole already, or there is none: then the ring is read. */
	if (settle && strcmp(settle, WHOLE_JOURNAL) == 0 &&
	    (d->source->have & (OW_SOURCE_SEARCHED | OW_SOURCE_LIVE)))
		settle = COUNTER;
	if (!d->c.settle)
		d->c.settle = settle;
}

static void count_gaps(struct draft *d)
{
	for (size_t i = 0; i < OW_ARRAY_SIZE(gaps); i++) {
		const uint64_t n = count_at(d->source, gaps[i].offset);

		if (n)
			add(d, &d->c.gaps,
			    ow_printf(d->arena, "%s %s", ow_words_count(d->arena, n),
				      n == 1 ? gaps[i].one : gaps[i].many),
			    gaps[i].settle);
	}
	if (d->source->lines == 0)
		add(d, &d->c.gaps,
		    d->source->have & OW_SOURCE_SEARCHED ? "it has no line of the kernel"
							 : "it is empty",
		    NULL);
	else if (d->source->kernel_lines == 0)
		add(d, &d->c.gaps, "none of its lines is the kernel's", NULL);
}

/* From when to when the source is, by the best clock that it has. */
static void set_period(struct draft *d)
{
	const struct ow_source *source = d->source;
	const struct ow_asked *asked = d->asked;
	struct ow_coverage *c = &d->c;

	if (source->have & OW_SOURCE_PERIOD) {
		c->first_usec = source->first_usec;
		c->last_usec = source->last_usec;
		c->have |= OW_SOURCE_PERIOD;
	} else if ((source->have & OW_SOURCE_BOOT_PERIOD) && asked->has_boot &&
		   source->boot_first_usec <= INT64_MAX / 2 &&
		   source->boot_last_usec <= INT64_MAX / 2) {
		c->first_usec = asked->boot_time_usec + (int64_t)source->boot_first_usec;
		c->last_usec = asked->boot_time_usec + (int64_t)source->boot_last_usec;
		c->have |= OW_SOURCE_PERIOD;
	}
	if ((source->have & OW_SOURCE_LIVE) && c->last_usec < asked->now_usec)
		c->last_usec = asked->now_usec;
	c->boot_first_usec = source->boot_first_usec;
	c->boot_last_usec = source->boot_last_usec;
	c->have |= source->have & OW_SOURCE_BOOT_PERIOD;
}

/* How long after boot it begins, and what a ring had before; "" when it begins with the boot. */
static const char *after_boot(struct draft *d)
{
	const struct ow_source *source = d->source;
	const char *text;

	if (!(source->have & OW_SOURCE_BOOT_PERIOD) || source->boot_first_usec <= BOOT_BEGINS)
		return "";
	text = ow_printf(d->arena, "%s after boot%s",
			 ow_words_span(d->arena, source->boot_first_usec),
			 source->have & OW_SOURCE_RING && source->overwritten
				 ? ow_printf(d->arena, ", where the ring overwrote %s line%s",
					     ow_words_count(d->arena, source->overwritten),
					     source->overwritten == 1 ? "" : "s")
				 : "");
	return text ? text : "";
}

/* How far back it goes. That is a gap when more was asked for. */
static void check_begin(struct draft *d)
{
	const struct ow_asked *asked = d->asked;
	const bool dated = d->c.have & OW_SOURCE_PERIOD;
	const char *after = after_boot(d);
	char text[OW_TIME_MAX];

	if (asked->since_usec != INT64_MIN && dated) {
		if (d->c.first_usec > asked->since_usec)
			add(d, &d->c.gaps,
			    ow_printf(d->arena, "it begins only at %s%s%s",
				      ow_time_utc(d->c.first_usec, text), *after ? ", " : "",
				      after),
			    WHOLE_JOURNAL);
		else
			d->c.first_usec = asked->since_usec;
	} else if (*after && asked->boot) {
		add(d, &d->c.gaps, ow_printf(d->arena, "it begins only %s", after), WHOLE_JOURNAL);
	} else if (*after && asked->since_usec == INT64_MIN &&
		   (dated || (d->source->have & OW_SOURCE_RING))) {
		add(d, &d->c.limits, ow_printf(d->arena, "it begins %s", after), NULL);
	}
	if (d->source->have & OW_SOURCE_VOLATILE)
		add(d, &d->c.limits, "it has nothing of earlier boots: it is volatile", NULL);
}

static void check_end(struct draft *d)
{
	const int64_t until = d->asked->until_usec;
	char text[OW_TIME_MAX];

	if (until == INT64_MAX || !(d->c.have & OW_SOURCE_PERIOD))
		return;
	if (d->c.last_usec >= until)
		d->c.last_usec = until;
	else if (!(d->source->have & OW_SOURCE_LIVE))
		add(d, &d->c.gaps,
		    ow_printf(d->arena, "it ends at %s", ow_time_utc(d->c.last_usec, text)), NULL);
}

void ow_coverage_make(const struct ow_source *source, const struct ow_asked *asked,
		      struct ow_arena *arena, struct ow_coverage *ret)
{
	struct draft d = { .source = source, .asked = asked, .arena = arena };
	const bool bounded = asked->since_usec != INT64_MIN || asked->until_usec != INT64_MAX;

	count_gaps(&d);
	set_period(&d);
	if (bounded && source->lines && !(d.c.have & OW_SOURCE_PERIOD)) {
		add(&d, &d.c.gaps, "its lines have no date (--now or --utc may settle it)", NULL);
		d.c.have = 0;
	}
	check_begin(&d);
	check_end(&d);
	if (d.c.first_usec > d.c.last_usec) { /* or the file is in no order */
		d.c.have &= bounded ? 0 : ~(unsigned)OW_SOURCE_PERIOD;
		if (bounded && d.c.gaps.n == 0)
			add(&d, &d.c.gaps, "nothing in it is of that time", NULL);
	}
	*ret = d.c;
}

const char *ow_coverage_words(const struct ow_list *texts, struct ow_arena *arena)
{
	const char *const *item = texts->item;
	const char *words = texts->n ? item[0] : "";

	for (size_t i = 1; i < texts->n && words; i++)
		words = ow_printf(arena, "%s; %s", words, item[i]);
	return words ? words : "";
}
