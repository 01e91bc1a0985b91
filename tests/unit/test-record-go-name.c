/* SPDX-License-Identifier: Apache-2.0 */
#include "record/go-name.h"

#include "unit.h"

static void a_function_begins_with_its_package(void **state)
{
	static const struct {
		const char *function, *package;
		bool standard;
	} cases[] = {
		{ "net/http.(*conn).serve", "net/http", true },
		{ "runtime.gopark", "runtime", true },
		{ "main.(*cache[go.shape.struct { a/b.C }]).put", "main", false },
		{ "sort.Slice[...]", "sort", true },
		{ "example.com/app/v2.Run.func1", "example.com/app/v2", false },
		{ "gopkg.in/yaml%2ev3.Unmarshal", "gopkg.in/yaml%2ev3", false },
		{ "sortof/net.Dial", "sortof/net", false },
		{ "malloc", "", false },
		{ "", "", false },
	};

	(void)state;
	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		const struct ow_str package = ow_go_package(ow_str(cases[i].function));

		if (!ow_str_is(package, cases[i].package) ||
		    ow_go_is_standard(package) != cases[i].standard)
			fail_msg("%s: '%.*s'", cases[i].function, (int)package.n, package.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(a_function_begins_with_its_package),
	};

	return cmocka_run_group_tests_name("record/go-name", tests, NULL, NULL);
}
