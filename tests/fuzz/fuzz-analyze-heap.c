/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/heap.h"
#include "read/profile.h"
#include "render/fields.h"
#include "render/report.h"
#include "report/heap.h"

#define MEMORY OW_MIB(64)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int read_profile(const uint8_t *data, size_t size, struct ow_arena *arena,
			struct ow_profile **ret)
{
	ow_scoped(ow_profile_reader_freep) struct ow_profile_reader *reader =
		ow_profile_reader_new("fuzz", arena);
	struct ow_err err;
	int r = reader ? ow_profile_reader_feed(reader, data, size, &err) : -1;

	return r < 0 ? r : ow_profile_reader_end(reader, ret, &err);
}

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_sums(const struct ow_heap_sums *sums)
{
	check(sums->error_bytes >= 0 && sums->samples >= 0);
	check(sums->share_permyriad >= 0 && sums->share_permyriad <= 10000);
	check(!(sums->have & OW_HEAP_KEPT) ||
	      (sums->kept_permyriad >= 0 && sums->kept_permyriad <= 10000));
}

/* Rows add up to the total, none is of nothing, and they are in order. */
static void check_rows(const struct ow_heap *heap)
{
	const struct ow_heap_row *row = ow_heap_rows(heap);
	__int128 sum = 0, largest = 0;

	for (size_t i = 0; i < heap->rows.n; i++) {
		const __int128 bytes = ow_heap_bytes(heap, &row[i].sums);
		const __int128 magnitude = bytes < 0 ? -bytes : bytes;

		check(bytes != 0 && (i == 0 || magnitude <= largest));
		check(row[i].first_rank >= 1 && row[i].first_rank <= i + 1 &&
		      row[i].last_rank > i && row[i].last_rank <= heap->rows.n);
		check(row[i].object_min_bytes <= row[i].object_max_bytes);
		check(row[i].stacks >= 1);
		check_sums(&row[i].sums);
		largest = magnitude;
		sum += bytes;
	}
	check(sum == ow_heap_bytes(heap, &heap->total));
	check_sums(&heap->total);
}

static void check_holders(const struct ow_heap *heap)
{
	const struct ow_heap_holder *holder = heap->holders.item;
	const struct ow_heap_row *row = ow_heap_rows(heap);
	uint64_t rows = 0, owned = 0;

	for (size_t i = 0; i < heap->holders.n; i++) {
		check_sums(&holder[i].sums);
		check(holder[i].rows >= 1 && holder[i].who.origin == OW_HEAP_OWN);
		rows += holder[i].rows;
	}
	for (size_t i = 0; i < heap->rows.n; i++)
		owned += (row[i].have & OW_HEAP_ROW_WHO) != 0;
	check(rows == owned);
}

/* What is shown can be shown: it is of one terminal's characters, whatever the names are. */
static void check_text(const struct ow_heap *heap, struct ow_arena *arena)
{
	static const char *const source[] = { "a b", "-" };
	const struct ow_heap_style style = { 5, source, 1 + heap->rows.n % 2 };
	const struct ow_report_style paper = { .width = 60 };
	struct ow_doc doc;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (out && ow_heap_doc(heap, &style, arena, &doc) == 0)
		(void)ow_doc_print_text(&doc, &paper, out);
	if (out)
		(void)fclose(out);
	for (size_t i = 0; i < n; i++)
		check(text[i] == '\n' || ((unsigned char)text[i] >= 0x20 && text[i] != 0x7f));
	free(text);
}

static void check_json(const struct ow_heap *heap)
{
	struct ow_json json;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return;
	ow_json_init(&json, out);
	ow_fields_json(&json, NULL, &ow_heap_fields, heap);
	(void)fclose(out);
	check(n > 2 && text[0] == '{' && text[n - 1] == '}');
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ow_profile_filter all = { .granularity = OW_GRANULARITY_ADDRESSES,
						      .unit = "minimum" };
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(MEMORY);
	struct ow_profile_view *view;
	struct ow_profile *profile;
	struct ow_heap *heap = NULL;
	struct ow_err err = { "" };
	int r;

	if (!arena || read_profile(data, size, arena, &profile) < 0 ||
	    ow_profile_view_new(profile, &all, arena, &view, &err) < 0)
		return 0;
	r = ow_heap_new(view, &(struct ow_heap_facts){ 0 }, arena, &heap, &err);
	check((r == 0) == (heap != NULL) && (r < 0) == (err.text[0] != '\0'));
	if (!heap)
		return 0;
	check_rows(heap);
	check_holders(heap);
	check_text(heap, arena);
	check_json(heap);
	return 0;
}
