/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_UTF16_H
#define OW_BASE_UTF16_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * UTF-16 becomes UTF-8: what a Windows PowerShell makes of "kubectl logs klog > klog.txt". It is
 * fed in pieces of any size. Marks of the byte order are left out; half a character becomes U+FFFD.
 */
struct ow_utf16 {
	bool big;     /* the high byte comes first */
	bool has_odd; /* the first byte of a unit is in odd */
	uint8_t odd;
	uint16_t high; /* the first half of a character of two units; 0: none */
};

#define OW_UTF16_OUT_MIN 7 /* bytes that one more byte may become */

/* Takes bytes from in as long as out has room for what they become. Returns how many were taken;
 * *ret_n is how many were written. */
size_t ow_utf16_decode(struct ow_utf16 *u, const unsigned char *in, size_t n, unsigned char *out,
		       size_t room, size_t *ret_n);

#endif
