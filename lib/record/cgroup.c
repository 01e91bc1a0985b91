/* SPDX-License-Identifier: Apache-2.0 */
#include "record/cgroup.h"

#include <stddef.h>

#define TABLE(fields, type)                                                        \
	{                                                                          \
		NULL, (fields), sizeof(fields) / sizeof((fields)[0]), sizeof(type) \
	}
#define FIELD(name_, type_, bit, sample_, help_)                                             \
	{                                                                                    \
		.name = #name_, .type = OW_TYPE_##type_, .offset = AT(name_), .have = (bit), \
		.sample = (sample_), .help = (help_)                                         \
	}
#define GROUP(name_, type_, bit, table, sample_, help_)                                      \
	{                                                                                    \
		.name = #name_, .type = OW_TYPE_##type_, .offset = AT(name_), .have = (bit), \
		.fields = &(table), .sample = (sample_), .help = (help_)                     \
	}

#define AT(field) offsetof(struct ow_name, field)
static const struct ow_field name_fields[] = {
	FIELD(runtime, TEXT, 0, NULL,
	      "What runs it: docker, podman, containerd, cri-o, lxc and others."),
	FIELD(id, TEXT, 0, NULL,
	      "Its id, whole where it is known whole; of a unit or session the name of its unit."),
	FIELD(name, TEXT, 0, NULL, "The name of the container."),
	FIELD(image, TEXT, 0, NULL, "What it was made from."),
	FIELD(pod, TEXT, 0, NULL, "The pod it is part of; the pod's uid where no name is known."),
	FIELD(namespace, TEXT, 0, NULL,
	      "The namespace of Kubernetes, or that of containerd where there is no pod."),
	FIELD(unit, TEXT, 0, NULL, "The systemd unit that it is, or lives in."),
};
static const struct ow_fields name_table = TABLE(name_fields, struct ow_name);
#undef AT

#define AT(field) offsetof(struct ow_cgroup_binding, field)
static const struct ow_field binding_fields[] = {
	FIELD(path, TEXT, 0, NULL, "The group whose limit it is: this one or one above it."),
	FIELD(limit_bytes, LIMIT, 0, NULL,
	      "The limit. null when no group up to the root has one: then only the machine limits."),
	FIELD(usage_bytes, U64, OW_CGROUP_BINDING_USAGE, NULL,
	      "What is charged to the group whose limit it is, other groups below it included."),
	FIELD(headroom_bytes, U64, OW_CGROUP_BINDING_USAGE, NULL,
	      "The limit less the usage, 0 where the usage is not below the limit. Page cache that "
	      "can be given back is usage, too: no headroom does not mean that a kill is near."),
};
static const struct ow_fields binding_table = TABLE(binding_fields, struct ow_cgroup_binding);
#undef AT

#define AT(field) offsetof(struct ow_cgroup_counter, field)
static const struct ow_field counter_fields[] = {
	FIELD(usage_bytes, U64, OW_CGROUP_COUNTER_USAGE, NULL, "What is charged now."),
	FIELD(limit_bytes, LIMIT, OW_CGROUP_COUNTER_LIMIT, NULL, "The limit; null is none."),
	FIELD(peak_bytes, U64, OW_CGROUP_COUNTER_PEAK, NULL,
	      "The most that was ever charged; v2 has it for swap from kernel 6.5."),
	FIELD(high_bytes, LIMIT, OW_CGROUP_COUNTER_HIGH, NULL,
	      "v2 swap: above it tasks that need swap are slowed down; null is none."),
};
static const struct ow_fields counter_table = TABLE(counter_fields, struct ow_cgroup_counter);
#undef AT

