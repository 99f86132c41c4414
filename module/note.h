/* SPDX-License-Identifier: GPL-2.0 */
/*
 * note.h - short-lived notes about kernel objects.
 */
#ifndef _CENSUS_NOTE_H
#define _CENSUS_NOTE_H

#include <linux/types.h>

/**
 * enum census_note - what one hook has to tell the next about an object
 * @CENSUS_NOTE_NONE: nothing
 * @CENSUS_NOTE_LINGER: a full socket asks for a timewait minisock
 * @CENSUS_NOTE_MOVED: a full socket's connection lives on in a minisock
 * @CENSUS_NOTE_KILLED: this host ends the connection, and nothing in the
 *	object will say so
 * @CENSUS_NOTE_RESET: a RST ends a timewait minisock
 */
enum census_note {
	CENSUS_NOTE_NONE,
	CENSUS_NOTE_LINGER,
	CENSUS_NOTE_MOVED,
	CENSUS_NOTE_KILLED,
	CENSUS_NOTE_RESET,
};

bool census_note_set(const void *obj, enum census_note note);
bool census_note_add(const void *obj, enum census_note note);
enum census_note census_note_take(const void *obj);

#endif
