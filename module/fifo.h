/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fifo.h - the records of one state, CPU and namespace in order of age.
 */
#ifndef _CENSUS_FIFO_H
#define _CENSUS_FIFO_H

#include <linux/compiler.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/spinlock.h>

#include "state.h"
#include "table.h"

/**
 * struct census_fifo - records in one state, the oldest first
 * @first: the oldest; the others follow it by @link, in a circle. NULL: none
 * @due: the first that is not overdue; all before it are. NULL: none
 */
struct census_fifo {
	struct census_record *first;
	struct census_record *due;
};

/**
 * struct census_fifos - the lists of one CPU and namespace
 * @state: one list per state
 * @cursor: the record of FIN_WAIT1 that reap.c looks at next. NULL: none
 * @lock: Protects: all the lists, and the records in them. Ordering: inside
 *	any lock of TCP's; outside the hash table's. Taken with BH off.
 *
 * A record stays in the list it was put in, whatever CPU takes it out.
 */
struct census_fifos {
	struct census_fifo state[CENSUS_STATES];
	struct census_record *cursor;
	spinlock_t lock;	/* see above */
};

/**
 * __census_fifo_next() - the record after another
 * @fifo: the list; its lock is held
 * @rec: a record in it
 *
 * Context: BH off.
 * Return: the next younger one, NULL at the end.
 */
static inline struct census_record *
__census_fifo_next(const struct census_fifo *fifo, struct census_record *rec)
{
	struct census_record *next = list_next_entry(rec, link);

	return next == fifo->first ? NULL : next;
}

/**
 * __census_fifo_add() - put a record at the end of its state's list
 * @fifos: the lists of this CPU
 * @rec: the record, not older than any in that list
 *
 * As list_add_tail(), which CONFIG_LIST_HARDENED makes a call at every event.
 * Context: BH off.
 */
static inline void __census_fifo_add(struct census_fifos *fifos,
				     struct census_record *rec)
	__must_hold(&fifos->lock)
{
	struct census_fifo *fifo = &fifos->state[rec->state];
	struct census_record *first = fifo->first;
	struct list_head *prev;

	lockdep_assert_held(&fifos->lock);
	if (!fifo->due)
		fifo->due = rec;
	if (!first) {
		INIT_LIST_HEAD(&rec->link);
		fifo->first = rec;
		return;
	}
	prev = first->link.prev;
	rec->link.next = &first->link;
	rec->link.prev = prev;
	first->link.prev = &rec->link;
	prev->next = &rec->link;
}

/**
 * __census_fifo_del() - take a record out of its state's list
 * @fifos: the lists of the CPU it was put in
 * @rec: the record
 *
 * Likewise. Context: BH off.
 */
static inline void __census_fifo_del(struct census_fifos *fifos,
				     struct census_record *rec)
	__must_hold(&fifos->lock)
{
	struct census_fifo *fifo = &fifos->state[rec->state];
	struct census_record *next = __census_fifo_next(fifo, rec);

	lockdep_assert_held(&fifos->lock);
	if (fifo->due == rec)
		fifo->due = next;
	if (fifo->first == rec)
		fifo->first = next;
	if (unlikely(fifos->cursor == rec))
		fifos->cursor = next;
	__list_del(rec->link.prev, rec->link.next);
}

struct census_record *__census_fifo_expire(struct census_fifos *fifos,
					   enum census_state state)
	__must_hold(&fifos->lock);
struct census_record *
__census_fifo_youngest_overdue(const struct census_fifo *fifo);
void __census_fifo_relax(struct census_fifos *fifos, enum census_state state)
	__must_hold(&fifos->lock);

#endif
