/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_EXPORT_H
#define OW_READ_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"
#include "read/line.h"

/*
 * The export format of systemd's journal (journalctl -o export), as lines:
 *
 *   __CURSOR=s=739ad463348b4ceca5a9e69c95a3c93f;...
 *   __REALTIME_TIMESTAMP=1795154690027200
 *   __MONOTONIC_TIMESTAMP=905033791
 *   _TRANSPORT=kernel
 *   _SOURCE_MONOTONIC_TIMESTAMP=283033791
 *   MESSAGE=eat invoked oom-killer: ...
 *
 * An empty line ends an entry. A value with control bytes in it comes as the name alone, a line
 * feed, its length in 8 bytes (the lowest first), the bytes, and a line feed.
 *
 * The time of an entry is the kernel's, not the one at which journald came to read it: a journald
 * that starts late stamps the whole ring with one moment.
 *   time = __REALTIME - (__MONOTONIC - _SOURCE_MONOTONIC)
 */
#define OW_EXPORT_MESSAGE_MAX OW_KIB(64)
#define OW_EXPORT_VALUE_MAX   OW_MIB(64) /* a longer one is damage */

struct ow_export {
	uint64_t realtime_usec, monotonic_usec, source_usec;
	unsigned priority, facility;
	unsigned have;    /* which of these, by a bit of its own for each */
	bool kernel;      /* _TRANSPORT=kernel */
	bool verbose;     /* of journalctl -o verbose: no empty line ends the entry */
	char boot_id[33]; /* may be empty */
	char host[256];   /* this and the next five end with a NUL, and may be empty */
	char identifier[64], comm[64], exe[256], unit[256], pid[16]; /* who wrote it */
	char message[OW_EXPORT_MESSAGE_MAX];
	size_t n_message;
	bool cut;            /* it was longer */
	size_t message_line; /* the line of the source that it begins in; 0: there is none */

	/* A value that comes with its length. */
	bool in_message;
	unsigned char length[8];
	size_t n_length;  /* bytes of the length that were read */
	uint64_t n_value; /* bytes of the value and its line feed that are to come */
};

enum ow_export_what {
	OW_EXPORT_NONE,  /* the line is of no export */
	OW_EXPORT_FIELD, /* a field of the entry */
	OW_EXPORT_VALUE, /* a field whose value follows, for ow_export_value() */
	OW_EXPORT_ENTRY, /* the entry is complete */
};

/* Does the line begin an export? */
bool ow_export_begins(struct ow_str line);

/* Takes one line, the number-th of the source. */
enum ow_export_what ow_export_line(struct ow_export *x, struct ow_str line, size_t number);

/*
 * Takes bytes of a value that follows the number-th line. Returns how many it took; what comes
 * next is *ret: OW_EXPORT_VALUE when there is more of it, OW_EXPORT_FIELD when it is complete,
 * OW_EXPORT_NONE when it is too long to be true.
 */
size_t ow_export_value(struct ow_export *x, struct ow_str bytes, size_t number,
		       enum ow_export_what *ret);

/*
 * The head of an entry of journalctl -o verbose, whose fields follow as in the export format, with
 * blanks in front:
 *
 *   Fri 2026-11-20 07:51:02.123456 UTC
 * [s=739a...;i=4ece7;b=6c7c...;m=4fc72436e;t=4c508a72423d9;x=d3] MESSAGE=eat invoked oom-killer:
 * ...
 */
bool ow_export_verbose(struct ow_str line);

/* Begins the entry of such a line: m and t are its times. */
void ow_export_begin(struct ow_export *x, struct ow_str line);

/* The same entry as one JSON object: journalctl -o json, or one of the list that dmesg -J writes.
 * False when the text is none, or has no message; then the entry is as it was. */
bool ow_export_json(struct ow_export *x, struct ow_str line, size_t number);

/* What the complete entry says of the lines in its message. Its slices live in x. */
void ow_export_entry(const struct ow_export *x, const struct ow_line_clock *clock,
		     struct ow_line *ret);

/* Forgets the entry. */
void ow_export_clear(struct ow_export *x);

#endif
