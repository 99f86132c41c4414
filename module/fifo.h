/* SPDX-License-Identifier: GPL-2.0 */
/*
 * fifo.h - the records of one state, CPU and namespace in order of age.
 */
#ifndef _CENSUS_FIFO_H
#define _CENSUS_FIFO_H

#include <linux/compiler_types.h>
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

void __census_fifo_add(struct census_fifos *fifos, struct census_record *rec)
	__must_hold(&fifos->lock);
void __census_fifo_del(struct census_fifos *fifos, struct census_record *rec)
	__must_hold(&fifos->lock);
struct census_record *__census_fifo_next(const struct census_fifo *fifo,
					 struct census_record *rec);
struct census_record *__census_fifo_expire(struct census_fifos *fifos,
					   enum census_state state)
	__must_hold(&fifos->lock);
struct census_record *
__census_fifo_youngest_overdue(const struct census_fifo *fifo);
void __census_fifo_relax(struct census_fifos *fifos, enum census_state state)
	__must_hold(&fifos->lock);

#endif
