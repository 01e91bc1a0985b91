/* SPDX-License-Identifier: Apache-2.0 */
#include "base/pattern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#define STEPS_MAX UINT32_C(1000000)
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
	pattern->match = pcre2_match_data_create(1, NULL);
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
