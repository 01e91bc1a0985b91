/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_TESTS_OOM_LOG_H
#define OW_TESTS_OOM_LOG_H

#include "read/oom.h"
#include "unit.h"

/* All records of a log, for tests that look at them together. */
#define OOM_LOG_MAX 64

struct oom_log {
	const struct ow_oom *oom[OOM_LOG_MAX];
	struct ow_arena *arena[OOM_LOG_MAX];
	size_t n;
	struct ow_oom_seen seen;
};

static inline int oom_log_take(void *arg, struct ow_oom *oom, struct ow_arena **arena)
{
	struct oom_log *log = arg;

	assert_true(log->n < OOM_LOG_MAX);
	log->oom[log->n] = oom;
	log->arena[log->n++] = *arena;
	*arena = NULL;
	return 0;
}

static inline void oom_log_release(struct oom_log *log)
{
	while (log->n)
		(void)ow_arena_free(log->arena[--log->n]);
}

/* Reads text in pieces of so many bytes; 0 for one piece. */
static inline void oom_log_read(struct oom_log *log, struct ow_str text, size_t piece,
				const struct ow_oom_options *options)
{
	ow_scoped(ow_oom_reader_freep) struct ow_oom_reader *reader = NULL;

	*log = (struct oom_log){ 0 };
	reader = ow_oom_reader_new(options, oom_log_take, log);
	assert_non_null(reader);
	for (size_t n; text.n; text = ow_str_skip(text, n)) {
		n = piece && piece < text.n ? piece : text.n;
		assert_int_equal(ow_oom_reader_feed(reader, text.p, n), 0);
	}
	assert_int_equal(ow_oom_reader_end(reader), 0);
	log->seen = *ow_oom_reader_seen(reader);
}

static inline void oom_log(struct oom_log *log, const char *text)
{
	oom_log_read(log, ow_str(text), 0, &(struct ow_oom_options){ .source = "log" });
}

/* Is the word in a list of texts? */
static inline bool oom_log_has(const struct ow_list *texts, const char *word)
{
	const char *const *text = texts->item;

	for (size_t i = 0; i < texts->n; i++)
		if (strstr(text[i], word))
			return true;
	return false;
}

#endif