#define AT(field) offsetof(struct ow_psi_line, field)
static const struct ow_field psi_line_fields[] = {
	FIELD(avg10_permyriad, U64, 0, "avg10=0.22",
	      "The share of the last 10 s, in hundredths of a percent."),
	FIELD(avg60_permyriad, U64, 0, "avg60=0.17",
	      "The share of the last 60 s, in hundredths of a percent."),
	FIELD(avg300_permyriad, U64, 0, "avg300=1.11",
	      "The share of the last 300 s, in hundredths of a percent."),
	FIELD(total_usec, U64, 0, "total=58761459", "All of it since the group was made."),
};
static const struct ow_fields psi_line_table = TABLE(psi_line_fields, struct ow_psi_line);
#undef AT

#define AT(field) offsetof(struct ow_psi, field)
static const struct ow_field psi_fields[] = {
	GROUP(some, OBJECT, OW_PSI_SOME, psi_line_table, "some avg10=0.22 avg60=0.17",
	      "Time in which at least one task of the group waited for memory."),
	GROUP(full, OBJECT, OW_PSI_FULL, psi_line_table, "full avg10=0.22 avg60=0.17",
	      "Time in which all tasks of the group that had something to do waited for memory."),
};
static const struct ow_fields psi_table = TABLE(psi_fields, struct ow_psi);
#undef AT

