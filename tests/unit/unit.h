/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_UNIT_H
#define OW_TESTS_UNIT_H

/* cmocka.h asks for these four before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/scan.h"

static inline int unit_setup(void **state)
{
	*state = ow_arena_new(OW_MIB(64));
	return *state ? 0 : -1;
}

static inline int unit_teardown(void **state)
{
	*state = ow_arena_free(*state);
	return 0;
}

/* A test whose *state is an arena of its own. */
#define UNIT(test) cmocka_unit_test_setup_teardown(test, unit_setup, unit_teardown)

/* All of $OW_TEST_DATA/name, in the arena. */
static inline struct ow_str unit_fixture(struct ow_arena *arena, const char *name)
{
	struct ow_str text = { 0 };
	char path[4096];
	char *bytes;
	FILE *file;
	long size;

	(void)snprintf(path, sizeof(path), "%s/%s", getenv("OW_TEST_DATA"), name);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	size = ftell(file);
	assert_true(size >= 0);
	rewind(file);
	bytes = ow_alloc(arena, (size_t)size + 1, 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
	assert_int_equal(fclose(file), 0);
	text = (struct ow_str){ bytes, (size_t)size };
	return text;
}

#endif
