/* SPDX-License-Identifier: Apache-2.0 */
#include "record/term.h"

#define KIND "gfp_mask, the kind of an allocation"
#define FLAG "gfp_mask, a flag beside the kind"

/* clang-format off */
const struct ow_term ow_gfp_terms[] = {
	{ "GFP_KERNEL", KIND, "The usual kind: it may wait, write to disk and call file systems to get "
		"memory. It is for the kernel itself, or the charge of any page to a cgroup, also "
		"of one for a process." },
	{ "GFP_KERNEL_ACCOUNT", KIND, "Memory for the kernel itself that is charged to a cgroup. It "
		"may wait for it." },
	{ "GFP_USER", KIND, "Memory that the kernel reaches as well as a process does. It may wait "
		"for it." },
	{ "GFP_HIGHUSER", KIND, "Memory for a process, in any zone. It may wait for it." },
	{ "GFP_HIGHUSER_MOVABLE", KIND, "Memory for a process or its page cache, in any zone, to be "
		"moved when need be. It may wait for it." },
	{ "GFP_NOFS", KIND, "As GFP_KERNEL, but from inside a file system: it may not call one to get "
		"memory." },
	{ "GFP_NOIO", KIND, "As GFP_KERNEL, but from inside a disk driver: it may not write to disk to "
		"get memory." },
	{ "GFP_ATOMIC", KIND, "It cannot wait; it may use a part of the reserve." },
	{ "GFP_NOWAIT", KIND, "It does not wait: what is free now or nothing." },
	{ "GFP_TEMPORARY", KIND, "As GFP_KERNEL, for a short time. Up to 4.13." },
	{ "GFP_DMA", KIND, "Memory that the oldest devices reach: zone DMA alone." },
	{ "GFP_DMA32", KIND, "Memory below 4 GiB: zones DMA32 and DMA." },
	{ "GFP_TRANSHUGE", KIND, "A huge page. Without one it takes small ones." },
	{ "GFP_TRANSHUGE_LIGHT", KIND, "A huge page, if one can be had at once." },
	{ "__GFP_ACCOUNT", FLAG, "Charged to a cgroup, as a rule that of who asked." },
	{ "__GFP_ATOMIC", FLAG, "It cannot wait and may use a part of the reserve." },
	{ "__GFP_COLD", FLAG, "A page that no CPU's cache holds. Up to 4.14." },
	{ "__GFP_COMP", FLAG, "The pages of one block belong together. Of a single page it says nothing." },
	{ "__GFP_DIRECT_RECLAIM", FLAG, "It may free memory itself." },
	{ "__GFP_DMA", FLAG, "From zone DMA." },
	{ "__GFP_DMA32", FLAG, "From zone DMA32." },
	{ "__GFP_FS", FLAG, "It may call file systems." },
	{ "__GFP_HARDWALL", FLAG, "Only from the nodes that the cpuset allows." },
	{ "__GFP_HIGH", FLAG, "It may use a part of the reserve." },
	{ "__GFP_HIGHMEM", FLAG, "High memory will do." },
	{ "__GFP_IO", FLAG, "It may start reading and writing." },
	{ "__GFP_KSWAPD_RECLAIM", FLAG, "It wakes the kernel's own reclaim." },
	{ "__GFP_MEMALLOC", FLAG, "It may use all of the reserve." },
	{ "__GFP_MOVABLE", FLAG, "The page may be moved later." },
	{ "__GFP_NOFAIL", FLAG, "It may not fail: it tries until it has it." },
	{ "__GFP_NOMEMALLOC", FLAG, "It may not use the reserve." },
	{ "__GFP_NORETRY", FLAG, "It gives up early; as a rule that kills nobody." },
	{ "__GFP_NOTRACK", FLAG, "Not watched by kmemcheck. Up to 4.14." },
	{ "__GFP_NOWARN", FLAG, "A failure is not written to the log." },
	{ "__GFP_OTHER_NODE", FLAG, "Counted for another node." },
	{ "__GFP_RECLAIM", FLAG, "It may free memory itself, and wakes the kernel's own reclaim." },
	{ "__GFP_RECLAIMABLE", FLAG, "It can be given back: inodes, dentries." },
	{ "__GFP_REPEAT", FLAG, "It tries harder. Up to 4.12." },
	{ "__GFP_RETRY_MAYFAIL", FLAG, "It tries harder, but may fail in the end." },
	{ "__GFP_SKIP_KASAN", FLAG, "Not marked for the memory checker." },
	{ "__GFP_SKIP_ZERO", FLAG, "Need not be cleared." },
	{ "__GFP_THISNODE", FLAG, "From this one NUMA node or not at all." },
	{ "__GFP_WRITE", FLAG, "The page will be written to, and is dirty then." },
	{ "__GFP_ZERO", FLAG, "Cleared before it is handed out." },
	{ "__GFP_ZEROTAGS", FLAG, "Its memory tags are cleared." },
};
/* clang-format on */

const size_t ow_gfp_terms_n = sizeof(ow_gfp_terms) / sizeof(ow_gfp_terms[0]);
