// SPDX-License-Identifier: GPL-2.0
/*
 * note.c - a fixed table of notes, keyed by object.
 *
 * tcp_time_wait() moves a connection into a minisock and then closes the full
 * socket. The two hooks see it a moment apart, in softirq or in a process
 * that may be preempted and moved between them, so neither a per-CPU variable
 * nor the task can carry the news; nor may it need memory. A note lives for
 * that moment only (that of a killed minisock until its last reference goes),
 * so there are never more than the CPUs plus the few tasks that were preempted
 * just there: 512 places in cache-line buckets are plenty. A note that finds
 * its bucket full is lost, and one minisock counted as a connection of its
 * own; lost_notes says so.
 *
 * Who writes a note of a full socket and who takes it are ordered by its lock,
 * so places need none: cmpxchg() claims one, only its owner frees it. Several
 * `ss -K` or RSTs of one minisock at a time may leave a second note; whoever
 * takes one, takes all.
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/kernel.h>

#include "note.h"

#define NOTE_BITS	6
#define NOTE_PLACES	8
#define NOTE_MASK	7UL	/* objects are at least 8-byte aligned */

struct bucket {
	unsigned long place[NOTE_PLACES];
} ____cacheline_aligned_in_smp;

static struct bucket buckets[1 << NOTE_BITS];

static struct bucket *bucket_of(const void *obj)
{
	return &buckets[hash_ptr(obj, NOTE_BITS)];
}

static unsigned long *find(const void *obj)
{
	struct bucket *b = bucket_of(obj);
	unsigned int i;

	for (i = 0; i < NOTE_PLACES; i++)
		if ((READ_ONCE(b->place[i]) & ~NOTE_MASK) == (unsigned long)obj)
			return &b->place[i];
	return NULL;
}

static bool claim(const void *obj, enum census_note note)
{
	unsigned long word = (unsigned long)obj | note;
	struct bucket *b = bucket_of(obj);
	unsigned int i;

	for (i = 0; i < NOTE_PLACES; i++)
		if (!READ_ONCE(b->place[i]) && !cmpxchg(&b->place[i], 0, word))
			return true;
	return false;
}

/**
 * census_note_set() - leave a note about an object, or change it
 * @obj: the object; nobody else writes notes about it meanwhile
 * @note: what to say
 *
 * Context: any but NMI.
 * Return: false when there was no place for it.
 */
bool census_note_set(const void *obj, enum census_note note)
{
	unsigned long *place = find(obj);

	if (!place)
		return claim(obj, note);
	WRITE_ONCE(*place, (unsigned long)obj | note);
	return true;
}

/**
 * census_note_add() - leave a note about an object that has none
 * @obj: the object; others may write notes about it, nobody takes them
 * @note: what to say
 *
 * Context: any but NMI.
 * Return: false when there was no place for it.
 */
bool census_note_add(const void *obj, enum census_note note)
{
	return find(obj) || claim(obj, note);
}

/**
 * census_note_take() - read the note about an object and remove it
 * @obj: the object; nobody else writes notes about it meanwhile
 *
 * Context: any but NMI.
 * Return: the note, %CENSUS_NOTE_NONE when there is none.
 */
enum census_note census_note_take(const void *obj)
{
	enum census_note note = CENSUS_NOTE_NONE;
	unsigned long *place;

	while ((place = find(obj))) {
		note = *place & NOTE_MASK;
		WRITE_ONCE(*place, 0);
	}
	return note;
}
