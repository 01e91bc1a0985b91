/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "read/profile-internal.h"

static bool scan_hex(struct ow_str *s, uint64_t *ret)
{
	struct ow_str rest = *s;

	(void)ow_scan_lit(&rest, "0x");
	if (!ow_scan_hex(&rest, ret))
		return false;
	*s = rest;
	return true;
}

/* "00400000-004c7000", also "0x400000 0x4c7000:". */
static bool scan_range(struct ow_str *s, uint64_t *start, uint64_t *limit)
{
	struct ow_str rest = *s;

	(void)ow_scan_blanks(&rest);
	if (!scan_hex(&rest, start))
		return false;
	(void)(ow_scan_char(&rest, '-') || ow_scan_char(&rest, ' '));
	(void)ow_scan_blanks(&rest);
	if (!scan_hex(&rest, limit))
		return false;
	(void)ow_scan_char(&rest, ':');
	*s = rest;
	return true;
}

static bool is_permissions(struct ow_str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (!memchr("-rwxps", word.p[i], 6))
			return false;
	return word.n >= 3;
}

/* What follows the range in /proc/PID/maps: "00000000 fe:00 3146 /bin/prog". */
static bool scan_proc(struct ow_str s, struct ow_profile_mapping *mapping)
{
	struct ow_str device, inode, file = { "", 0 };
	uint64_t offset;

	(void)ow_scan_blanks(&s);
	if (!ow_scan_hex(&s, &offset) || !ow_scan_blanks(&s) || !ow_scan_word(&s, &device) ||
	    !memchr(device.p, ':', device.n) || !ow_scan_blanks(&s) || !ow_scan_word(&s, &inode))
		return false;
	(void)ow_scan_blanks(&s);
	(void)ow_scan_word(&s, &file);
	mapping->file = file;
	mapping->offset = offset;
	return true;
}

/* The short form: "/bin/prog (@1000) abc123". */
static void scan_brief(struct ow_str s, struct ow_profile_mapping *mapping)
{
	struct ow_str word, rest;

	(void)ow_scan_blanks(&s);
	if (ow_scan_word(&s, &word))
		mapping->file = word;
	(void)ow_scan_blanks(&s);
	rest = s;
	if (ow_scan_lit(&rest, "(@") && ow_scan_hex(&rest, &mapping->offset) &&
	    ow_scan_char(&rest, ')'))
		s = rest;
	(void)ow_scan_blanks(&s);
	rest = s;
	if (ow_scan_word(&rest, &word) && strspn(word.p, "0123456789abcdefABCDEF") >= word.n)
		mapping->build_id = word;
}

bool profile_maps_line(struct ow_str line, struct ow_profile_mapping *ret)
{
	struct ow_profile_mapping mapping = { .file = { "", 0 }, .build_id = { "", 0 } };
	struct ow_str s = line, word, rest;

	if (!scan_range(&s, &mapping.start, &mapping.limit))
		return false;
	rest = s;
	(void)ow_scan_blanks(&rest);
	if (ow_scan_word(&rest, &word) && is_permissions(word)) {
		if (!memchr(word.p, 'x', word.n))
			return false; /* nothing is run there */
		s = rest;
	}
	if (!scan_proc(s, &mapping))
		scan_brief(s, &mapping);
	*ret = mapping;
	return true;
}

static bool differ(struct ow_str a, struct ow_str b)
{
	return a.n && b.n && (a.n != b.n || memcmp(a.p, b.p, a.n) != 0);
}

/* Are these two parts of one file, one behind the other? */
static bool is_adjacent(const struct ow_profile_mapping *a, const struct ow_profile_mapping *b)
{
	if (differ(a->file, b->file) || differ(a->build_id, b->build_id) || a->limit != b->start)
		return false;
	return !a->offset || !b->offset || a->offset + (a->limit - a->start) == b->offset;
}

