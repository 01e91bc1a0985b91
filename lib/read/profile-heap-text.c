/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "read/profile-text.h"

/*
 * Functions in which every allocator ends: what they called does not interest. Of those of Go's
 * runtime some may stand in the middle of a stack.
 */
static const char drop_frames[] =
	"(c|m|re|pv|v)alloc|c?free|(do_|(__)?posix_)?memalign"
	"|tcmalloc::.*"
	"|tc_(calloc|cfree|malloc|free|memalign|posix_memalign|pvalloc|valloc|realloc)"
	"|tc_(new|delete)(array)?|tc_new(array)?_nothrow"
	"|malloc_zone_([mcv]alloc|realloc|memalign|free)"
	"|runtime\\..*"
	"|BaseArena::.*|(::)?do_malloc(_no_errno|_pages)?|DoSampledAllocation"
	"|MallocedMemBlock::MallocedMemBlock|_M_allocate|__builtin_(vec_)?(new|delete)"
	"|__gnu_cxx::new_allocator::allocate|__libc_malloc|__malloc_alloc_template::allocate"
	"|allocate|cpp_alloc|operator new(\\[\\])?|simple_alloc::allocate";
static const char keep_frames[] = "runtime\\.(panic|reflectcall|call[0-9]*)";

/* "3: 528 [4: 1024]": what is in use, and in brackets what was allocated in all. */
struct counts {
	int64_t inuse, inuse_bytes, alloc, alloc_bytes;
};

static bool scan_counts(struct ow_str *s, struct counts *ret)
{
	struct ow_str rest = *s;
	struct counts c;

	(void)ow_scan_blanks(&rest);
	if (!ow_scan_i64(&rest, &c.inuse) || !ow_scan_char(&rest, ':') || !ow_scan_blanks(&rest) ||
	    !ow_scan_i64(&rest, &c.inuse_bytes) || !ow_scan_blanks(&rest) ||
	    !ow_scan_char(&rest, '[') || !ow_scan_blanks(&rest) || !ow_scan_i64(&rest, &c.alloc) ||
	    !ow_scan_char(&rest, ':') || !ow_scan_blanks(&rest) ||
	    !ow_scan_i64(&rest, &c.alloc_bytes) || !ow_scan_blanks(&rest) ||
	    !ow_scan_char(&rest, ']'))
		return false;
	*s = rest;
	*ret = c;
	return true;
}

static int bad_row(const struct ow_profile_reader *reader, struct ow_err *err)
{
	return text_bad(reader, err,
			"it is no row of a heap profile as \"3: 528 [4: 1024] @ 0x45a7d\"");
}

/*
 * What the sampled objects stand for: an object of s bytes is sampled with the probability
 * 1 - exp(-s / period). The same as Go and pprof compute, truncation included.
 */
static void scale(int64_t period, int64_t *count, int64_t *bytes)
{
	double by;

	if (*count == 0 || *bytes == 0) {
		*count = *bytes = 0;
		return;
	}
	if (period <= 1)
		return;
	by = 1 / (1 - exp(-((double)*bytes / (double)*count) / (double)period));
	if (fabs((double)*count * by) >= 0x1p63 || fabs((double)*bytes * by) >= 0x1p63)
		return;
	*count = (int64_t)((double)*count * by);
	*bytes = (int64_t)((double)*bytes * by);
}

static bool take_value(struct text *text, int64_t count, int64_t bytes, int64_t *value)
{
	if (count == 0 && bytes != 0)
		return false;
	if (count != 0) {
		text->block_bytes = count == -1 ? (int64_t)(0 - (uint64_t)bytes) : bytes / count;
		if (text->is_sampled)
			scale(text->profile->period, &count, &bytes);
	}
	value[0] = count;
	value[1] = bytes;
	return true;
}

static bool take_counts(struct text *text, const struct counts *c)
{
	int64_t *value = text->value;

	text->block_bytes = 0;
	if (text->has_alloc) {
		if (!take_value(text, c->alloc, c->alloc_bytes, value))
			return false;
		value += 2;
	}
	return take_value(text, c->inuse, c->inuse_bytes, value);
}

static int heap_row(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;
	struct counts c;
	int r = text_finish_row(reader, err);

	if (r < 0)
		return r;
	if (text->in_stats || line.p[0] == '-')
		return 0;
	if (!scan_counts(&line, &c) || !ow_scan_blanks(&line) || !ow_scan_char(&line, '@'))
		return bad_row(reader, err);
	if (!take_counts(text, &c))
		return text_bad(reader, err, "it has bytes of no object");
	if (!text_addresses(text, line))
		return text_bad(reader, err,
				"an address is too large, or there are more than 8192");
	text->has_row = true;
	return 0;
}

/*
 * jemalloc's own text:
 *
 *	heap_v2/524288
 *	  t*: 28106: 56637512 [0: 0]
 *	@ 0x5f2b 0x5f31
 *	  t*: 13: 6688 [0: 0]
 *	  t3: 12: 6496 [0: 0]
 *
 * A stack stands before its rows; that of t* is the sum of all threads.
 */
