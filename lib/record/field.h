/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_FIELD_H
#define OW_RECORD_FIELD_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A table of fields describes a record: the name, type, place and meaning of each value are said
 * once. The JSON writer, `oomwhy explain` and the documentation of the format read the same table,
 * so they cannot disagree.
 */

enum ow_type {
	OW_TYPE_TEXT,   /* const char *; NULL is absent */
	OW_TYPE_STR,    /* struct ow_str, of any bytes; an empty one is absent */
	OW_TYPE_NAME,   /* enum as unsigned; printed as names[value] */
	OW_TYPE_U64,    /* uint64_t, a count or an amount in the unit that its name ends with */
	OW_TYPE_LIMIT,  /* uint64_t; UINT64_MAX is no limit, and null in JSON */
	OW_TYPE_I64,    /* int64_t */
	OW_TYPE_BOOL,   /* bool */
	OW_TYPE_TIME,   /* int64_t, microseconds since 1970 UTC; printed as RFC 3339 */
	OW_TYPE_OBJECT, /* a struct at the offset, described by fields */
	OW_TYPE_LIST,   /* struct ow_list at the offset, of structs described by fields */
	OW_TYPE_MAP,    /* struct ow_list at the offset, of struct ow_stat: {name: value} */
	OW_TYPE_TEXTS,  /* struct ow_list at the offset, of const char * */
	OW_TYPE_I64S,   /* struct ow_list at the offset, of int64_t */
	OW_TYPE_U64S,   /* struct ow_list at the offset, of uint64_t */
};

/* n items of one type in an array of the record's arena. */
struct ow_list {
	void *item;
	size_t n;
};

/* One line of a memory.stat block or of the kernel's Mem-Info. */
struct ow_stat {
	const char *name;
	unsigned long long value; /* bytes, or a count where the kernel counts events */
	size_t line;              /* where it was read */
};

struct ow_fields;

#define OW_FIELD_NAME_MAX 32

struct ow_field {
	/* The JSON key; its unit is its ending (_bytes, _usec). Here, not elsewhere: it is copied
	 * with each value, all of it at once. */
	char name[OW_FIELD_NAME_MAX];
	enum ow_type type;
	size_t offset; /* in the record */
	unsigned have; /* bit of the record's leading "unsigned have"; 0 needs none */
	bool always;   /* write it also when the list is empty */
	const struct ow_fields *fields; /* of an OBJECT or of the items of a LIST */
	const char *const *names;       /* of a NAME */
	const char *sample; /* how the kernel prints it, with a real value; may be NULL */
	const char *help;   /* one or more full sentences */
};

/* Every record that has fields begins with "unsigned have", except where all are always there. */
struct ow_fields {
	const char
		*schema; /* "oomwhy.kill/1" for a record that is an object of its own; else NULL */
	const struct ow_field *item;
	size_t n;
	size_t size; /* of the record */
};

#endif
