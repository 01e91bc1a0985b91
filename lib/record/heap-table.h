/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_HEAP_TABLE_H
#define OW_RECORD_HEAP_TABLE_H

#include <stddef.h>

#include "record/field.h"

/* The rows of the tables of fields of oomwhy.heap/1. AT(member) is the offset in the struct whose
 * table it is. */
#define TABLE(fields, type)                                                        \
	{                                                                          \
		NULL, (fields), sizeof(fields) / sizeof((fields)[0]), sizeof(type) \
	}
#define FIELD(name_, type_, bit, help_)                                                      \
	{                                                                                    \
		.name = #name_, .type = OW_TYPE_##type_, .offset = AT(name_), .have = (bit), \
		.help = (help_)                                                              \
	}
#define NAMED(key, member, type_, help_)                                                    \
	{                                                                                   \
		.name = key, .type = OW_TYPE_##type_, .offset = AT(member), .help = (help_) \
	}
#define WORD(name_, names_, help_)                                                            \
	{                                                                                     \
		.name = #name_, .type = OW_TYPE_NAME, .offset = AT(name_), .names = (names_), \
		.help = (help_)                                                               \
	}
#define TIME(key, member, bit, help_)                                                     \
	{                                                                                 \
		.name = (key), .type = OW_TYPE_TIME, .offset = AT(member), .have = (bit), \
		.help = (help_)                                                           \
	}
#define GROUP(name_, bit, table, help_)                                                     \
	{                                                                                   \
		.name = #name_, .type = OW_TYPE_OBJECT, .offset = AT(name_), .have = (bit), \
		.fields = &(table), .help = (help_)                                         \
	}
#define LIST(name_, table, help_)                                                          \
	{                                                                                  \
		.name = #name_, .type = OW_TYPE_LIST, .offset = AT(name_), .always = true, \
		.fields = &(table), .help = (help_)                                        \
	}

#endif