static int jemalloc_row(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;
	struct counts c;
	int r;

	if (ow_scan_char(&line, '@')) {
		text->n_addresses = 0;
		if (!text_addresses(text, line))
			return text_bad(reader, err,
					"an address is too large, or there are more than 8192");
		text->is_jemalloc = true; /* a row belongs to it */
		return 0;
	}
	if (!ow_scan_lit(&line, "t*:") || !text->is_jemalloc)
		return 0;
	if (!scan_counts(&line, &c))
		return bad_row(reader, err);
	if (!take_counts(text, &c))
		return text_bad(reader, err, "it has bytes of no object");
	text->has_row = true;
	text->is_jemalloc = false;
	r = text_finish_row(reader, err);
	return r;
}

static int set_types(struct ow_profile_reader *reader)
{
	static const struct ow_profile_type both[] = {
		{ { "alloc_objects", 13 }, { "count", 5 } },
		{ { "alloc_space", 11 }, { "bytes", 5 } },
		{ { "inuse_objects", 13 }, { "count", 5 } },
		{ { "inuse_space", 11 }, { "bytes", 5 } },
	};
	static const struct ow_profile_type one[] = {
		{ { "objects", 7 }, { "count", 5 } },
		{ { "space", 5 }, { "bytes", 5 } },
	};
	struct text *text = reader->state;
	struct ow_profile *profile = text->profile;

	profile->period_type = (struct ow_profile_type){ OW_STR("space"), OW_STR("bytes") };
	profile->default_type = (struct ow_str){ "", 0 };
	profile->doc_url = (struct ow_str){ "", 0 };
	profile->drop_frames = OW_STR(drop_frames);
	profile->keep_frames = OW_STR(keep_frames);
	return text->has_alloc ? text_types(reader, both, OW_ARRAY_SIZE(both))
			       : text_types(reader, one, OW_ARRAY_SIZE(one));
}

/* "heap/1048576", "heap_v2/524288", "heapprofile", "growthz": how was it sampled? */
static bool set_sampling(struct text *text, struct ow_str s)
{
	struct ow_str rest = s, word;
	uint64_t rate = 0;

	if (!ow_scan_until(&rest, "/", &word))
		word = s;
	else if (!ow_scan_u64(&rest, &rate) || rate > INT64_MAX)
		return false;
	text->profile->period = 1;
	if (ow_str_is(word, "heap_v2") || ow_str_is(word, "heapz_v2")) {
		text->profile->period = (int64_t)rate;
		text->is_sampled = true;
		return true;
	}
	if (ow_str_is(word, "heap")) { /* Go writes twice the rate */
		text->profile->period = (int64_t)rate / 2;
		text->is_sampled = true;
		return true;
	}
	return ow_str_is(word, "heapprofile") || ow_str_is(word, "growthz") ||
	       ow_str_is(word, "growth") || ow_str_is(word, "fragmentationz") ||
	       ow_str_is(word, "fragmentation");
}

/* "heap profile: 9: 120325376 [36: 161770976] @ heap/1048576" */
static int heap_head(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;
	struct ow_str s = line, word;
	struct counts c;

	if (!ow_scan_lit(&s, "heap profile:") || !scan_counts(&s, &c) || !ow_scan_blanks(&s) ||
	    !ow_scan_char(&s, '@') || !ow_scan_blanks(&s) || !ow_scan_word(&s, &word) ||
	    !set_sampling(text, word))
		return text_bad(
			reader, err,
			"a heap profile begins as \"heap profile: 9: 12032 [36: 16177] @ heap/1048576\"");
	text->has_alloc = ow_str_has(word, "heap") &&
			  ((c.alloc != c.inuse && c.alloc != 0) ||
			   (c.alloc_bytes != c.inuse_bytes && c.alloc_bytes != 0));
	text->row = heap_row;
	return set_types(reader) < 0 ? text_full(reader, err) : 0;
}

static int jemalloc_head(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct text *text = reader->state;

	if (text->row == heap_head)
		text->is_jemalloc = false;
	if (!set_sampling(text, line))
		return text_bad(reader, err,
				"a heap profile of jemalloc begins as \"heap_v2/524288\"");
	text->row = jemalloc_row;
	return set_types(reader) < 0 ? text_full(reader, err) : 0;
}

static int first_line(struct ow_profile_reader *reader, struct ow_str line, struct ow_err *err)
{
	struct ow_str s = line;

	return ow_scan_lit(&s, "heap_v2/") ? jemalloc_head(reader, line, err)
					   : heap_head(reader, line, err);
}

static bool begins(struct ow_str head)
{
	while (head.n && strchr(" \t\r\n", head.p[0]) && head.p[0])
		head = ow_str_skip(head, 1);
	return ow_scan_lit(&head, "heap profile:") || ow_scan_lit(&head, "heap_v2/");
}

static void *start(struct ow_profile_reader *reader)
{
	struct text *text = text_start(reader);

	if (text)
		text->row = first_line;
	return text;
}

const struct profile_format profile_heap_text = {
	.begins = begins,
	.start = start,
	.feed = text_feed,
	.end = text_end,
	.stop = text_stop,
};
