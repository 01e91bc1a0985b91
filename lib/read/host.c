/* SPDX-License-Identifier: Apache-2.0 */
#include "read/host.h"

#include <errno.h>
#include <stddef.h>

#define BOOT_ID_DIGITS 32

/* Bits of their own for the two clocks: only both together are a moment. */
#define WALL           (1U << 30)
#define BOOT           (1U << 31)

enum type { TEXT, ID, U64, I64 };

static const struct {
	const char *key;
	enum type type;
	unsigned have; /* 0 for texts */
	size_t offset;
} fields[] = {
#define AT(member) offsetof(struct ow_host, member)
	{ "name", TEXT, 0, AT(name) },
	{ "kernel", TEXT, 0, AT(kernel) },
	{ "boot_id", ID, 0, AT(boot_id) },
	{ "cpus", U64, OW_HOST_CPUS, AT(cpus) },
	{ "memory_bytes", U64, OW_HOST_MEMORY, AT(memory_bytes) },
	{ "swap_bytes", U64, OW_HOST_SWAP, AT(swap_bytes) },
	{ "time_usec", I64, WALL, AT(time_usec) },
	{ "boot_usec", U64, BOOT, AT(boot_usec) },
	{ "slept_usec", U64, OW_HOST_SLEPT, AT(slept_usec) },
#undef AT
};

static bool is_boot_id(struct ow_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((s.p[i] < '0' || s.p[i] > '9') && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	return s.n == BOOT_ID_DIGITS;
}

/* 1 when it was taken, 0 when it makes no sense. */
static int read_value(enum type type, struct ow_str value, struct ow_arena *arena, void *to)
{
	const char *text;

	switch (type) {
	case U64:
		return ow_scan_u64(&value, to) && value.n == 0;
	case I64:
		return ow_scan_i64(&value, to) && value.n == 0;
	case ID:
		if (!is_boot_id(value))
			return 0;
		break;
	case TEXT:
		if (value.n == 0 || memchr(value.p, '\0', value.n))
			return 0;
		break;
	}
	text = ow_str_keep(arena, value);
	if (!text)
		return -ENOMEM;
	*(const char **)to = text;
	return 1;
}

static int read_line(struct ow_str line, struct ow_arena *arena, struct ow_host *host)
{
	struct ow_str key;

	if (!ow_scan_until(&line, "=", &key))
		return 0;
	for (size_t i = 0; i < OW_ARRAY_SIZE(fields); i++) {
		int r;

		if (!ow_str_is(key, fields[i].key))
			continue;
		r = read_value(fields[i].type, line, arena, (char *)host + fields[i].offset);
		if (r > 0)
			host->have |= fields[i].have;
		return r;
	}
	return 0;
}

int ow_host_read(struct ow_str text, const char *source, struct ow_arena *arena,
		 struct ow_host *ret)
{
	struct ow_host host = { .source = ow_str_keep(arena, ow_str(source)) };
	struct ow_str line;
	int taken = 0;

	if (!host.source)
		return -ENOMEM;
	while (ow_scan_line(&text, &line)) {
		int r = read_line(line, arena, &host);

		if (r < 0)
			return r;
		taken += r;
	}
	if (taken == 0)
		return -EBADMSG;
	if ((host.have & (WALL | BOOT)) == (WALL | BOOT))
		host.have |= OW_HOST_TIME;
	host.have &= ~(WALL | BOOT);
	*ret = host;
	return 0;
}
