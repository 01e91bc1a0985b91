/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_READ_OOM_FILTER_H
#define OW_READ_OOM_FILTER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Private to the reader of OOM reports: passes over the lines of a log in which no report begins.
 *
 * Each line that proves a report, wrapped or quoted as it may be, has one of a few words in it:
 *
 *   oom                invoked oom-killer, oom-kill:, oom_kill_process, oom_reaper, panic_on_oom
 *   kil Kil            Killed process, Kill process, killed as a result of, no killable processes
 *   emory              memory: usage, Memory cgroup, Out of memory, Tasks state (memory
 *   Mem- total_vm      Mem-Info: (Mem-info: on Arm), the header of the task table
 *   uppressed ropped Missed   what the log says was lost
 *   kmsg buf imjournal:       and what those who carried it say
 *
 * The lines of the machine's memory behind Mem-Info: have none. They prove nothing, and stand alone
 * where the head of a report is lost: in the front of a log, or where it says that lines are lost.
 *
 * Three bytes of each are looked for in many places at once, and the word only where those are.
 */
struct ow_oom_found {
	size_t at;    /* where the word is; n when there is none */
	size_t feeds; /* line feeds in front of it */
};

/* Looks through n bytes. */
struct ow_oom_found ow_oom_filter(const char *bytes, size_t n);

/* The same, one byte after the other: what runs where there are no vectors to run on. */
struct ow_oom_found ow_oom_filter_portable(const char *bytes, size_t n);

#endif
