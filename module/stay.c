// SPDX-License-Identifier: GPL-2.0
/*
 * stay.c - how long a connection stays in a state.
 *
 * Times only: what is counted in account.c is right without. A stay begins
 * with a record in a list and ends with a dwell in a histogram; a connection
 * that got no record when it came is given one when it next changes its state.
 *
 * Called by account.c, under RCU, for one object by one CPU at a time (see
 * struct census_record).
 */
#include <linux/bottom_half.h>
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "fifo.h"
#include "netns.h"
#include "reap.h"
#include "stats.h"
#include "stay.h"
#include "table.h"
#include "timeout.h"

static struct census_fifos *lists_at(struct census_net *cn, u16 cpu)
{
	return cpu == CENSUS_NO_CPU ? &cn->early_fifos :
		&per_cpu_ptr(cn->pcpu, cpu)->fifos;
}

/* The lists that hold @rec; they outlive the records, see netns.c. */
static struct census_fifos *lists_of(const struct census_record *rec)
{
	return lists_at(rec->cn, rec->cpu);
}

/* Which CPU's it is has no meaning but to keep CPUs apart. BH are off. */
static u16 cpu_here(struct census_net *cn)
{
	return likely(census_stats_ready(cn)) ? smp_processor_id() :
		CENSUS_NO_CPU;
}

static void __enter(struct census_fifos *fifos, struct census_record *rec,
		    enum census_state state, u8 flags)
	__must_hold(&fifos->lock)
{
	rec->state = state;
	rec->flags = flags;
	rec->orphan_s = 0;
	/* Under the lock, so that a list is in order. */
	rec->since_ns = ktime_get_ns();
	__census_fifo_add(fifos, rec);
}

static void __leave(struct census_fifos *fifos, struct census_record *rec)
	__must_hold(&fifos->lock)
{
	__census_fifo_del(fifos, rec);
	if (rec->flags & CENSUS_OVERDUE)
		census_timeout_left(rec);
}

static void count_dwell(struct census_net *cn, const struct census_record *rec,
			u64 now_ns)
{
	if (!(rec->flags & CENSUS_UNSEEN))
		census_stats_dwell(cn, rec->state, now_ns - rec->since_ns);
}

/* False when somebody else has done it already. */
static bool __take_out(struct census_fifos *fifos, struct census_record *rec)
	__must_hold(&fifos->lock)
{
	if (rec->flags & CENSUS_GONE)
		return false;
	__leave(fifos, rec);
	rec->flags |= CENSUS_GONE;
	return true;
}

/*
 * The namespace may be dying: then flush() is after the record as well, and
 * the lists are freed a grace period after the last one is out.
 */
static void drop(struct census_record *rec)
{
	struct census_fifos *fifos = lists_of(rec);
	bool mine;

	spin_lock(&fifos->lock);
	mine = __take_out(fifos, rec);
	spin_unlock(&fifos->lock);
	if (mine)
		census_table_remove(rec);
}

static struct census_record *make_record(struct census_net *cn, const void *obj,
					 enum census_state state)
{
	struct census_record *rec, *old;

	rec = census_table_new(census_reap_wants(cn, state));
	if (!rec)
		return NULL;
	/* Whole before others can find it, though in no list yet. */
	*rec = (struct census_record) {
		.obj = obj,
		.cn = cn,
		.cpu = cpu_here(cn),
		.flags = CENSUS_GONE,
	};
	old = census_table_insert(rec);
	if (!IS_ERR_OR_NULL(old)) {
		drop(old);
		old = census_table_insert(rec);
	}
	if (!old)
		return rec;
	census_table_discard(rec);
	return NULL;
}

/* False when there is no record to be had. */
static bool begin(struct census_net *cn, const void *obj,
		  enum census_state state, u8 flags)
{
	struct census_record *rec = make_record(cn, obj, state);
	struct census_fifos *fifos;

	if (!rec)
		return false;
	fifos = lists_of(rec);
	spin_lock(&fifos->lock);
	__enter(fifos, rec, state, flags);
	spin_unlock(&fifos->lock);
	census_timeout_arm(cn, state);
	census_reap_arm(cn, state);
	return true;
}

static void not_timed(struct census_net *cn)
{
	census_stats_misc(cn, CENSUS_MISC_UNTRACKED);
}

