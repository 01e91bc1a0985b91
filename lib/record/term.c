/* SPDX-License-Identifier: Apache-2.0 */
#include "record/term.h"

#define V1   "memory.stat, cgroup v1"
#define V2   "memory.stat, cgroup v2"
#define BOTH "memory.stat, cgroup v1 and v2"
#define INFO "Mem-Info of the machine"
#define ALL  "memory.stat and Mem-Info"

/* clang-format off */
const struct ow_term ow_terms[] = {
	{ "anon", V2, "Anonymous memory: heaps, stacks, private mappings. It has no file behind it "
		"and can only go to swap." },
	{ "file", V2, "Page cache, with shmem (tmpfs, memfd, shared mappings) as a part of it. Clean "
		"cache is given back before anybody is killed; shmem is not." },
	{ "kernel", V2, "All memory of the kernel that is charged to the group, from 5.18: stacks, "
		"page tables, slab, percpu, vmalloc, pipes and more. Older kernels only print the "
		"parts." },
	{ "kernel_stack", V2, "Kernel stacks, usually 16 KiB a thread. Part of kernel." },
	{ "pagetables", ALL, "Page tables, in memory.stat from 5.11. About 0.2 % of what is mapped is "
		"normal; ten times that means sparse or many mappings. Part of kernel." },
	{ "sec_pagetables", ALL, "Page tables of virtual machines and IOMMUs. Part of kernel." },
	{ "percpu", V2, "Per-CPU data, such as BPF maps and counters of nested groups. Part of kernel." },
	{ "sock", V2, "Buffers of TCP and UDP sockets. Unix sockets show up as slab instead." },
	{ "vmalloc", V2, "Memory the kernel mapped page by page: BPF, modules, stacks. Part of kernel." },
	{ "shmem", BOTH, "Shared memory: tmpfs files, memfd, System V, shared anonymous mappings. Part of "
		"file (cache on v1). It stays until the last user or the file is gone, whoever is killed." },
	{ "zswap", V2, "Memory that holds compressed swap pages. Part of kernel." },
	{ "zswapped", V2, "How much memory was compressed into zswap." },
	{ "file_mapped", V2, "Cache pages that are mapped into a process. Part of file." },
	{ "file_dirty", V2, "Cache that has to be written to disk before it can be given back. Part of file." },
	{ "file_writeback", V2, "Cache that is being written to disk now. Part of file." },
	{ "swapcached", V2, "Swap that is in memory as well, from 5.12. It is charged to the group." },
	{ "anon_thp", V2, "Anonymous memory in huge pages. A huge page is resident even where only one "
		"byte of it is used. Part of anon." },
	{ "file_thp", V2, "Cache in huge pages. Part of file." },
	{ "shmem_thp", V2, "Shared memory in huge pages. Part of shmem." },
	{ "inactive_anon", ALL, "Anonymous and shared memory that was not used of late: first to swap." },
	{ "active_anon", ALL, "Anonymous and shared memory in use." },
	{ "inactive_file", ALL, "Cache that was not used of late: first to be given back." },
	{ "active_file", ALL, "Cache in use; given back after the inactive one." },
	{ "isolated_anon", INFO, "Anonymous pages that reclaim had in its hands at that moment." },
	{ "isolated_file", INFO, "Cache pages that reclaim had in its hands at that moment." },
	{ "unevictable", ALL, "Pages that may not be reclaimed: mlocked, or held by a driver." },
	{ "slab", V2, "The kernel's small objects: inodes, dentries, sockets, messages. The sum of the "
		"two below. Part of kernel." },
	{ "slab_reclaimable", ALL, "Slab that can be given back, mostly dentries and inodes." },
	{ "slab_unreclaimable", ALL, "Slab that cannot be given back while its owner lives." },
	{ "pgfault", BOTH, "Page faults, a count." },
	{ "pgmajfault", BOTH, "Page faults that had to read from disk, a count. Many of them mean that "
		"the group was thrashing." },
	{ "pgscan", V2, "Pages that reclaim looked at, a count." },
	{ "pgsteal", V2, "Pages that reclaim took, a count." },
	{ "workingset_refault_anon", BOTH, "Swapped pages that were needed again at once, a count." },
	{ "workingset_refault_file", BOTH, "Cache pages that were needed again at once, a count." },
	{ "cache", V1, "Page cache, with shmem as a part of it. The group alone; total_cache has the "
		"groups below as well." },
	{ "rss", V1, "Anonymous memory and swap cache. It is not the resident size of processes." },
	{ "rss_huge", V1, "Anonymous memory in huge pages. Part of rss." },
	{ "mapped_file", V1, "Cache pages that are mapped into a process. Part of cache." },
	{ "dirty", V1, "Cache that has to be written to disk before it can be given back." },
	{ "writeback", V1, "Cache that is being written to disk now." },
	{ "swap", V1, "What the group has in swap." },
	{ "pgpgin", V1, "Charges to the group, a count." },
	{ "pgpgout", V1, "Charges that were given back, a count." },
	{ "hierarchical_memory_limit", V1, "The smallest memory limit from the group up to the root." },
	{ "hierarchical_memsw_limit", V1, "The smallest memory and swap limit from the group to the root." },
	{ "mapped", INFO, "Cache and shared pages that are mapped into a process." },
	{ "kernel_misc_reclaimable", INFO, "Other memory of the kernel that can be given back." },
	{ "bounce", INFO, "Pages for devices that cannot reach all memory." },
	{ "free", INFO, "Free pages, all zones and nodes together. Free is not usable: a zone keeps its "
		"reserve, and the allocation may be bound to another zone or node." },
	{ "hugetlb", INFO, "Memory that is set aside as huge pages, of all sizes and nodes together." },
	{ "hugetlb_free", INFO, "What of hugetlb is in no use. Nothing else can have it." },
	{ "free_pcp", INFO, "Free pages on the lists of the CPUs." },
	{ "free_cma", INFO, "Free pages of the area for contiguous allocations; not every allocation may "
		"use them. Part of free." },
};
/* clang-format on */

const size_t ow_terms_n = sizeof(ow_terms) / sizeof(ow_terms[0]);
