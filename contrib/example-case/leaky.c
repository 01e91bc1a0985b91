/* SPDX-License-Identifier: Apache-2.0 */
/* The program of the example case: answers requests that nobody sends, and keeps what it should
 * have freed, 1 MiB every 10 ms. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
	static char *kept[4096];

	for (size_t n = 0; n < sizeof(kept) / sizeof(kept[0]); n++) {
		kept[n] = malloc(1 << 20);
		if (!kept[n])
			return EXIT_FAILURE;
		memset(kept[n], 'x', 1 << 20);
		(void)usleep(10000);
	}
	return EXIT_SUCCESS;
}
