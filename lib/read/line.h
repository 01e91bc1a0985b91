/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_LINE_H
#define OW_READ_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/scan.h"

/*
 * A kernel log travels in many wrappers. This reader takes off the wrapper of one line, whatever
 * it is, and keeps what the wrapper knew: times, priority, who wrote it.
 *
 *   [  283.033791] eat invoked oom-killer: ...                     dmesg, serial console
 *   4,344,283033791,-;eat invoked oom-killer: ...                  /dev/kmsg
 *   Nov 20 07:51:02 web-1 kernel: [  283.033791] eat invoked ...   syslog
 *   2026-11-20T07:51:02.123456+00:00 web-1 kernel: eat invoked ... journalctl -o short-iso, rsyslog
 *
 * Wrappers may be nested, and the lines of one file may have different ones.
 */

enum ow_line_have {
	OW_LINE_BOOT = 1 << 0,     /* boot_usec */
	OW_LINE_TIME = 1 << 1,     /* time_usec: year and zone were there, or were settled */
	OW_LINE_PRIORITY = 1 << 2, /* priority, facility */
	OW_LINE_FOREIGN = 1 << 3,  /* not the kernel's: another facility, transport or program */
	OW_LINE_WRAPPED = 1 << 4,  /* it had a wrapper: it is no continuation of the line before */
	OW_LINE_SEQUENCE = 1 << 5, /* sequence */
	OW_LINE_WRITTEN = 1 << 7,  /* written_usec */
	OW_LINE_ESCAPED = 1 << 6,  /* text has bytes as \xNN: see ow_line_unescape() */
	OW_LINE_VERIFIED = 1 << 8, /* program is what journald saw, not what it calls itself */
	OW_LINE_PARTIAL = 1 << 9,  /* what carried it says that the next line is its rest */
};

struct ow_line {
	unsigned have;
	struct ow_str text;   /* what the kernel printed, without blanks at its end */
	struct ow_str raw;    /* the whole line as read, without its line feed */
	size_t number;        /* from 1 */
	uint64_t boot_usec;   /* the kernel's clock */
	int64_t time_usec;    /* wall clock, since 1970 UTC */
	int64_t written_usec; /* as written, zone and year unknown: for distances only */
	uint64_t sequence;    /* of /dev/kmsg: a gap means that lines were lost */
	unsigned priority;    /* 0 emergency ... 7 debug */
	unsigned facility;    /* 0 is the kernel */
	struct ow_str caller; /* "T6736" or "C0": tells the lines of two CPUs apart; may be empty */
	struct ow_str boot_id; /* 32 hex digits; may be empty */
	struct ow_str host;    /* may be empty */
	struct ow_str program; /* who wrote it, where that is told; may be empty */
};

/* How to read a time that lacks its year or zone. */
struct ow_line_clock {
	bool utc;     /* times without a zone are UTC */
	bool has_now; /* now_usec is set: times without a year are the last such time before it */
	int64_t now_usec;
	bool has_boot; /* boot_time_usec is set: wall clock = boot_time_usec + boot_usec */
	int64_t boot_time_usec;
};

/* Takes the wrapper off raw. Never fails: a line with no known wrapper is all text. number is left
 * to the caller. */
void ow_line_unwrap(struct ow_str raw, const struct ow_line_clock *clock, struct ow_line *ret);

/* Turns the escapes of /dev/kmsg, \x0a and \x5c, back into their bytes. buffer has room for text.n
 * bytes; returns how many were written. */
size_t ow_line_unescape(struct ow_str text, char *buffer);

#endif
