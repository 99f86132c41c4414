// SPDX-License-Identifier: GPL-2.0
/*
 * note.c - a fixed table of notes, keyed by object.
 *
 * tcp_time_wait() moves a connection into a minisock and then closes the full
 * socket. The two hooks see it a moment apart, nearly always on one CPU with
 * nothing like it in between, so each CPU has one place for such a note, @moved.
 * But a process may be preempted and moved between them, or a softirq may do
 * the same for another socket: then the earlier note makes way, to the table;
 * and who does not find his on this CPU looks on the others.
 *
 * None of it may need memory. A note lives for that moment only (that of a
 * killed minisock until its last reference goes), so there are never more than
 * the few tasks that were preempted just there: 512 places in cache-line buckets
 * are plenty. A note that finds its bucket full is lost, and one minisock counted
 * as a connection of its own; lost_notes says so.
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
#include <linux/percpu.h>

#include "note.h"

#define NOTE_BITS	6
#define NOTE_PLACES	8
#define NOTE_MASK	7UL	/* objects are at least 8-byte aligned */

struct bucket {
	unsigned long place[NOTE_PLACES];
} ____cacheline_aligned_in_smp;

static struct bucket buckets[1 << NOTE_BITS];

/* The last full socket on this CPU whose connection moved, until it is closed. */
static DEFINE_PER_CPU(const void *, moved);

atomic_t census_notes = ATOMIC_INIT(0);

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

/* Return: the place, NULL when there was none. */
static unsigned long *claim(const void *obj, enum census_note note)
{
	unsigned long word = (unsigned long)obj | note;
	struct bucket *b = bucket_of(obj);
	unsigned int i;

	/* First, so that who looks for a note knows that there are. */
	atomic_inc(&census_notes);
	for (i = 0; i < NOTE_PLACES; i++)
		if (!READ_ONCE(b->place[i]) && !cmpxchg(&b->place[i], 0, word))
			return &b->place[i];
	atomic_dec(&census_notes);
	return NULL;
}

/* Once only: who evicts a note and who takes it may both be at it. */
static void release(unsigned long *place, unsigned long word)
{
	if (cmpxchg(place, word, 0) == word)
		atomic_dec(&census_notes);
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
 * __census_note_take() - census_note_take() when there are notes
 * @obj: the object; nobody else writes notes about it meanwhile
 *
 * Context: any but NMI.
 * Return: the note, %CENSUS_NOTE_NONE when there is none.
 */
enum census_note __census_note_take(const void *obj)
{
	enum census_note note = CENSUS_NOTE_NONE;
	unsigned long *place, word;

	while ((place = find(obj))) {
		word = READ_ONCE(*place);
		if ((word & ~NOTE_MASK) != (unsigned long)obj)
			continue;
		note = word & NOTE_MASK;
		release(place, word);
	}
	return note;
}

/**
 * census_note_moved() - a full socket's connection lives on in a minisock
 * @obj: the full socket, its lock held
 *
 * The note of an earlier one makes way: it is in the table before it goes from
 * here, or its owner on another CPU could miss it. If that one takes it here
 * just then, the copy is not for anybody.
 *
 * Context: any but NMI, preemption off.
 * Return: false when the earlier one was lost.
 */
bool census_note_moved(const void *obj)
{
	const void **mine = this_cpu_ptr(&moved), *earlier;
	unsigned long *copy;

	while ((earlier = cmpxchg(mine, NULL, obj))) {
		copy = claim(earlier, CENSUS_NOTE_MOVED);
		if (cmpxchg(mine, earlier, obj) == earlier)
			return copy;
		if (copy)
			release(copy, (unsigned long)earlier | CENSUS_NOTE_MOVED);
	}
	return true;
}

static bool take_here(const void *obj)
{
	return cmpxchg(this_cpu_ptr(&moved), obj, NULL) == obj;
}

/* It was preempted and moved, or is closed for another reason. */
static bool take_elsewhere(const void *obj)
{
	int cpu;

	for_each_possible_cpu(cpu)
		if (READ_ONCE(per_cpu(moved, cpu)) == obj &&
		    cmpxchg(&per_cpu(moved, cpu), obj, NULL) == obj)
			return true;
	return false;
}

/**
 * census_note_take_moved() - census_note_take() where census_note_moved() may be
 * @obj: a full socket, its lock held
 *
 * Context: any but NMI, preemption off.
 * Return: the note.
 */
enum census_note census_note_take_moved(const void *obj)
{
	bool found = likely(take_here(obj)) || take_elsewhere(obj);
	enum census_note note;

	smp_rmb();	/* who makes it go here has put it into the table before */
	note = census_note_take(obj);
	return found ? CENSUS_NOTE_MOVED : note;
}
