/* SPDX-License-Identifier: Apache-2.0 */
#include "record/term.h"

#define LIST "kind, and the column KIND of oomwhy kills"

/* clang-format off */
const struct ow_term ow_kind_terms[] = {
	{ "memcg", LIST, "The limit of a memory cgroup was hit: a container's, a service's, or that of a group "
		"above them. The machine may have had memory to spare." },
	{ "global", LIST, "The machine had no memory left that the request could use." },
	{ "cpuset", LIST, "The NUMA nodes that a cpuset allows had no memory left; others may have had." },
	{ "mempolicy", LIST, "The NUMA nodes that a memory policy allows had no memory left; others may have had." },
	{ "sysrq", LIST, "Somebody asked the kernel to kill, with SysRq f. No limit was hit." },
	{ "panic", LIST, "The machine stopped instead of killing, as vm.panic_on_oom has it." },
	{ "userspace", LIST, "Not the kernel killed but a program that watches memory: systemd-oomd, oomd, "
		"earlyoom, nohang or lmkd. What there is of it is what that program says of itself." },
	{ "allocation-failure", LIST " --all", "No kill. The kernel refused a request for memory, printed the "
		"state of its memory and went on: the request was for many pages at a stretch, or could "
		"not wait. Who asked may cope with it, or fail." },
};
/* clang-format on */

const size_t ow_kind_terms_n = sizeof(ow_kind_terms) / sizeof(ow_kind_terms[0]);
