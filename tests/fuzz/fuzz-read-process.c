/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read/process.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of a command line only what is before the first blank or NUL is shown. */
static void check_command(struct ow_str text, const char *command)
{
	static const char redacted[] = " [redacted]";
	const char *space = strchr(command, ' ');
	size_t word = 0;

	if (space && strcmp(space, redacted) != 0)
		abort();
	while (word < text.n && text.p[word] && text.p[word] != ' ')
		word++;
	if (strcspn(command, " ") > word || strchr(command, '/'))
		abort();
	if (memcmp(text.p + word - strcspn(command, " "), command, strcspn(command, " ")) != 0)
		abort();
}

static void check(const struct ow_process *p, unsigned gives, struct ow_str text)
{
	const int64_t *pid = p->ns_pids.item;

	if (p->have & ~gives)
		abort();
	for (size_t i = 0; i < p->ns_pids.n; i++)
		if (pid[i] < 0)
			abort();
	if ((p->have & OW_PROCESS_CGROUP) && p->cgroup[0] != '/')
		abort();
	if ((p->have & OW_PROCESS_COMMAND) != 0)
		check_command(text, p->command);
	if ((p->rss_bytes | p->rss_anon_bytes | p->pss_bytes | p->private_bytes) % 1024)
		abort();
	if ((p->have & OW_PROCESS_UID) && p->uid < 0)
		abort();
}

/* The first byte chooses the file; the rest is what is in it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ow_scoped(ow_arena_freep) struct ow_arena *arena = ow_arena_new(OW_MIB(64));
	const struct ow_process_file *file;
	struct ow_process p = { .pid = 1 };
	struct ow_str text = { (const char *)data + 1, size - 1 };
	int r;

	if (!arena || size == 0)
		return 0;
	file = &ow_process_files[data[0] % ow_process_files_n];
	r = ow_process_read(file, text, arena, &p);
	if (r > 0 || (r < 0 && (r != -EBADMSG || p.have)))
		abort();
	check(&p, file->gives, text);
	return 0;
}
