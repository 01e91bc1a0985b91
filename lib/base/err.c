/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

int ow_fail(struct ow_err *err, int errnum, const char *format, ...)
{
	va_list args;

	if (err) {
		errno = errnum;
		va_start(args, format);
		(void)vsnprintf(err->text, sizeof(err->text), format, args);
		va_end(args);
	}
	/* Control bytes of a name from outside must not reach a terminal by way of a message. */
	for (char *c = err ? err->text : NULL; c && *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return -errnum;
}
