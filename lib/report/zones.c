/* SPDX-License-Identifier: Apache-2.0 */
#include "report/zones.h"

#include <inttypes.h>

#include "analyze/words.h"

#define ROWS_SHOWN   16

#define BYTES(bytes) ow_words_bytes(doc->arena, (bytes))

bool ow_zones_told(const struct ow_zones *zones)
{
	return zones->n && !zones->request.nobody;
}

/* What could be had of the free memory, when it was printed. */
static void say_usable(const struct ow_zones *zones, struct ow_doc *doc)
{
	if (zones->count[OW_SERVES_YES])
		ow_doc_say(doc, OW_INK_PLAIN,
			   "; of %s free %s could be used when this was printed, a moment after "
			   "the request had failed",
			   BYTES(zones->free_bytes), BYTES(zones->usable_bytes));
	else if (zones->count[OW_SERVES_NARROW])
		ow_doc_say(doc, OW_INK_PLAIN,
			   "; of %s free %s could be used when this was printed, but no zone was "
			   "above the high mark that the last try before a kill must leave",
			   BYTES(zones->free_bytes), BYTES(zones->usable_bytes));
	else if (zones->count[OW_SERVES_OPEN])
		ow_doc_say(doc, OW_INK_PLAIN,
			   "; the record does not tell of each zone if it could serve that");
	else
		ow_doc_say(doc, OW_INK_PLAIN, "; of %s free nothing could be used",
			   BYTES(zones->free_bytes));
}

void ow_zones_say(const struct ow_zones *zones, struct ow_doc *doc)
{
	const char *request = ow_request_words(doc->arena, &zones->request);

	if (zones->request.why_not) {
		ow_doc_say(doc, OW_INK_PLAIN, "which zone could have served it is not known: %s",
			   request);
		return;
	}
	ow_doc_say(doc, OW_INK_PLAIN, "wanted was %s", request);
	say_usable(zones, doc);
	if (zones->have_hidden)
		ow_doc_say(doc, OW_INK_PLAIN,
			   ". Nodes and zones that the request may not use were not printed: they "
			   "have %s, of which %s was free",
			   BYTES(zones->hidden_bytes), BYTES(zones->hidden_free_bytes));
}

static void cell(struct ow_doc *doc, bool known, uint64_t bytes, const char *zero)
{
	ow_doc_item(doc, OW_INK_PLAIN, "%s", !known ? "?" : bytes == 0 ? zero : BYTES(bytes));
}

static void show_row(struct ow_doc *doc, const struct ow_zone_row *row)
{
	const struct ow_oom_zone *z = row->zone;

	if (z->have & OW_ZONE_NODE)
		ow_doc_item(doc, OW_INK_PLAIN, "%" PRId64 " %s", z->node, z->name);
	else
		ow_doc_item(doc, OW_INK_PLAIN, "%s", z->name);
	cell(doc, z->have & OW_ZONE_FREE, z->free_bytes, "0");
	if (row->have_keep)
		cell(doc, true, row->keep_bytes, "0");
	else
		cell(doc, z->have & OW_ZONE_MIN, z->min_bytes, "0");
	cell(doc, row->serves != OW_SERVES_OPEN, row->usable_bytes, "0");
	cell(doc, row->have_largest || row->largest_bytes, row->largest_bytes, "none");
	ow_doc_item(doc, OW_INK_PLAIN, "%s", ow_serves_names[row->serves]);
}

void ow_zones_table(const struct ow_zones *zones, struct ow_doc *doc, ow_zone_cite_fn *cite,
		    void *arg)
{
	static const char *const heading[] = { "Zone",    "Free",    "Must stay", "Usable",
					       "Largest", "Verdict", "Line",      NULL };

	ow_doc_table(doc, heading);
	for (size_t i = 0; i < zones->n && i < ROWS_SHOWN; i++) {
		size_t line[OW_ZONE_LINES], n = ow_zone_lines(zones, &zones->row[i], line);

		show_row(doc, &zones->row[i]);
		ow_doc_text(doc);
		cite(arg, line, n);
	}
	if (zones->n > ROWS_SHOWN)
		ow_doc_para(doc, "%zu more zones are not shown; kills --json has them.",
			    zones->n - ROWS_SHOWN);
}

void ow_zone_cite_lines(void *arg, const size_t *line, size_t n)
{
	struct ow_doc *doc = arg;

	for (size_t i = 0; i < n; i++)
		ow_doc_say(doc, OW_INK_CITE, "%s%zu", i ? ", " : "", line[i]);
}
