/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_HEAP_H
#define OW_RECORD_HEAP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/scan.h"
#include "record/field.h"

/*
 * What a heap profile says beyond pprof's sums: how sure each number is, how old they are, whose
 * code is behind them, and whether the profile is what one takes it for. ow_heap_new
 * (analyze/heap.h) makes it. Numbers are signed: a difference of two profiles is one, too. Names
 * are as the profile has them, of any bytes, and live as long as it does.
 */

/* Whose code a frame is. */
enum ow_heap_origin {
	OW_HEAP_OWN,      /* the user's: neither of those below */
	OW_HEAP_LIBRARY,  /* a module that was fetched, or vendored */
	OW_HEAP_STANDARD, /* what comes with the language: Go's library and runtime, C++'s std */
	OW_HEAP_NAMELESS, /* only its address is known */
};

struct ow_heap_frame {
	unsigned have;      /* enum ow_heap_frame_have */
	unsigned origin;    /* enum ow_heap_origin */
	struct ow_str name; /* of the function; empty: not known */
	struct ow_str file; /* empty: not known */
	int64_t line;
	uint64_t address;
};

enum ow_heap_frame_have {
	OW_HEAP_FRAME_LINE = 1 << 0,
	OW_HEAP_FRAME_ADDRESS = 1 << 1, /* only of one that has no name */
};

/* Sums over samples. */
struct ow_heap_sums {
	unsigned have; /* enum ow_heap_sums_have */
	int64_t inuse_bytes, inuse_objects;
	int64_t alloc_bytes, alloc_objects;
	int64_t samples; /* how many objects the runtime looked at, by which it knows the rest */
	/* One sigma of the bytes (in use, or allocated where a profile has only these). Samples are
	 * taken every period bytes: n = round(objects x p), p = 1 - exp(-size/period), variance =
	 * n x size^2 x (1-p)/p^2, summed. Of a difference it is the least that it can be. */
	int64_t error_bytes;
	int64_t share_permyriad; /* of the sum of the sizes of all rows */
	int64_t kept_permyriad;  /* in use / allocated, by bytes. It may support that something is
				    kept, never prove it, and low it says nothing */
};

enum ow_heap_sums_have {
	OW_HEAP_INUSE = 1 << 0, /* inuse_bytes */
	OW_HEAP_INUSE_OBJECTS = 1 << 1,
	OW_HEAP_ALLOC = 1 << 2, /* alloc_bytes */
	OW_HEAP_ALLOC_OBJECTS = 1 << 3,
	OW_HEAP_ERROR = 1 << 4, /* error_bytes and samples */
	OW_HEAP_SHARE = 1 << 5,
	OW_HEAP_KEPT = 1 << 6,
};

/* The slice or map that seems to hold the objects of a row, by arithmetic: it is in the function
 * that the row is allocated for, and has room for about as many as are live. Inferred, never
 * proved. */
struct ow_heap_keeper {
	unsigned have; /* always 0 */
	struct ow_heap_frame site;
	int64_t bytes;
	uint64_t slots;
	uint64_t slot_bytes; /* 8: as pointers; 16: as strings or interfaces; 24: as slices */
};

/*
 * One path: where memory is allocated (site, the leaf of the stacks) and for whom (who, the first
 * frame from there that is the user's own code). All stacks that agree in both, function, file and
 * line, are one row.
 */
struct ow_heap_row {
	unsigned have; /* enum ow_heap_row_have */
	struct ow_heap_sums sums;
	struct ow_heap_frame site;
	struct ow_heap_frame who; /* when OW_HEAP_ROW_WHO; may be the same as site */
	struct ow_heap_frame via; /* when OW_HEAP_ROW_VIA: the library that who calls */
	/* Its place among all rows lies between these, for all that is known: rows whose bytes
	 * overlap within one error cannot be told apart. */
	uint64_t first_rank, last_rank;
	/* Of its objects, by the samples that are counted. With OW_HEAP_ROW_SIZE object_bytes is
	 * the size of nearly all of them (95 % of the bytes), else the mean. */
	uint64_t object_bytes;
	uint64_t object_min_bytes, object_max_bytes;
	/* With OW_HEAP_ROW_CLASS: that is a size class of Go's, which was given for requests of so
	 * many bytes. */
	uint64_t request_min_bytes, request_max_bytes;
	struct ow_heap_keeper keeper; /* with OW_HEAP_ROW_KEEPER */
	uint64_t stacks;              /* distinct stacks of the profile that it is made of */
};

enum ow_heap_row_have {
	OW_HEAP_ROW_WHO = 1 << 0,
	OW_HEAP_ROW_VIA = 1 << 1,
	OW_HEAP_ROW_OBJECT = 1 << 2,
	OW_HEAP_ROW_CLASS = 1 << 3,
	OW_HEAP_ROW_KEEPER = 1 << 4,
	OW_HEAP_ROW_SIZE = 1 << 5,
};

