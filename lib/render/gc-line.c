/* SPDX-License-Identifier: Apache-2.0 */
#include "render/gc-line.h"

#include "render/json.h"

static const char *unit_of(const struct ow_gc_field *f)
{
	switch (f->unit) {
	case OW_GC_OF_SECOND:
	case OW_GC_OF_MSEC:
	case OW_GC_OF_USEC:
		return "us";
	case OW_GC_OF_MB:
	case OW_GC_OF_KIB:
	case OW_GC_OF_BYTE:
		return "bytes";
	case OW_GC_OF_PERCENT:
		return "percent";
	case OW_GC_OF_PAGE:
		return "pages";
	case OW_GC_OF_SHARE:
		return "share";
	case OW_GC_PLAIN:
		break;
	}
	return NULL;
}

/* As the reader has kept it: see scan_count() and its like. */
static void put_value(struct ow_json *json, const struct ow_gc_field *f,
		      const struct ow_gc_value *v)
{
	const bool is_time =
		f->unit == OW_GC_OF_SECOND || f->unit == OW_GC_OF_MSEC || f->unit == OW_GC_OF_USEC;

	if (f->number == OW_GC_WORD || f->number == OW_GC_REST)
		ow_json_null(json, "value");
	else if (f->number == OW_GC_SIGNED)
		ow_json_i64(json, "value", v->i64);
	else if (f->number == OW_GC_FLOAT ||
		 (f->number != OW_GC_COUNT && is_time && f->store != OW_GC_STORE_U64) ||
		 f->store == OW_GC_STORE_DOUBLE)
		ow_json_real(json, "value", v->f64);
	else
		ow_json_u64(json, "value", v->u64);
}

static void put_number(struct ow_json *json, const struct ow_gc_reading *r, size_t i)
{
	const struct ow_gc_field *f = r->line->part[i].field;
	const struct ow_gc_value *v = &r->value[i];

	ow_json_object(json, NULL);
	ow_json_text(json, "name", f->name);
	ow_json_str(json, "printed", (struct ow_str){ r->text.p + v->at, v->n });
	put_value(json, f, v);
	if (unit_of(f))
		ow_json_text(json, "unit", unit_of(f));
	else
		ow_json_null(json, "unit");
	ow_json_text(json, "help", f->help);
	ow_json_end(json);
}

void ow_gc_line_json(const struct ow_gc_reading *reading, FILE *out)
{
	static const char *const kinds[] = {
		[OW_GC_EVENT_CYCLE] = "cycle",       [OW_GC_EVENT_FORCED] = "forced",
		[OW_GC_EVENT_SCAVENGE] = "scavenge", [OW_GC_EVENT_PACER] = "pacer",
		[OW_GC_EVENT_SCHED] = "sched",       [OW_GC_EVENT_STATS] = "stats",
		[OW_GC_EVENT_COUNT] = "trace",
	};
	struct ow_json json;

	ow_json_init(&json, out);
	ow_json_object(&json, NULL);
	ow_json_text(&json, "schema", "oomwhy.gcline/1");
	ow_json_text(&json, "kind", kinds[reading->line->kind]);
	ow_json_text(&json, "versions", reading->line->versions);
	ow_json_text(&json, "setting", reading->line->setting);
	ow_json_text(&json, "about", reading->line->about);
	ow_json_str(&json, "text", reading->text);
	ow_json_list(&json, "numbers");
	for (size_t i = 0; i < reading->n_values; i++)
		put_number(&json, reading, i);
	ow_json_end(&json);
	ow_json_list(&json, "flags");
	for (size_t i = 0; i < ow_gc_suffixes_n; i++)
		if (ow_gc_suffixes[i].kind == reading->line->kind &&
		    ow_str_has(reading->text, ow_gc_suffixes[i].text))
			ow_json_text(&json, NULL, ow_gc_suffixes[i].help);
	ow_json_end(&json);
	ow_json_end(&json);
	fputc('\n', out);
}
