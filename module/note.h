/* SPDX-License-Identifier: GPL-2.0 */
/*
 * note.h - short-lived notes about kernel objects.
 */
#ifndef _CENSUS_NOTE_H
#define _CENSUS_NOTE_H

#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/types.h>

/**
 * enum census_note - what one hook has to tell the next about an object
 * @CENSUS_NOTE_NONE: nothing
 * @CENSUS_NOTE_MOVED: a full socket's connection lives on in a minisock
 * @CENSUS_NOTE_KILLED: this host ends the connection, and nothing in the
 *	object will say so
 * @CENSUS_NOTE_RESET: a RST ends a timewait minisock
 */
enum census_note {
	CENSUS_NOTE_NONE,
	CENSUS_NOTE_MOVED,
	CENSUS_NOTE_KILLED,
	CENSUS_NOTE_RESET,
};

/* Notes in the table: most of the time there is none to look for. */
extern atomic_t census_notes;

bool census_note_set(const void *obj, enum census_note note);
bool census_note_add(const void *obj, enum census_note note);
enum census_note __census_note_take(const void *obj);
bool census_note_moved(const void *obj);
enum census_note census_note_take_moved(const void *obj);

/**
 * census_note_take() - read the note about an object and remove it
 * @obj: the object; nobody else writes notes about it meanwhile
 *
 * Context: any but NMI.
 * Return: the note, %CENSUS_NOTE_NONE when there is none.
 */
static inline enum census_note census_note_take(const void *obj)
{
	if (likely(!atomic_read(&census_notes)))
		return CENSUS_NOTE_NONE;
	return __census_note_take(obj);
}

#endif
