/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/process-sum.h"

/* Kernel threads and zombies have no memory, and no line for it. */
static bool has_memory(const struct ow_process *process)
{
	return process->have & OW_PROCESS_RSS;
}

/* Nothing is known of it, or not what its pages are (before 4.5). */
static bool is_unreadable(const struct ow_process *process)
{
	return !process->state || (has_memory(process) && !(process->have & OW_PROCESS_RSS_PARTS));
}

static bool has_pss(const struct ow_process *process)
{
	const unsigned parts = OW_PROCESS_PSS_PARTS | OW_PROCESS_SWAP_PSS;

	return (process->have & parts) == parts;
}

static void add(uint64_t *sum, uint64_t bytes)
{
	if (__builtin_add_overflow(*sum, bytes, sum))
		*sum = UINT64_MAX;
}

static void add_process(struct ow_process_sum *sum, const struct ow_process *process)
{
	add(&sum->anon_bytes, sum->is_pss ? process->pss_anon_bytes : process->rss_anon_bytes);
	add(&sum->shmem_bytes, sum->is_pss ? process->pss_shmem_bytes : process->rss_shmem_bytes);
	add(&sum->swap_bytes, sum->is_pss ? process->swap_pss_bytes : process->swap_bytes);
	add(&sum->pgtables_bytes, process->pgtables_bytes);
}

/* usage less what the processes hold, of any sign. False when that is no number. */
static bool rest_of(uint64_t usage, const struct ow_process_sum *sum, int64_t *ret)
{
	uint64_t held = sum->anon_bytes;

	add(&held, sum->shmem_bytes);
	add(&held, sum->pgtables_bytes);
	return !__builtin_sub_overflow(usage, held, ret);
}

void ow_process_sum(const struct ow_process *process, size_t n, const struct ow_cgroup *group,
		    struct ow_process_sum *ret)
{
	struct ow_process_sum sum = { .processes = n, .is_pss = n > 0 };

	for (size_t i = 0; i < n; i++) {
		if (is_unreadable(&process[i]))
			sum.unreadable++;
		if (has_memory(&process[i]) && !has_pss(&process[i]))
			sum.is_pss = false;
	}
	for (size_t i = 0; i < n; i++)
		add_process(&sum, &process[i]);
	if (group && (group->have & OW_CGROUP_USAGE) && sum.unreadable == 0)
		sum.has_rest = rest_of(group->usage_bytes, &sum, &sum.rest_bytes);
	*ret = sum;
}