#define AT(field) offsetof(struct ow_cgroup, field)
static const struct ow_field cgroup_fields[] = {
	FIELD(path, TEXT, 0, NULL,
	      "The group, as the kernel names it in its lines, from the root of the hierarchy."),
	FIELD(version, U64, 0, NULL, "Of cgroups: 1 or 2."),
	GROUP(container, OBJECT, OW_CGROUP_CONTAINER, name_table, NULL,
	      "Whose group it is: a container, a pod or a unit."),
	FIELD(usage_bytes, U64, OW_CGROUP_USAGE, "memory.current",
	      "What is charged to the group and those below it, page cache included. v1: "
	      "memory.usage_in_bytes."),
	FIELD(limit_bytes, LIMIT, OW_CGROUP_LIMIT, "memory.max",
	      "The group's own limit; null is none. v1: memory.limit_in_bytes."),
	GROUP(binding_limit, OBJECT, OW_CGROUP_BINDING_LIMIT, binding_table, NULL,
	      "The limit that the group will meet first: its own or that of a group above it, "
	      "whichever has the least headroom; of equal ones the nearest. Absent when a value on "
	      "the way up could not be read."),
	FIELD(peak_bytes, U64, OW_CGROUP_PEAK, "memory.peak",
	      "The most that was ever charged, or since it was reset: v2 from kernel 5.19. v1: "
	      "memory.max_usage_in_bytes. Being at the limit proves no kill: page cache gets there, "
	      "too."),
	FIELD(soft_limit_bytes, LIMIT, OW_CGROUP_SOFT_LIMIT, "memory.soft_limit_in_bytes",
	      "v1: above it the group is reclaimed first when the machine is short; null is none."),
	FIELD(high_bytes, LIMIT, OW_CGROUP_HIGH, "memory.high",
	      "v2: above it the group is slowed down and reclaimed, but never killed; null is none."),
	FIELD(min_bytes, LIMIT, OW_CGROUP_MIN, "memory.min",
	      "v2: memory that is never reclaimed from the group; null is all of it."),
	FIELD(low_bytes, LIMIT, OW_CGROUP_LOW, "memory.low",
	      "v2: memory that is reclaimed from the group only when nothing else is left; null is "
	      "all of it."),
	GROUP(swap, OBJECT, OW_CGROUP_SWAP, counter_table, "memory.swap.current",
	      "v2: swap of the group, with limits of its own."),
	GROUP(zswap, OBJECT, OW_CGROUP_ZSWAP, counter_table, "memory.zswap.current",
	      "v2: memory that holds compressed swap pages. It is part of usage_bytes."),
	GROUP(memsw, OBJECT, OW_CGROUP_MEMSW, counter_table, "memory.memsw.usage_in_bytes",
	      "v1: memory and swap together, under one limit. It is not swap."),
	GROUP(kmem, OBJECT, OW_CGROUP_KMEM, counter_table, "memory.kmem.usage_in_bytes",
	      "v1: memory of the kernel. It is part of usage_bytes and the only number of kernel "
	      "memory there."),
	GROUP(kmem_tcp, OBJECT, OW_CGROUP_KMEM_TCP, counter_table, "memory.kmem.tcp.usage_in_bytes",
	      "v1: buffers of TCP sockets. They are not part of usage_bytes."),
	FIELD(oom_kills, U64, OW_CGROUP_OOM_KILLS, "oom_kill 1",
	      "Processes that an OOM kill took, whichever limit was hit. v2 (memory.events): of the "
	      "group and those below it. v1 (memory.oom_control, from 4.13): of this very group."),
	FIELD(oom_group, BOOL, OW_CGROUP_OOM_GROUP, "memory.oom.group",
	      "v2: an OOM kill takes all processes of the group."),
	FIELD(oom_kill_disable, BOOL, OW_CGROUP_OOM_KILL_DISABLE, "oom_kill_disable 0",
	      "v1: nobody is killed at the limit; tasks stand still instead until there is memory."),
	FIELD(under_oom, BOOL, OW_CGROUP_UNDER_OOM, "under_oom 0",
	      "v1: the group is at its limit now, and tasks may be standing still."),
	FIELD(use_hierarchy, BOOL, OW_CGROUP_USE_HIERARCHY, "memory.use_hierarchy",
	      "v1: what the groups below it use is charged to the group as well. From kernel 5.11 "
	      "it always is."),
	FIELD(stat, MAP, OW_CGROUP_STAT, "memory.stat",
	      "What the memory is made of, by the kernel's names: bytes, and counts for the names "
	      "that begin with pg or workingset and some more. v2: with the groups below; v1: the "
	      "names with total_ are."),
	FIELD(events, MAP, OW_CGROUP_EVENTS, "memory.events",
	      "v2: how often limits were met, of the group and those below it. max and oom are no "
	      "counts of kills: they rise without any."),
	FIELD(events_local, MAP, OW_CGROUP_EVENTS_LOCAL, "memory.events.local",
	      "v2, in newer kernels: the same of the very group. oom rises where the limit is, oom_kill "
	      "where the victim lived."),
	FIELD(swap_events, MAP, OW_CGROUP_SWAP_EVENTS, "memory.swap.events",
	      "v2: how often swap of the group was slowed down (high), met its limit (max) or could "
	      "not be had (fail)."),
	GROUP(psi, OBJECT, OW_CGROUP_PSI, psi_table, "memory.pressure",
	      "v2: how much of the time tasks of the group waited for memory."),
	FIELD(pids_current, U64, OW_CGROUP_PIDS_CURRENT, "pids.current",
	      "Tasks of the group and those below it; each thread is one."),
	FIELD(pids_limit, LIMIT, OW_CGROUP_PIDS_LIMIT, "pids.max",
	      "How many there may be; null is no limit."),
	FIELD(processes, U64, OW_CGROUP_PROCESSES, "cgroup.procs",
	      "Processes in this very group, those below it not included."),
	FIELD(descendants, U64, OW_CGROUP_DESCENDANTS, "nr_descendants 3",
	      "v2: groups below this one."),
	FIELD(dying_descendants, U64, OW_CGROUP_DYING_DESCENDANTS, "nr_dying_descendants 0",
	      "v2: groups below this one that were removed, and that something they were charged "
	      "for still holds."),
};
const struct ow_fields ow_cgroup_fields = {
	.schema = "oomwhy.cgroup/1",
	.item = cgroup_fields,
	.n = sizeof(cgroup_fields) / sizeof(cgroup_fields[0]),
	.size = sizeof(struct ow_cgroup),
};
#undef AT

const struct ow_field *ow_cgroup_field(struct ow_str name)
{
	for (size_t i = 0; i < ow_cgroup_fields.n; i++)
		if (ow_str_is(name, cgroup_fields[i].name))
			return &cgroup_fields[i];
	return NULL;
}
