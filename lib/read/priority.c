/* SPDX-License-Identifier: Apache-2.0 */
#include "read/priority.h"

static const char *const levels[] = { "emerg", "alert",  "crit", "err",
				      "warn",  "notice", "info", "debug" };
static const char *const facilities[] = {
	"kern",   "user",   "mail",     "daemon", "auth",   "syslog", "lpr",    "news",
	"uucp",   "cron",   "authpriv", "ftp",    "ntp",    "audit",  "alert",  "clock",
	"local0", "local1", "local2",   "local3", "local4", "local5", "local6", "local7",
};

static bool find(struct ow_str word, const char *const *words, size_t n, unsigned *ret)
{
	for (size_t i = 0; i < n; i++)
		if (ow_str_is(word, words[i])) {
			*ret = (unsigned)i;
			return true;
		}
	return false;
}

bool ow_priority_of(struct ow_str facility, struct ow_str level, unsigned *ret)
{
	unsigned f, l;

	if (!find(facility, facilities, OW_ARRAY_SIZE(facilities), &f) ||
	    !find(level, levels, OW_ARRAY_SIZE(levels), &l))
		return false;
	*ret = f << 3 | l;
	return true;
}
