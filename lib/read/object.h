/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OBJECT_H
#define OW_READ_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/scan.h"

/*
 * JSON that is written for people, one member a line: journalctl -o json-pretty and dmesg -J.
 *
 *   {                                             {
 *           "_TRANSPORT" : "kernel",                 "dmesg": [
 *           "MESSAGE" : "eat invoked ..."                  {
 *   }                                                         "pri": 4,
 *                                                             "time":    12.345678,
 *                                                             "msg": "eat invoked ..."
 *                                                          },{
 *
 * Gathers the lines of the innermost object.
 */
#define OW_OBJECT_MAX OW_KIB(64)

struct ow_object {
	bool open;  /* a line of its own has begun it */
	bool again; /* the line that ended it begins the next */
	size_t n;
	size_t number;          /* of the line that has the message; 0: none yet */
	size_t message;         /* where that line is in bytes */
	struct ow_str raw;      /* that line as it was read; of a complete object */
	struct ow_str complete; /* the object; of one that is complete */
	char bytes[OW_OBJECT_MAX];
};

enum ow_object_what {
	OW_OBJECT_NONE,     /* the line is of no such object */
	OW_OBJECT_PART,     /* it was taken */
	OW_OBJECT_COMPLETE, /* it ends one: see complete, until the next line */
};

/* Takes one line, the number-th of the source. An object longer than OW_OBJECT_MAX is none. */
enum ow_object_what ow_object_line(struct ow_object *o, struct ow_str line, size_t number);

/*
 * The text in a line of JSON of one of the services that gather logs: {"message":"..."}, or with
 * another name for it, also one level deeper. Returns false where there is none, or more than size
 * bytes. *ret_time is the time that goes with it, {"@timestamp":"2026-11-20T07:51:02Z"}, where
 * there is one and room for it; else it is empty.
 */
bool ow_object_text(struct ow_str line, char *buffer, size_t size, struct ow_str *ret,
		    struct ow_str *ret_time);

#endif