/**
 * census_stay_begin() - a connection comes into being, or is found
 * @cn: census of its namespace, not dead
 * @obj: the object it lives in
 * @state: its state
 * @seen: whether it came into the state just now
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void census_stay_begin(struct census_net *cn, const void *obj,
		       enum census_state state, bool seen)
{
	local_bh_disable();
	if (!begin(cn, obj, state, seen ? 0 : CENSUS_UNSEEN))
		not_timed(cn);
	local_bh_enable();
}

static void change(struct census_net *cn, struct census_record *rec,
		   enum census_state to)
{
	u16 cpu = cpu_here(cn);
	struct census_fifos *from = lists_of(rec), *here = lists_at(cn, cpu);
	struct census_record stay;

	spin_lock(&from->lock);
	__leave(from, rec);
	stay = *rec;
	if (here != from) {
		spin_unlock(&from->lock);
		spin_lock(&here->lock);
	}
	rec->cpu = cpu;
	__enter(here, rec, to, 0);
	spin_unlock(&here->lock);
	count_dwell(cn, &stay, rec->since_ns);
	census_timeout_arm(cn, to);
	census_reap_arm(cn, to);
}

/**
 * census_stay_change() - a connection goes from one state to another
 * @cn: census of its namespace, not dead
 * @obj: the object it lives in
 * @to: the state it comes into
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void census_stay_change(struct census_net *cn, const void *obj,
			enum census_state to)
{
	struct census_record *rec;

	local_bh_disable();
	rec = census_table_find(obj);
	if (rec)
		change(cn, rec, to);
	else if (!begin(cn, obj, to, 0))
		not_timed(cn);
	local_bh_enable();
}

/* The place in the list stays, and with it the clock. */
static bool move(struct census_record *rec, const void *to)
{
	struct census_fifos *fifos = lists_of(rec);
	int err;

	spin_lock(&fifos->lock);
	err = census_table_rekey(rec, to);
	spin_unlock(&fifos->lock);
	if (err)
		drop(rec);
	return !err;
}

/* Memory is short: try again, with another clock. */
static void move_lost(struct census_net *cn, const void *to,
		      enum census_state state, u8 flags)
{
	not_timed(cn);
	begin(cn, to, state, CENSUS_UNSEEN | (flags & CENSUS_EXCEEDED));
}

/**
 * census_stay_move() - a connection moves to another object, not state
 * @cn: census of its namespace, not dead
 * @from: the object it lived in
 * @to: the object it lives in now, which no other CPU knows yet
 * @state: its state
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void census_stay_move(struct census_net *cn, const void *from, const void *to,
		      enum census_state state)
{
	struct census_record *rec;

	local_bh_disable();
	rec = census_table_find(from);
	if (!rec)	/* That was counted when it came into the state. */
		begin(cn, to, state, CENSUS_UNSEEN);
	else if (!move(rec, to))
		move_lost(cn, to, state, rec->flags);
	local_bh_enable();
}

/**
 * census_stay_end() - a connection ends
 * @obj: the object it lived in, soon to be freed; its namespace is not dead
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void census_stay_end(const void *obj)
{
	struct census_record *rec;

	local_bh_disable();
	rec = census_table_find(obj);
	if (rec) {
		count_dwell(rec->cn, rec, ktime_get_ns());
		drop(rec);
	}
	local_bh_enable();
}

/**
 * census_stay_forget() - an object goes without an event that is counted
 * @obj: the object; its namespace may be dead
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void census_stay_forget(const void *obj)
{
	struct census_record *rec;

	local_bh_disable();
	rec = census_table_find(obj);
	if (rec)
		drop(rec);
	local_bh_enable();
}

/* Return: whether there was one. */
static bool flush_first(struct census_fifos *fifos, unsigned int state)
{
	struct census_record *rec;

	rcu_read_lock();
	spin_lock_bh(&fifos->lock);
	rec = fifos->state[state].first;
	if (rec)
		__take_out(fifos, rec);
	spin_unlock_bh(&fifos->lock);
	if (rec)
		census_table_remove(rec);
	rcu_read_unlock();
	return rec;
}

static void flush_list(struct census_fifos *fifos, unsigned int state)
{
	while (flush_first(fifos, state))
		cond_resched();
}

/**
 * census_stay_flush() - forget all connections of a namespace
 * @cn: its census; no event of it is counted any more, or not yet, but
 *	objects may go meanwhile
 *
 * Context: process. The lists are free to go a grace period later.
 */
void census_stay_flush(struct census_net *cn)
{
	struct census_fifos *fifos;
	unsigned int state;
	int cpu;

	for_each_census_fifos(fifos, cn, cpu)
		for (state = 0; state < CENSUS_STATES; state++)
			flush_list(fifos, state);
}
