/* SPDX-License-Identifier: Apache-2.0 */
#include "render/account.h"

#include <errno.h>

#include "render/json.h"
#include "render/table.h"

#define CELL_MAX 32

static void put_source(struct ow_json *json, const char *key, const struct ow_go_source *source)
{
	if (!source || !source->name)
		return;
	ow_json_object(json, key);
	ow_json_text(json, "name", source->name);
	if (source->time_usec)
		ow_json_i64(json, "time_usec", source->time_usec);
	ow_json_end(json);
}

static void put_step(struct ow_json *json, const struct ow_account_step *step)
{
	static const char *const kinds[] = {
		[OW_STEP_TOTAL] = "total",
		[OW_STEP_PART] = "part",
		[OW_STEP_REST] = "rest",
	};

	ow_json_object(json, NULL);
	ow_json_text(json, "id", step->id);
	ow_json_text(json, "kind", kinds[step->kind]);
	ow_json_text(json, "title", step->title);
	ow_json_text(json, "cause", step->cause);
	ow_json_i64(json, "bytes", step->bytes);
	if (step->have_growth)
		ow_json_i64(json, "growth_bytes", step->growth_bytes);
	ow_json_list(json, "sources");
	for (size_t i = 0; i < OW_ARRAY_SIZE(step->source); i++)
		put_source(json, NULL, step->source[i]);
	ow_json_end(json);
	ow_json_end(json);
}

/* The names of the numbers in JSON. */
static const struct {
	const char *key;
	bool is_setting; /* the largest number is none: null */
} numbers[OW_ACCOUNT_NUMBERS] = {
	[OW_ACCOUNT_PROFILE] = { "profile_bytes", false },
	[OW_ACCOUNT_HEAP_ALLOC] = { "heap_alloc_bytes", false },
	[OW_ACCOUNT_HEAP_INUSE] = { "heap_inuse_bytes", false },
	[OW_ACCOUNT_IDLE] = { "idle_bytes", false },
	[OW_ACCOUNT_RELEASED] = { "heap_released_bytes", false },
	[OW_ACCOUNT_STACKS] = { "stacks_bytes", false },
	[OW_ACCOUNT_STRUCTURES] = { "structures_bytes", false },
	[OW_ACCOUNT_GO] = { "go_bytes", false },
	[OW_ACCOUNT_SWAPPED] = { "swap_bytes", false },
	[OW_ACCOUNT_LAZY_FREE] = { "lazy_free_bytes", false },
	[OW_ACCOUNT_HUGE] = { "anon_huge_bytes", false },
	[OW_ACCOUNT_RSS_ANON] = { "rss_anon_bytes", false },
	[OW_ACCOUNT_RSS_FILE] = { "rss_file_bytes", false },
	[OW_ACCOUNT_RSS_SHMEM] = { "rss_shmem_bytes", false },
	[OW_ACCOUNT_RSS] = { "rss_bytes", false },
	[OW_ACCOUNT_GROUP_ANON] = { "group_anon_bytes", false },
	[OW_ACCOUNT_GROUP_FILE] = { "group_file_bytes", false },
	[OW_ACCOUNT_GROUP_SHMEM] = { "group_shmem_bytes", false },
	[OW_ACCOUNT_GROUP_KERNEL] = { "group_kernel_bytes", false },
	[OW_ACCOUNT_USAGE] = { "usage_bytes", false },
	[OW_ACCOUNT_LIMIT] = { "limit_bytes", true },
	[OW_ACCOUNT_LIVE] = { "live_bytes", false },
	[OW_ACCOUNT_GOAL] = { "goal_bytes", false },
	[OW_ACCOUNT_GOROUTINES] = { "goroutines", false },
	[OW_ACCOUNT_GC_COUNT] = { "gc_count", false },
	[OW_ACCOUNT_LIMITER] = { "limiter_cycle", false },
	[OW_ACCOUNT_TOTAL_ALLOC] = { "total_alloc_bytes", false },
	[OW_ACCOUNT_GOGC] = { "gogc_percent", true },
	[OW_ACCOUNT_MEMORY_LIMIT] = { "memory_limit_bytes", true },
};

static void put_moment(struct ow_json *json, const struct ow_account_moment *m)
{
	ow_json_object(json, NULL);
	if (m->time_usec)
		ow_json_i64(json, "time_usec", m->time_usec);
	for (size_t i = 0; i < OW_ACCOUNT_NUMBERS; i++) {
		if (!ow_account_has(m, UINT32_C(1) << i))
			continue;
		if (numbers[i].is_setting && m->value[i] == UINT64_MAX)
			ow_json_null(json, numbers[i].key);
		else
			ow_json_u64(json, numbers[i].key, m->value[i]);
	}
	if (m->have_gap)
		ow_json_i64(json, "gap_bytes", m->gap_bytes);
	ow_json_end(json);
}

