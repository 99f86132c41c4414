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
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>

#include "buckets.h"
#include "fifo.h"
#include "netns.h"
#include "ports.h"
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
	return likely(census_stats_part(cn)) ? smp_processor_id() :
		CENSUS_NO_CPU;
}

/*
 * Events come with preemption off, and most of them with bottom halves, too.
 * Return: what bh_on() needs to know.
 */
static __always_inline bool bh_off(void)
{
	if (likely(softirq_count()))
		return false;
	local_bh_disable();
	return true;
}

static __always_inline void bh_on(bool was_on)
{
	if (was_on)
		local_bh_enable();
}

/* Return: the time, read under the lock, so that a list is in order. */
static __always_inline u64 __enter(struct census_fifos *fifos,
				   struct census_record *rec,
				   enum census_state state, u8 flags)
	__must_hold(&fifos->lock)
{
	u64 now_ns = ktime_get_ns();

	rec->state = state;
	rec->flags = flags;
	rec->orphan_s = 0;
	rec->slot = 0;
	rec->since_ns = now_ns;
	__census_fifo_add(fifos, rec);
	__census_ports_enter(rec);
	return now_ns;
}

static __always_inline void __leave(struct census_fifos *fifos,
				    struct census_record *rec)
	__must_hold(&fifos->lock)
{
	__census_ports_leave(fifos, rec);
	__census_fifo_del(fifos, rec);
	if (rec->flags & CENSUS_OVERDUE)
		census_timeout_left(rec);
}

static __always_inline void count_dwell(struct census_net *cn,
					enum census_state state, u8 flags,
					u64 ns)
{
	if (!(flags & CENSUS_UNSEEN))
		census_stats_dwell(cn, state, ns);
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
	if (!mine)
		return;
	census_table_remove(rec);
	if (unlikely(READ_ONCE(census_table_draining)))
		census_table_disuse();
}

static struct census_record *make_record(struct census_net *cn, const void *obj,
					 enum census_state state)
{
	struct census_record *rec, *old;

	rec = census_table_new(census_reap_wants(cn, state));
	if (!rec)
		return NULL;
	/* Whole before others can find it, though in no list yet. */
	rec->obj = obj;
	rec->cn = cn;
	rec->cpu = cpu_here(cn);
	rec->flags = CENSUS_GONE;
	old = census_table_insert(rec);
	if (unlikely(old)) {
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

static void begin_or_count(struct census_net *cn, const void *obj,
			   enum census_state state, u8 flags)
{
	if (!begin(cn, obj, state, flags) && READ_ONCE(census_table_track))
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
	bool was_on;

	if (census_table_unused() && !census_reap_wants(cn, state))
		return;
	was_on = bh_off();
	begin_or_count(cn, obj, state, seen ? 0 : CENSUS_UNSEEN);
	bh_on(was_on);
}

/*
 * From its list to the one of @to on this CPU.
 * Return: false when somebody has taken it out: track=0.
 */
static __always_inline bool change(struct census_net *cn,
				   struct census_record *rec,
				   enum census_state to)
{
	u16 cpu = cpu_here(cn);
	struct census_fifos *here = lists_at(cn, cpu);
	struct census_fifos *from = likely(rec->cpu == cpu) ? here :
							       lists_of(rec);
	enum census_state state = rec->state;
	u64 now_ns, since_ns = rec->since_ns;
	u8 flags;

	spin_lock(&from->lock);
	flags = rec->flags;
	if (unlikely(flags & CENSUS_GONE)) {
		spin_unlock(&from->lock);
		return false;
	}
	__leave(from, rec);
	if (unlikely(here != from)) {
		spin_unlock(&from->lock);
		spin_lock(&here->lock);
		rec->cpu = cpu;
	}
	now_ns = __enter(here, rec, to, 0);
	spin_unlock(&here->lock);
	count_dwell(cn, state, flags, now_ns - since_ns);
	census_timeout_arm(cn, to);
	census_reap_arm(cn, to);
	return true;
}

/* With track=0 who has a record loses it with the next event, unless the reaper
 * must know him: track=0 may have missed some that moved between lists.
 */
static bool is_wanted(const struct census_net *cn, enum census_state state)
{
	return READ_ONCE(census_table_track) || census_reap_wants(cn, state);
}

/**
 * __census_stay_change() - census_stay_change() where there are records
 * @cn: census of its namespace, not dead
 * @obj: the object it lives in
 * @to: the state it comes into
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void __census_stay_change(struct census_net *cn, const void *obj,
			  enum census_state to)
{
	struct census_record *rec;
	bool was_on = bh_off();

	rec = census_buckets_find(obj);
	if (unlikely(rec && !is_wanted(cn, to)))
		drop(rec);
	else if (unlikely(!rec || !change(cn, rec, to)))
		begin_or_count(cn, obj, to, 0);
	bh_on(was_on);
}

/* The place in the list stays, and with it the clock. */
static bool move(struct census_record *rec, const void *to)
{
	struct census_fifos *fifos = lists_of(rec);
	bool gone, moved;

	spin_lock(&fifos->lock);
	gone = rec->flags & CENSUS_GONE;
	moved = likely(!gone) && census_table_rekey(rec, to);
	spin_unlock(&fifos->lock);
	if (unlikely(!gone && !moved)) {
		census_stats_misc(rec->cn, CENSUS_MISC_UNTRACKED);
		drop(rec);
	}
	return moved;
}

/**
 * census_stay_move() - a connection moves to another object
 * @cn: census of its namespace, not dead
 * @from: the object it lived in
 * @to: the object it lives in now, which no other CPU knows yet
 * @state: its state
 * @then: the state it comes into at the same time; @state: none
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
void census_stay_move(struct census_net *cn, const void *from, const void *to,
		      enum census_state state, enum census_state then)
{
	struct census_record *rec;
	bool was_on, moved;

	if (census_table_unused())
		return;
	was_on = bh_off();
	rec = census_buckets_find(from);
	if (unlikely(rec && !is_wanted(cn, then))) {
		drop(rec);
		rec = NULL;
	}
	moved = rec && move(rec, to);
	if (then == state) {
		/* That was counted when it came into the state. */
		if (unlikely(!moved))
			begin(cn, to, state, CENSUS_UNSEEN);
	} else if (unlikely(!moved || !change(cn, rec, then))) {
		begin_or_count(cn, to, then, 0);
	}
	bh_on(was_on);
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
	bool was_on;

	if (census_table_unused())
		return;
	was_on = bh_off();
	rec = census_buckets_find(obj);
	if (rec) {
		/* timeout.c may set another flag just now. */
		count_dwell(rec->cn, rec->state, data_race(rec->flags),
			    ktime_get_ns() - rec->since_ns);
		drop(rec);
	}
	bh_on(was_on);
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
	bool was_on;

	if (census_table_unused())
		return;
	was_on = bh_off();
	rec = census_buckets_find(obj);
	if (rec)
		drop(rec);
	bh_on(was_on);
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
		census_table_remove_rcu(rec);
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

/**
 * census_stay_untrack() - likewise, but for those that the reaper must know
 * @cn: its census, of a namespace that lives; track is 0, and nobody has seen
 *	it otherwise
 *
 * Context: process.
 */
void census_stay_untrack(struct census_net *cn)
{
	struct census_fifos *fifos;
	unsigned int state;
	int cpu;

	for_each_census_fifos(fifos, cn, cpu)
		for (state = 0; state < CENSUS_STATES; state++)
			if (!census_reap_wants(cn, state))
				flush_list(fifos, state);
}
