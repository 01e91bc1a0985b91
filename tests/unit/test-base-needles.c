/* SPDX-License-Identifier: Apache-2.0 */
#include "base/needles.h"

#include "unit.h"

static const struct ow_needle list[] = {
	{ "gc ", 0, 1 << 0 },
	{ "scvg", 1, 1 << 1 },
	{ "HeapAlloc", 4, 1 << 2 },
};

static void words_are_found_wherever_they_stand(void **state)
{
	struct ow_needles needles;
	char text[256];

	(void)state;
	ow_needles_init(&needles, list, OW_ARRAY_SIZE(list));
	for (size_t w = 0; w < OW_ARRAY_SIZE(list); w++)
		for (size_t at = 0; at < 160; at++) {
			const size_t length = strlen(list[w].text);
			struct ow_needles_found vector, portable;
			struct ow_needles plain = needles;

			plain.vectors = false;
			memset(text, '.', sizeof(text));
			text[at ? at - 1 : 200] = '\n';
			memcpy(text + at, list[w].text, length);
			vector = ow_needles_find(&needles, text, sizeof(text));
			portable = ow_needles_find(&plain, text, sizeof(text));
			if (vector.at != at + list[w].at || vector.feeds != (at > 0))
				fail_msg("%s at %zu: %zu", list[w].text, at, vector.at);
			assert_int_equal(portable.at, vector.at);
			assert_int_equal(portable.feeds, vector.feeds);
		}
}

static void parts_of_words_are_not(void **state)
{
	static const char *const texts[] = {
		"gcc", "cvg", "scv", "eapAlloc", "HeapAllo", "gc", ""
	};
	struct ow_needles needles;

	(void)state;
	ow_needles_init(&needles, list, OW_ARRAY_SIZE(list));
	for (size_t i = 0; i < OW_ARRAY_SIZE(texts); i++) {
		const size_t n = strlen(texts[i]);

		assert_int_equal(ow_needles_find(&needles, texts[i], n).at, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_wherever_they_stand),
		cmocka_unit_test(parts_of_words_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
