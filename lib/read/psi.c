/* SPDX-License-Identifier: Apache-2.0 */
#include "read/psi.h"

#include <errno.h>

/* "0.22" as 22: always two places, and a share is never more than the whole. */
static bool scan_permyriad(struct ow_str *s, uint64_t *ret)
{
	struct ow_str rest = *s, places;
	uint64_t whole, part;

	if (!ow_scan_u64(&rest, &whole) || whole > 100 || !ow_scan_char(&rest, '.') || rest.n < 2)
		return false;
	places = (struct ow_str){ rest.p, 2 };
	if (!ow_scan_u64(&places, &part) || places.n)
		return false;
	*ret = whole * 100 + part;
	*s = ow_str_skip(rest, 2);
	return true;
}

/* " avg10=0.22 avg60=0.17 avg300=1.11 total=58761459" */
static bool scan_line(struct ow_str s, struct ow_psi_line *ret)
{
	struct ow_psi_line line;

	if (!ow_scan_lit(&s, " avg10=") || !scan_permyriad(&s, &line.avg10_permyriad) ||
	    !ow_scan_lit(&s, " avg60=") || !scan_permyriad(&s, &line.avg60_permyriad) ||
	    !ow_scan_lit(&s, " avg300=") || !scan_permyriad(&s, &line.avg300_permyriad) ||
	    !ow_scan_lit(&s, " total=") || !ow_scan_u64(&s, &line.total_usec) || s.n)
		return false;
	*ret = line;
	return true;
}

int ow_psi_read(struct ow_str text, struct ow_psi *ret)
{
	struct ow_psi psi = { 0 };
	struct ow_str line;

	while (ow_scan_line(&text, &line)) {
		if (ow_scan_lit(&line, "some") && scan_line(line, &psi.some))
			psi.have |= OW_PSI_SOME;
		else if (ow_scan_lit(&line, "full") && scan_line(line, &psi.full))
			psi.have |= OW_PSI_FULL;
	}
	if (!psi.have)
		return -EBADMSG;
	*ret = psi;
	return 0;
}
