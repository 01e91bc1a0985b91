/* SPDX-License-Identifier: Apache-2.0 */
#include "read/name.h"

#include <errno.h>

#include "unit.h"

#define ID "a0194405b76ad0551b832027b955eb3f181a281b8eba91618c65cb344bf31bd2"

static void assert_text(const char *text, const char *expected)
{
	if (!text || !expected)
		assert_ptr_equal(text, expected);
	else
		assert_string_equal(text, expected);
}

static void each_form_says_who_it_is(void **state)
{
	static const struct {
		enum ow_name_form form;
		const char *json;
		const char *id, *name, *image, *pod, *namespace, *unit;
	} cases[] = {
		{ OW_NAME_LISTED,
		  "{\"Id\":\"" ID "\",\"Names\":[\"/leaky\"],\"Image\":\"eat\",\"Labels\":{"
		  "\"PODMAN_SYSTEMD_UNIT\":\"eat.service\"}}",
		  ID, "leaky", "eat", NULL, NULL, "eat.service" },
		{ OW_NAME_LISTED, "{\"Names\":[\"/a/b\"],\"Image\":7}", NULL, NULL, NULL, NULL,
		  NULL, NULL },
		{ OW_NAME_EVENT,
		  "{\"Actor\":{\"ID\":\"" ID "\",\"Attributes\":{\"name\":\"leaky\"}}}", ID,
		  "leaky", NULL, NULL, NULL, NULL },
		{ OW_NAME_DOCKER, "{\"ID\":\"" ID "\",\"Name\":\"/leaky\"}", ID, "leaky", NULL,
		  NULL, NULL, NULL },
		{ OW_NAME_OCI, "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\"}}",
		  NULL, "app", NULL, NULL, NULL, NULL },
		{ OW_NAME_STORAGE,
		  "{\"id\":\"" ID "\",\"names\":[\"k8s_app\"],\"metadata\":\"{\\\"pod-name\\\":"
		  "\\\"web-0\\\",\\\"metadata-name\\\":\\\"app\\\"}\"}",
		  ID, "app", NULL, "web-0", NULL, NULL },
		{ OW_NAME_STORAGE, "{\"id\":\"" ID "\",\"names\":[\"box\"],\"metadata\":\"{\"}", ID,
		  "box", NULL, NULL, NULL, NULL },
		{ OW_NAME_KEPT, "{\"id\":\"" ID "\",\"pod\":\"web-0\",\"namespace\":\"shop\"}", ID,
		  NULL, NULL, "web-0", "shop", NULL },
	};

	for (size_t i = 0; i < OW_ARRAY_SIZE(cases); i++) {
		struct ow_name name;

		assert_int_equal(ow_name_read(cases[i].form, ow_str(cases[i].json), *state, &name),
				 0);
		assert_text(name.id, cases[i].id);
		assert_text(name.name, cases[i].name);
		assert_text(name.image, cases[i].image);
		assert_text(name.pod, cases[i].pod);
		assert_text(name.namespace, cases[i].namespace);
		assert_text(name.unit, cases[i].unit);
	}
}

static void a_name_may_be_of_any_bytes(void **state)
{
	struct ow_name name = { .id = ID, .name = "a\nb\"c\\d\x1b[31m", .pod = "w\xff\\x" }, *read;
	const char *line = ow_name_write(&name, *state);
	size_t n, bad;

	assert_null(strchr(line, '\n'));
	assert_int_equal(ow_names_read(ow_str(line), *state, &read, &n, &bad), 0);
	assert_int_equal(n, 1);
	assert_string_equal(read->name, name.name);
	assert_string_equal(read->pod, "w\\xff\\\\x");
}

static void names_of_logs_are_taken_apart(void **state)
{
	static const char *const bad[] = {
		"web-0_shop_app-" ID,          "web-0_shop-" ID ".log",  "web-0_shop_app-abc.log",
		"_shop_app-" ID ".log",        "web-0_shop_-" ID ".log", "",
		"web-0_shop_app-" ID ".log.1",
	};
	struct ow_name name = { .id = "before" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(bad); i++) {
		assert_int_equal(ow_name_read_log(bad[i], *state, &name), -EINVAL);
		assert_string_equal(name.id, "before");
	}
	assert_int_equal(ow_name_read_log("web-0_shop_my-side-car-" ID ".log", *state, &name), 0);
	assert_string_equal(name.pod, "web-0");
	assert_string_equal(name.namespace, "shop");
	assert_string_equal(name.name, "my-side-car");
	assert_string_equal(name.id, ID);
}

static void folders_of_pods_are_taken_apart(void **state)
{
	static const char *const bad[] = { "shop_web-0", "shop__uid", "_web-0_uid", "a_b_c_d",
					   "shop_web-0_" };
	struct ow_name name = { .id = "before" };

	for (size_t i = 0; i < OW_ARRAY_SIZE(bad); i++)
		assert_int_equal(ow_name_read_pod(bad[i], *state, &name), -EINVAL);
	assert_int_equal(ow_name_read_pod("shop_web-0_1f8dd0b3-0a4c", *state, &name), 0);
	assert_string_equal(name.pod, "web-0");
	assert_string_equal(name.namespace, "shop");
	assert_string_equal(name.id, "1f8dd0b3-0a4c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT(each_form_says_who_it_is),
		UNIT(a_name_may_be_of_any_bytes),
		UNIT(names_of_logs_are_taken_apart),
		UNIT(folders_of_pods_are_taken_apart),
	};

	return cmocka_run_group_tests_name("read/name", tests, NULL, NULL);
}
