/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define STEPS_MAX UINT32_C(100000)
#define HEAP_KIB  UINT32_C(8192)

struct ow_pattern {
	pcre2_code *code;
	pcre2_match_data *match;
	pcre2_match_context *context;
};

int ow_pattern_new(const char *text, struct ow_pattern **ret, struct ow_err *err)
{
	/* As RE2 has it: bytes that are no UTF-8 match nothing, $ is only the end. */
	const uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY;
	struct ow_pattern *pattern = calloc(1, sizeof(*pattern));
	PCRE2_UCHAR why[128];
	PCRE2_SIZE at;
	int error;

	if (!pattern)
		return ow_fail(err, ENOMEM, "cannot compile the pattern '%s': %m", text);
	pattern->code =
		pcre2_compile((PCRE2_SPTR)text, PCRE2_ZERO_TERMINATED, options, &error, &at, NULL);
	if (!pattern->code) {
		(void)pcre2_get_error_message(error, why, sizeof(why));
		(void)ow_pattern_free(pattern);
		return ow_fail(err, EINVAL, "the pattern '%s' is wrong at its character %zu: %s",
			       text, at + 1, (const char *)why);
	}
	pattern->match = pcre2_match_data_create_from_pattern(pattern->code, NULL);
	pattern->context = pcre2_match_context_create(NULL);
	if (!pattern->match || !pattern->context) {
		(void)ow_pattern_free(pattern);
		return ow_fail(err, ENOMEM, "cannot compile the pattern '%s': %m", text);
	}
	(void)pcre2_set_match_limit(pattern->context, STEPS_MAX);
	(void)pcre2_set_heap_limit(pattern->context, HEAP_KIB);
	*ret = pattern;
	return 0;
}

struct ow_pattern *ow_pattern_free(struct ow_pattern *pattern)
{
	if (!pattern)
		return NULL;
	pcre2_match_context_free(pattern->context);
	pcre2_match_data_free(pattern->match);
	pcre2_code_free(pattern->code);
	free(pattern);
	return NULL;
}

bool ow_pattern_matches(const struct ow_pattern *pattern, struct ow_str s)
{
	/* An empty slice may point nowhere. */
	return pcre2_match(pattern->code, (PCRE2_SPTR)(s.n ? s.p : ""), s.n, 0, 0, pattern->match,
			   pattern->context) >= 0;
}

/* The names stand in a table of entries of one size: two bytes of the number, and the name. */
static const char *entry(const struct ow_pattern *pattern, size_t i, uint32_t *number)
{
	uint32_t n = 0, size = 0;
	PCRE2_SPTR table = NULL;

	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMECOUNT, &n);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	(void)pcre2_pattern_info(pattern->code, PCRE2_INFO_NAMETABLE, &table);
	if (i >= n)
		return NULL;
	*number = (uint32_t)table[i * size] << 8 | table[i * size + 1];
	return (const char *)table + i * size + 2;
}

const char *ow_pattern_name(const struct ow_pattern *pattern, size_t i)
{
	uint32_t number;

	return entry(pattern, i, &number);
}

bool ow_pattern_groups(const struct ow_pattern *pattern, struct ow_str s, ow_pattern_group_fn *take,
		       void *arg)
{
	const PCRE2_SIZE *at;
	const char *name;
	uint32_t number;

	if (!ow_pattern_matches(pattern, s))
		return false;
	at = pcre2_get_ovector_pointer(pattern->match);
	for (size_t i = 0; (name = entry(pattern, i, &number)); i++)
		if (at[2 * number] != PCRE2_UNSET && at[2 * number] <= at[2 * number + 1])
			take(arg, name,
			     (struct ow_str){ s.p + at[2 * number],
					      at[2 * number + 1] - at[2 * number] });
	return true;
}
