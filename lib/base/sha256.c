/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sha256.h"

#include <errno.h>
#include <openssl/evp.h>

int ow_sha256(struct ow_str bytes, char ret[OW_SHA256_MAX])
{
	static const char digits[] = "0123456789abcdef";
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned n = 0;

	if (EVP_Digest(bytes.n ? bytes.p : "", bytes.n, sum, &n, EVP_sha256(), NULL) != 1 ||
	    2 * n + 1 != OW_SHA256_MAX)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		ret[2 * i] = digits[sum[i] >> 4];
		ret[2 * i + 1] = digits[sum[i] & 15];
	}
	ret[OW_SHA256_MAX - 1] = '\0';
	return 0;
}