/* All that one function of the user's asked for: its rows together. */
struct ow_heap_holder {
	unsigned have; /* always 0 */
	struct ow_heap_frame who;
	struct ow_heap_sums sums;
	uint64_t rows;
};

/* Something that makes a profile other than one takes it for. */
struct ow_heap_oddity {
	const char *word;     /* "delta"; the set is in lib/analyze/heap-oddity.c */
	const char *meaning;  /* what it does to the numbers: a sentence */
	struct ow_str detail; /* what was seen of it; may be empty */
};

/* Of when it speaks. What is in use is what was live at a collection that was finished, as a rule
 * the last but one: the newest counts only from the next one on. */
struct ow_heap_age {
	unsigned have;        /* enum ow_heap_age_have */
	int64_t time_usec;    /* when the profile was taken */
	uint64_t collection;  /* it shows the state of this one, */
	uint64_t collections; /* of so many that there were */
	uint64_t forced;      /* of those, by runtime.GC(): then it may be the state of the last */
	int64_t mark_usec;    /* when that collection ended */
	int64_t last_mark_usec;
	int64_t behind_usec; /* how much older the state is than the profile, or, where it is not
				known when that was taken, than the last collection */
	int64_t live_bytes;  /* what the heap held by the runtime's own account, ... */
	int64_t covered_permyriad; /* ... and the part of it that the profile shows */
};

enum ow_heap_age_have {
	OW_HEAP_AGE_TIME = 1 << 0,
	OW_HEAP_AGE_COLLECTION = 1 << 1, /* collection, collections and forced */
	OW_HEAP_AGE_MARK = 1 << 2,
	OW_HEAP_AGE_LAST_MARK = 1 << 3,
	OW_HEAP_AGE_BEHIND = 1 << 4,
	OW_HEAP_AGE_LIVE = 1 << 5, /* live_bytes and covered_permyriad */
};

/* What the bytes are that rows are ordered by. */
enum ow_heap_measure {
	OW_HEAP_MEASURE_INUSE,
	OW_HEAP_MEASURE_ALLOC, /* the profile has nothing else */
};

struct ow_heap {
	unsigned have;         /* enum ow_heap_have */
	struct ow_str program; /* the base name of the first mapped file; empty: not known */
	struct ow_str build_id;
	struct ow_heap_age age;
	bool go;               /* it is of a Go program, for all that names and files say */
	unsigned measure;      /* enum ow_heap_measure */
	bool filtered;         /* samples were left out by filters: total is not all */
	bool difference;       /* it has a base that was subtracted, or is a delta: it says what
				  changed */
	uint64_t profiles;     /* that were put together */
	int64_t period_bytes;  /* the mean distance of samples; 1: each object is one */
	int64_t duration_usec; /* of a delta */
	int64_t limit_bytes;   /* what the program was allowed */
	struct ow_heap_sums total;
	struct ow_list rows;    /* struct ow_heap_row; those with most bytes (that changed) first */
	struct ow_list holders; /* struct ow_heap_holder, in the same order */
	struct ow_list oddities; /* struct ow_heap_oddity */
};

enum ow_heap_have {
	OW_HEAP_PERIOD = 1 << 0,
	OW_HEAP_DURATION = 1 << 1,
	OW_HEAP_LIMIT = 1 << 2,
};

/* "own", "library", "standard", "nameless"; "inuse", "alloc". */
extern const char *const ow_heap_origin_names[];
extern const char *const ow_heap_measure_names[];

/* The JSON of `oomwhy heap --json`: "oomwhy.heap/1". */
extern const struct ow_fields ow_heap_fields;
extern const struct ow_fields ow_heap_frame_fields; /* of a struct ow_heap_frame */

static inline const struct ow_heap_row *ow_heap_rows(const struct ow_heap *heap)
{
	return (const struct ow_heap_row *)heap->rows.item;
}

/* Bytes and objects that rows are ordered by. */
static inline int64_t ow_heap_bytes(const struct ow_heap *heap, const struct ow_heap_sums *sums)
{
	return heap->measure == OW_HEAP_MEASURE_INUSE ? sums->inuse_bytes : sums->alloc_bytes;
}

static inline int64_t ow_heap_objects(const struct ow_heap *heap, const struct ow_heap_sums *sums)
{
	return heap->measure == OW_HEAP_MEASURE_INUSE ? sums->inuse_objects : sums->alloc_objects;
}

/* Are two frames of the same function (in the same file)? In the same line of it? */
bool ow_heap_same_function(const struct ow_heap_frame *a, const struct ow_heap_frame *b);
bool ow_heap_same_frame(const struct ow_heap_frame *a, const struct ow_heap_frame *b);

/* Which frame comes first: by name, file, line, address. */
int ow_heap_frame_order(const struct ow_heap_frame *a, const struct ow_heap_frame *b);

/* Was that said of the profile: "rate-zero"? */
bool ow_heap_is_odd(const struct ow_heap *heap, const char *word);

#endif
