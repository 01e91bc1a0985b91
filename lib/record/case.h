/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_RECORD_CASE_H
#define OW_RECORD_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/cgroup.h"
#include "record/container.h"
#include "record/event.h"
#include "record/name.h"
#include "record/oom.h"

/*
 * A case is the evidence of one investigation. On disk it is a folder with the raw bytes as they
 * were read and manifest.json; in memory it is what the readers made of those bytes. The analysis
 * sees a struct ow_case and nothing else: no clock, no file, no network.
 */

enum ow_source_state {
	OW_SOURCE_READ,       /* it was read */
	OW_SOURCE_ABSENT,     /* it is not there: costs nothing */
	OW_SOURCE_UNREADABLE, /* it is there, was wanted, and could not be read */
	OW_SOURCE_COUNT,
};

extern const char *const ow_source_state_names[OW_SOURCE_COUNT];

enum ow_source_have {
	OW_SOURCE_PERIOD = 1 << 0,      /* first_usec, last_usec: wall clock */
	OW_SOURCE_BOOT_PERIOD = 1 << 1, /* boot_first_usec, boot_last_usec */
	OW_SOURCE_LIVE = 1 << 2,        /* read to the moment: nothing was said behind its end */
	OW_SOURCE_RING = 1 << 3,        /* overwritten */
	OW_SOURCE_SEARCHED = 1 << 4,    /* a journal: all was searched, and hits were read */
	OW_SOURCE_VOLATILE = 1 << 5,    /* a journal that does not outlast its boot */
	OW_SOURCE_SKIMMED = 1 << 6,     /* failures are at least so many */
};

/* One place that was looked at, and what came of it: a "no" needs to say where it looked. */
struct ow_source {
	unsigned have;
	const char *name;   /* "journal", "/dev/kmsg", "docker", or the file as it was named */
	const char *path;   /* the file of the case; NULL when there is none */
	const char *detail; /* one line: what was found, or why it could not be read */
	enum ow_source_state state;
	int64_t first_usec, last_usec;
	uint64_t boot_first_usec, boot_last_usec;
	uint64_t lines;
	uint64_t kernel_lines; /* of them: those not known to be another's */
	uint64_t overwritten;  /* lines that a ring had in front of its first one */
	uint64_t lost;         /* lines that the source itself says were lost */
	uint64_t overruns;     /* how often it says so without a number */
	uint64_t suppressed;   /* reports that the kernel says it did not print */
	uint64_t repeated;     /* reports that stand in it again; each is one record */
	uint64_t noticed;    /* kills by the kernel that systemd noticed, and that are not in it */
	uint64_t late_boots; /* boots of a journal, but for the oldest, without their beginning */
	uint64_t bad_files;  /* of a journal: damaged, or not to be read */
	uint64_t cut_lines;  /* too long, so that their ends were not read */
	uint64_t binary_lines;  /* skipped */
	uint64_t backward;      /* 1: it runs from new to old, so that its reports are torn */
	uint64_t foreign_lines; /* like a report, but not the kernel's */
	uint64_t failures;      /* page allocation failures */
};

/* What is known of the machine that the kill was on. */
enum ow_host_have {
	OW_HOST_CPUS = 1 << 0,
	OW_HOST_MEMORY = 1 << 1, /* memory_bytes */
	OW_HOST_SWAP = 1 << 2,   /* swap_bytes */
	OW_HOST_TIME = 1 << 3,   /* time_usec, boot_usec: one moment on both clocks */
	OW_HOST_SLEPT = 1 << 4,  /* slept_usec */
};

struct ow_host {
	unsigned have;
	const char *source;
	const char *name;
	const char *kernel;
	const char *boot_id; /* 32 hex digits */
	uint64_t cpus;
	uint64_t memory_bytes, swap_bytes;
	int64_t time_usec;   /* when the case was collected */
	uint64_t boot_usec;  /* the same moment on the kernel's clock */
	uint64_t slept_usec; /* how long the machine slept since boot: the error of boot times */
};

struct ow_case {
	/* The incident: the kills of one limit within 10 s of the first one, in their order. The
	 * first one is judged; of what was asked for, if it is in there. n_kills is 0 when no kill
	 * was found. */
	const struct ow_oom *const *kills;
	size_t n_kills;
	size_t n_more_kills; /* kills of the incident that are not among them: they were too many */
	size_t n_other_kills; /* kills in the sources that are not of this incident */
	size_t n_homeless; /* of them: by the kernel, and the record does not say of which cgroup */

	const struct ow_source *sources; /* n_sources of them, in the order they were looked at */
	size_t n_sources;
	const struct ow_container *containers;
	size_t n_containers;
	const struct ow_event *events; /* of each container by time */
	size_t n_events;
	const struct ow_name *names;
	size_t n_names;
	const struct ow_cgroup *cgroups;
	size_t n_cgroups;
	struct ow_host host;
	int64_t now_usec; /* the moment that ages are counted to; 0 when there is none */
	const char
		*asked; /* what was asked for: a container, a unit, "kill 7"; NULL for the newest */
	const char *asked_id; /* the owner's id that it stands for; NULL where it is none */
};

/* The container that the owner names, by its id; NULL when nothing is known of it. */
const struct ow_container *ow_case_container(const struct ow_case *c, const struct ow_owner *owner);

/* What people call the owner, as far as the case says: of a container its name, image and pod. All
 * of it is NULL where nobody told. */
struct ow_name ow_case_name(const struct ow_case *c, const struct ow_owner *owner);

/* The live cgroup of that path; NULL when it was not read. */
const struct ow_cgroup *ow_case_cgroup(const struct ow_case *c, const char *path);

#endif
