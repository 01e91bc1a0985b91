/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf16.h"

#include "unit.h"

static void pieces_of_any_size_become_the_same(void **state)
{
	/* a mark, "a", e with acute, the euro sign, U+1F600, half of one, "b", the other half, odd
	 */
	static const unsigned char little[] = "\xff\xfe"
					      "a\0\xe9\0\xac\x20\x3d\xd8\x00\xde\x3d\xd8"
					      "b\0\x00\xde"
					      "c";
	static const char want[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd"
				   "b\xef\xbf\xbd";

	(void)state;
	for (unsigned big = 0; big < 2; big++)
		for (size_t piece = 1; piece <= sizeof(little); piece++) {
			struct ow_utf16 u = { .big = big };
			unsigned char in[sizeof(little) - 1], out[64];
			size_t at = 0, all = 0;

			for (size_t i = 0; i < sizeof(in); i++)
				in[i] = little[i + 1 < sizeof(in) ? i ^ big : i];
			while (at < sizeof(in)) {
				size_t n = sizeof(in) - at < piece ? sizeof(in) - at : piece, got;

				/* As little room as there may be. */
				n = ow_utf16_decode(&u, in + at, n, out + all, OW_UTF16_OUT_MIN,
						    &got);
				assert_true(n > 0);
				at += n;
				all += got;
			}
			assert_int_equal(all, sizeof(want) - 1);
			assert_memory_equal(out, want, all);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(pieces_of_any_size_become_the_same),
	};

	return cmocka_run_group_tests_name("base/utf16", tests, NULL, NULL);
}
