/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_MEND_H
#define OW_READ_MEND_H

#include <stdbool.h>

#include "base/scan.h"

/*
 * Undoes what terminals, mail programs and web pages do to one line of a log:
 *
 *   \x1b[32m[   12.345678] \x1b[0m\x1b[33mOut of memory: \x1b[0mKilled process ...   colour
 *   gfp_mask=3D0xcc0(GFP_KERNEL), order=3D0, oom_score_adj=3D0      quoted-printable
 *   [<NBSP> pid<NBSP> ]<NBSP>  uid  tgid                            blanks that do not break
 *   {"log":"[   12.345678] eat invoked ...\n","stream":"stdout",    Docker's json-file
 *    "time":"2026-11-20T07:51:02.123456789Z"}
 *   "2026-11-20T07:51:02Z","[   12.345678] eat invoked ..."         a row of values: read/csv.h
 *   [&lt;ffffffff81720bf6&gt;] dump_stack+0x45/0x56                  the source of a web page
 *   **Out of memory: Killed process 42 (eat)** total-vm:8kB, ...    Markdown: also __ and `
 *   | [   12.345678] eat invoked oom-killer: ... |                  a table
 *   5m Warning OOMKilling node/web-1 Memory cgroup out of memory: ...  kubectl's list of events
 *   <span>[   12.345678] eat invoked oom-killer: ...</span><br>     the tags of a web page
 *
 * Each is known by where it stands, as the same bytes in a name are part of the name. What a log
 * has in one place tells how to read the next: the mender remembers it.
 */
struct ow_mender {
	bool plain;    /* the log has a < that is itself */
	bool entities; /* the log has &lt; where the kernel writes < */
	bool tagged;   /* its lines end with tags */
	bool quoted;   /* it has =3D where the kernel writes = */
	bool soft;     /* the line broke where the kernel's did not: the next one is its rest */
	bool open;     /* the field of values that it is in has not ended */
	struct ow_str time; /* of the line by what carried it; a slice of it, or empty. What Docker
			       says of a line with the kernel's stamp is left out: a container may
			       have printed all of the log at once, and late */
};

/* Returns true when there was something to undo; buffer has room for line.n bytes and then holds
 * what *ret shows. */
bool ow_mend(struct ow_mender *m, struct ow_str line, char *buffer, struct ow_str *ret);

/*
 * May the line be the front of one, or does it tell how to mend the next ones? Then it is not known
 * what those say before it is read: a quoted line, a row of values, a part of CRI, of kmsg or of
 * netconsole.
 */
bool ow_mend_leads(struct ow_str line);

/* The line without the zeros in front of it, which a file system leaves where the machine stopped
 * before the end of a log was written; the line as it is where others are in it. */
struct ow_str ow_mend_zeros(struct ow_str line);

#endif