static void join(struct profile_maps *maps)
{
	size_t n = 0;

	for (size_t i = 0; i < maps->n; i++) {
		struct ow_profile_mapping *last = n ? &maps->mapping[n - 1] : NULL;
		const struct ow_profile_mapping one = maps->mapping[i];

		if (!last || !is_adjacent(last, &one)) {
			maps->mapping[n++] = one;
			continue;
		}
		last->limit = one.limit;
		if (one.file.n)
			last->file = one.file;
		if (one.build_id.n)
			last->build_id = one.build_id;
	}
	maps->n = n;
}

/* "libc.so", "libc.so.6", "libm.so_2" */
static bool is_library(struct ow_str file)
{
	for (size_t i = 0; i + 3 <= file.n; i++) {
		const struct ow_str end = ow_str_skip(file, i);

		if (memcmp(end.p, ".so", 3) != 0)
			continue;
		if (end.n == 3 || ((end.p[3] == '.' || end.p[3] == '_') && end.n > 4 &&
				   end.p[4] >= '0' && end.p[4] <= '9'))
			return true;
	}
	return false;
}

/* The program is the first file that is no library and no region of the kernel's. */
static void program_first(struct profile_maps *maps)
{
	for (size_t i = 0; i < maps->n; i++) {
		const struct ow_profile_mapping one = maps->mapping[i];

		if (one.file.n == 0 || one.file.p[0] == '[' || is_library(one.file))
			continue;
		maps->mapping[i] = maps->mapping[0];
		maps->mapping[0] = one;
		return;
	}
}

/* Some writers give the program a wrong begin. */
static void mend_program(struct profile_maps *maps)
{
	const uint64_t usual = 0x400000;
	struct ow_str file;

	if (maps->n == 0)
		return;
	file = maps->mapping[0].file;
	if (ow_scan_lit(&file, "/anon_hugepage") && maps->n > 1 &&
	    maps->mapping[0].limit == maps->mapping[1].start) {
		maps->mapping++;
		maps->n--;
	}
	if (maps->mapping[0].start - maps->mapping[0].offset == usual) {
		maps->mapping[0].start = usual;
		maps->mapping[0].offset = 0;
	}
}

static uint32_t find(struct profile_maps *maps, uint64_t address)
{
	for (size_t i = 0; i < maps->n; i++)
		if (maps->mapping[i].start <= address && address < maps->mapping[i].limit)
			return (uint32_t)i;
	/* Some left out the first part of a file that was split. */
	for (size_t i = 0; i < maps->n; i++) {
		struct ow_profile_mapping *m = &maps->mapping[i];

		if (m->offset && m->start - m->offset <= address && address < m->start) {
			m->start -= m->offset;
			m->offset = 0;
			return (uint32_t)i;
		}
	}
	return OW_PROFILE_NONE;
}

int profile_maps_end(struct ow_arena *arena, struct profile_maps *maps,
		     struct ow_profile_location *location, size_t n)
{
	uint32_t rest = OW_PROFILE_NONE;

	join(maps);
	program_first(maps);
	mend_program(maps);
	for (size_t i = 0; i < n; i++) {
		if (location[i].address == 0)
			continue;
		location[i].mapping = find(maps, location[i].address);
		if (location[i].mapping != OW_PROFILE_NONE)
			continue;
		if (rest == OW_PROFILE_NONE) { /* one for all that lie nowhere */
			struct ow_profile_mapping *more =
				ow_alloc(arena, maps->n + 1, sizeof(*more));

			if (!more)
				return -ENOMEM;
			if (maps->n)
				memcpy(more, maps->mapping, maps->n * sizeof(*more));
			rest = (uint32_t)maps->n;
			more[maps->n] = (struct ow_profile_mapping){
				.limit = UINT64_MAX,
				.file = { "", 0 },
				.build_id = { "", 0 },
			};
			maps->mapping = more;
			maps->n++;
		}
		location[i].mapping = rest;
	}
	return 0;
}
