/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_SHA256_H
#define OW_BASE_SHA256_H

#include "base/scan.h"

#define OW_SHA256_MAX 65

/*
 * The SHA-256 of bytes as sha256sum(1) prints it, 64 hex digits:
 *
 *   ""  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
 *
 * Returns 0, or -ENOMEM when the library has no memory for it.
 */
int ow_sha256(struct ow_str bytes, char ret[OW_SHA256_MAX]);

#endif
