/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OW_BASE_ERR_H
#define OW_BASE_ERR_H

/*
 * A function that can fail returns a negative errno. One that knows more than errno can say also
 * takes a struct ow_err as its last parameter: filled on failure, untouched on success, owned by
 * the caller, free of pointers; NULL is allowed. The library never prints, logs or exits.
 *
 * Control bytes of names that are put in become "?": a message may go to a terminal.
 */
struct ow_err {
	char text[512]; /* one line without a full stop: "cannot open 'x': no such file" */
};

/* Fills err and returns -errnum, so that a failure is one statement. %m prints errnum's text. */
int ow_fail(struct ow_err *err, int errnum, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
