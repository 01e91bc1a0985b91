/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target over every file of its corpus, for builds without a fuzzing engine. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run(const char *folder, const char *name)
{
	char path[4096];
	uint8_t *data = NULL;
	FILE *file;
	long size = -1;
	int r = -1;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "rb");
	if (file && fseek(file, 0, SEEK_END) == 0)
		size = ftell(file);
	if (size >= 0)
		data = malloc((size_t)size + 1);
	if (data && fseek(file, 0, SEEK_SET) == 0 &&
	    fread(data, 1, (size_t)size, file) == (size_t)size)
		r = LLVMFuzzerTestOneInput(data, (size_t)size);
	if (r < 0)
		fprintf(stderr, "cannot read %s\n", path);
	free(data);
	if (file)
		(void)fclose(file);
	return r;
}

int main(int argc, char *argv[])
{
	struct dirent **entry = NULL;
	int n = argc == 2 ? scandir(argv[1], &entry, NULL, alphasort) : -1;
	int ran = 0, bad = 0;

	for (int i = 0; i < n; i++) {
		if (entry[i]->d_name[0] != '.') {
			ran++;
			bad += run(argv[1], entry[i]->d_name) < 0;
		}
		free(entry[i]);
	}
	free(entry);
	if (ran == 0)
		fprintf(stderr, "usage: %s CORPUS (a folder with files)\n", argv[0]);
	return ran == 0 || bad ? EXIT_FAILURE : EXIT_SUCCESS;
}
