/* SPDX-License-Identifier: Apache-2.0 */
#include "read/json.h"

#include <errno.h>
#include <string.h>

#include "base/time.h"

int ow_json_load(struct ow_str text, json_t **ret, struct ow_err *err)
{
	json_error_t error;
	json_t *json;

	if (text.n > OW_JSON_MAX)
		return ow_fail(err, EFBIG, "the JSON text is longer than %zu MiB",
			       OW_JSON_MAX / OW_MIB(1));
	json = json_loadb(text.n ? text.p : "", text.n, JSON_REJECT_DUPLICATES, &error);
	if (!json && json_error_code(&error) == json_error_out_of_memory)
		return ow_fail(err, ENOMEM, "cannot read the JSON text: %m");
	if (!json) {
		/* jansson ends its message with a piece of the text, which may hold anything. */
		const char *near = strstr(error.text, " near '");
		int n = near ? (int)(near - error.text) : (int)strlen(error.text);

		return ow_fail(err, EBADMSG, "bad JSON in line %d, column %d: %.*s", error.line,
			       error.column, n, error.text);
	}
	if (!json_is_object(json)) {
		json_decref(json);
		return ow_fail(err, EBADMSG, "bad JSON: it is not an object");
	}
	*ret = json;
	return 0;
}

bool ow_json_get_bool(const json_t *object, const char *key, bool *ret)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_boolean(value))
		return false;
	*ret = json_is_true(value);
	return true;
}

bool ow_json_get_i64(const json_t *object, const char *key, int64_t *ret)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_integer(value))
		return false;
	*ret = json_integer_value(value);
	return true;
}

bool ow_json_get_time(const json_t *object, const char *key, int64_t *ret)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value) &&
	       ow_time_scan_rfc3339(
		       (struct ow_str){ json_string_value(value), json_string_length(value) }, ret);
}

int ow_json_get_text(const json_t *object, const char *key, struct ow_arena *arena,
		     const char **ret)
{
	const json_t *value = json_object_get(object, key);
	const char *text;

	if (!json_is_string(value) || json_string_length(value) == 0)
		return 0;
	text = ow_str_keep(arena,
			   (struct ow_str){ json_string_value(value), json_string_length(value) });
	if (!text)
		return -ENOMEM;
	*ret = text;
	return 0;
}