static void put_reasons(struct ow_json *json, const struct ow_finding *f)
{
	ow_json_list(json, "reasons");
	for (size_t i = 0; i < f->n_reasons; i++) {
		const struct ow_reason *reason = &f->reason[i];

		ow_json_object(json, NULL);
		ow_json_bool(json, "against", reason->against);
		ow_json_text(json, "class", ow_class_names[reason->class]);
		ow_json_text(json, "text", reason->text);
		ow_json_list(json, "cites");
		for (size_t k = 0; k < reason->n_cites; k++) {
			ow_json_object(json, NULL);
			ow_json_text(json, "source", reason->cite[k].source);
			ow_json_str(json, "text", reason->cite[k].text);
			ow_json_end(json);
		}
		ow_json_end(json);
		ow_json_end(json);
	}
	ow_json_end(json);
}

static void put_class(struct ow_json *json, const struct ow_account_class *class,
		      const struct ow_finding *f)
{
	ow_json_object(json, NULL);
	ow_json_text(json, "name", class->name);
	if (class->label)
		ow_json_text(json, "label", class->label);
	ow_json_bool(json, "factor", class->factor);
	ow_json_text(json, "verdict", ow_verdict_names[f->verdict]);
	ow_json_text(json, "statement", f->statement);
	put_reasons(json, f);
	ow_json_text(json, "refuter", class->refuter);
	ow_json_text(json, "remedy", class->remedy);
	if (f->verdict == OW_NOT_TESTED) {
		ow_json_text(json, "datum", class->datum);
		if (class->command)
			ow_json_text(json, "command", class->command);
	}
	ow_json_end(json);
}

static void put_advice(struct ow_json *json, const struct ow_account_advice *advice)
{
	if (!advice->have)
		return;
	ow_json_object(json, "gomemlimit");
	ow_json_u64(json, "bytes", advice->memory_limit);
	ow_json_bool(json, "fits", advice->fits);
	ow_json_u64(json, "limit_bytes", advice->limit_bytes);
	ow_json_u64(json, "rest_bytes", advice->rest_bytes);
	if (advice->need_bytes)
		ow_json_u64(json, "need_bytes", advice->need_bytes);
	ow_json_text(json, "text", advice->text);
	ow_json_end(json);
}

int ow_account_json(const struct ow_account *account, FILE *out)
{
	struct ow_json json;

	ow_json_init(&json, out);
	ow_json_object(&json, NULL);
	ow_json_text(&json, "schema", "oomwhy.account/1");
	ow_json_text(&json, "runtime", "go");
	ow_json_list(&json, "labels");
	for (size_t i = 0; i < ow_account_n_classes; i++) {
		const struct ow_account_class *class = ow_account_class_at(i);

		if (class->label && !class->factor && account->finding[i].verdict == OW_SUPPORTED)
			ow_json_text(&json, NULL, class->label);
	}
	ow_json_end(&json);
	ow_json_list(&json, "steps");
	for (size_t i = 0; i < account->n_steps; i++)
		put_step(&json, &account->step[i]);
	ow_json_end(&json);
	ow_json_list(&json, "moments");
	for (size_t i = 0; i < account->n; i++)
		put_moment(&json, &account->moment[i]);
	ow_json_end(&json);
	ow_json_list(&json, "classes");
	for (size_t i = 0; i < ow_account_n_classes; i++)
		put_class(&json, ow_account_class_at(i), &account->finding[i]);
	ow_json_end(&json);
	put_advice(&json, &account->advice);
	ow_json_end(&json);
	fputc('\n', out);
	return ferror(out) ? -EIO : 0;
}

/* "-169.5" */
static const char *in_mib(int64_t bytes, bool sign, char cell[CELL_MAX])
{
	(void)snprintf(cell, CELL_MAX, sign ? "%+.1f" : "%.1f", (double)bytes / (double)OW_MIB(1));
	return cell;
}

static int add_row(struct ow_table *table, const struct ow_account_step *step, const char *from,
		   bool growth)
{
	char title[256], bytes[CELL_MAX], grown[CELL_MAX];
	const char *cell[4] = { title, in_mib(step->bytes, false, bytes), NULL, NULL };
	size_t n = 2;

	(void)snprintf(title, sizeof(title), "%s%s", step->kind == OW_STEP_TOTAL ? "= " : "  + ",
		       step->title);
	if (growth)
		cell[n++] = step->have_growth ? in_mib(step->growth_bytes, true, grown) : NULL;
	cell[n] = from;
	return ow_table_add(table, cell);
}

int ow_account_table(const struct ow_account *account, const char *const *from, size_t width,
		     FILE *out)
{
	const bool growth = account->n > 1;
	struct ow_column columns[4] = { { .name = "STEP", .width = 0.6, .cut = true },
					{ .name = "MIB", .width = 8, .right = true } };
	ow_scoped(ow_table_freep) struct ow_table *table = NULL;
	size_t n = 2;
	int r = 0;

	if (growth)
		columns[n++] = (struct ow_column){ .name = "GROWTH", .width = 8, .right = true };
	columns[n++] = (struct ow_column){ .name = "FROM", .width = 8 };
	table = ow_table_new(columns, n, width);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < account->n_steps && r == 0; i++)
		r = add_row(table, &account->step[i], from[i], growth);
	return r < 0 ? r : ow_table_print(table, out);
}
