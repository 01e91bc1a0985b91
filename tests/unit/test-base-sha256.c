/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include "unit.h"

/* The examples of FIPS 180-4, and of nothing. */
static void known_sums_are_met(void **state)
{
	static const struct {
		const char *text, *sum;
	} cases[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char sum[OW_SHA256_MAX];

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		assert_int_equal(ow_sha256(ow_str(cases[i].text), sum), 0);
		assert_string_equal(sum, cases[i].sum);
	}
	assert_int_equal(ow_sha256((struct ow_str){ NULL, 0 }, sum), 0);
	assert_string_equal(sum, cases[0].sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = { UNIT(known_sums_are_met) };

	return cmocka_run_group_tests_name("base/sha256", tests, NULL, NULL);
}
