/* SPDX-License-Identifier: Apache-2.0 */
#include "analyze/heap.h"

#define PAGE 8192

/* class_to_size of Go's runtime/sizeclasses.go. */
static const uint16_t classes[] = {
	8,     16,    24,    32,    48,    64,    80,    96,    112,   128,   144,   160,
	176,   192,   208,   224,   240,   256,   288,   320,   352,   384,   416,   448,
	480,   512,   576,   640,   704,   768,   896,   1024,  1152,  1280,  1408,  1536,
	1792,  2048,  2304,  2688,  3072,  3200,  3456,  4096,  4864,  5376,  6144,  6528,
	6784,  6912,  8192,  9472,  9728,  10240, 10880, 12288, 13568, 14336, 16384, 18432,
	19072, 20480, 21760, 24576, 27264, 28672, 32768,
};

bool ow_heap_size_class(uint64_t bytes, uint64_t *min, uint64_t *max)
{
	const size_t last = OW_ARRAY_SIZE(classes) - 1;

	if (bytes > classes[last]) {
		*min = bytes - PAGE + 1;
		*max = bytes;
		return bytes % PAGE == 0;
	}
	for (size_t i = 0; i <= last; i++) {
		if (classes[i] != bytes)
			continue;
		/* Small objects without pointers share blocks of 16 bytes. */
		*min = i == 0 || bytes == 16 ? 1 : classes[i - 1] + 1U;
		*max = bytes;
		return true;
	}
	return false;
}
