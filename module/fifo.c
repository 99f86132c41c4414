// SPDX-License-Identifier: GPL-2.0
/*
 * fifo.c - the records of one state, CPU and namespace in order of age.
 *
 * All connections of a namespace in one state have the same timeout, so who
 * came first is overdue first: to come and to go is O(1), and who looks for
 * the overdue touches no others.
 *
 * A list is a circle without a head of its own, so that it costs a namespace
 * two words per CPU and state.
 */
#include <linux/list.h>
#include <linux/lockdep.h>

#include "fifo.h"

static struct census_record *prev(const struct census_fifo *fifo,
				  struct census_record *rec)
{
	return rec == fifo->first ? NULL : list_prev_entry(rec, link);
}

static struct census_record *last(const struct census_fifo *fifo)
{
	return fifo->first ? list_prev_entry(fifo->first, link) : NULL;
}

/**
 * __census_fifo_expire() - the oldest record that is not overdue becomes so
 * @fifos: the lists of a CPU
 * @state: which of them; there is such a record
 *
 * Context: BH off.
 * Return: the record.
 */
struct census_record *__census_fifo_expire(struct census_fifos *fifos,
					   enum census_state state)
{
	struct census_fifo *fifo = &fifos->state[state];
	struct census_record *rec = fifo->due;

	lockdep_assert_held(&fifos->lock);
	fifo->due = __census_fifo_next(fifo, rec);
	return rec;
}

/**
 * __census_fifo_youngest_overdue() - the last that became overdue
 * @fifo: the list; its lock is held
 *
 * Context: BH off.
 * Return: the record, NULL when none is overdue.
 */
struct census_record *
__census_fifo_youngest_overdue(const struct census_fifo *fifo)
{
	return fifo->due ? prev(fifo, fifo->due) : last(fifo);
}

/**
 * __census_fifo_relax() - the youngest overdue record is so no more
 * @fifos: the lists of a CPU
 * @state: which of them; there is such a record
 *
 * Context: BH off.
 */
void __census_fifo_relax(struct census_fifos *fifos, enum census_state state)
{
	struct census_fifo *fifo = &fifos->state[state];

	lockdep_assert_held(&fifos->lock);
	fifo->due = __census_fifo_youngest_overdue(fifo);
}
