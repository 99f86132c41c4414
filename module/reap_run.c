// SPDX-License-Identifier: GPL-2.0
/*
 * reap_run.c - one look at all orphans in FIN_WAIT1 of a namespace.
 *
 * By the lists of fifo.c, a few at a time under a list's lock; a record
 * remembers how far its peer has come (watch.c). Who is due is given a
 * reference there, where the object cannot be freed (see struct
 * census_record), and ended when the lock is released: checked again, under
 * its own lock (orphan.c).
 */
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <net/sock.h>

#include "account.h"
#include "fifo.h"
#include "netns.h"
#include "orphan.h"
#include "reap.h"
#include "reaped.h"
#include "table.h"
#include "watch.h"

/* Records looked at without letting others have the lock. */
#define LOOKS		64
/* Orphans ended between two such looks. */
#define DUES		16

/**
 * struct run - one look at all orphans of a namespace
 * @cn: its census
 * @watch: what is asked of each
 * @mode: what is done with those that are due
 * @budget: how many may be ended, or reported, yet
 * @orphans: seen
 * @stalled: of these, due
 * @held_back: of these, not ended for @budget
 * @unreported: of the orphans; only when nothing but counted
 * @ended: of the due
 * @look_ns: spent with a list's lock held
 * @n: how many of @due are set
 * @due: found since the lock was taken
 */
struct run {
	struct census_net *cn;
	struct census_watch watch;
	int mode;
	u64 budget;
	u64 orphans;
	u64 stalled;
	u64 held_back;
	u64 unreported;
	u64 ended;
	u64 look_ns;
	unsigned int n;
	struct census_reap_due due[DUES];
};

/* Each once, and only where the timeout alone would have ended it. */
static void spare(struct run *run, struct census_record *rec, u8 flag,
		  enum census_reap_value what, const struct census_times *times)
{
	if (times->age_ms < run->watch.timeout_ms || (rec->flags & flag))
		return;
	rec->flags |= flag;
	census_reap_count(run->cn, what);
}

/* Read without its lock: a report touches nothing. */
static void __report(struct run *run, struct census_record *rec,
		     const struct census_times *times, bool over_age)
{
	struct census_reaped reaped = { .times = *times };

	reaped.netns = run->cn->inum;
	reaped.kind = over_age ? CENSUS_OVER_AGE : census_orphan_kind(rec->obj);
	/* A timer that expires just now is about to be armed again. */
	if (reaped.kind == CENSUS_NO_TIMER &&
	    times->stalled_ms < run->watch.timeout_ms + MSEC_PER_SEC)
		return;
	census_reaped_read(&reaped, rec->obj);
	census_reaped_report(&reaped);
	rec->flags |= CENSUS_REPORTED;
	run->budget--;
	census_reap_count(run->cn, CENSUS_REAP_WOULD_REAP);
	census_reap_count(run->cn, CENSUS_REAP_WOULD_REAP_KIND + reaped.kind);
}

static void __take(struct run *run, const struct census_record *rec,
		   const struct census_times *times)
{
	struct sock *sk = (struct sock *)rec->obj;

	if (!refcount_inc_not_zero(&sk->sk_refcnt))
		return;
	run->budget--;
	run->due[run->n++] = (struct census_reap_due) {
		.sk = sk,
		.mark_una = rec->mark_una,
		.times = *times,
	};
}

static void __found_due(struct run *run, struct census_record *rec,
			const struct census_times *times, bool over_age)
{
	run->stalled++;
	if (run->mode == CENSUS_REAP_REPORT && (rec->flags & CENSUS_REPORTED))
		return;
	if (!run->budget) {
		run->held_back++;
		return;
	}
	if (run->mode == CENSUS_REAP_REPORT)
		__report(run, rec, times, over_age);
	else
		__take(run, rec, times);
}

static void __judge(struct run *run, struct census_record *rec)
{
	enum census_watch_result result;
	struct census_times times;

	result = __census_watch_look(&run->watch, rec, &times);
	if (result == CENSUS_WATCH_PASSING)
		return;
	census_reap_count(run->cn, CENSUS_REAP_SCANNED);
	run->orphans += result != CENSUS_WATCH_OWNED;
	if (result == CENSUS_WATCH_OWNED)
		spare(run, rec, CENSUS_KEPT, CENSUS_REAP_SPARED_OWNED, &times);
	else if (result == CENSUS_WATCH_MPTCP)
		spare(run, rec, CENSUS_KEPT, CENSUS_REAP_SPARED_MPTCP, &times);
	else if (result == CENSUS_WATCH_PROGRESS)
		spare(run, rec, CENSUS_PROGRESS, CENSUS_REAP_SPARED_PROGRESS,
		      &times);
	else if (result != CENSUS_WATCH_WAITING)
		__found_due(run, rec, &times, result == CENSUS_WATCH_OVER_AGE);
}

/* What was reported is as good as gone. */
static void __count(struct run *run, const struct census_record *rec)
{
	if (!census_watch_is_orphan(rec->obj))
		return;
	run->orphans++;
	run->unreported += !(rec->flags & CENSUS_REPORTED);
}

static void __look(struct run *run, struct census_record *rec)
{
	if (run->mode == CENSUS_REAP_OFF)
		__count(run, rec);
	else
		__judge(run, rec);
}

/* Return: whether there may be more. Those that come after us can wait. */
static bool __look_at_some(struct run *run, struct census_fifos *fifos)
	__must_hold(&fifos->lock)
{
	const struct census_fifo *fifo = &fifos->state[CENSUS_FIN_WAIT1];
	struct census_record *rec;
	unsigned int i;

	lockdep_assert_held(&fifos->lock);
	for (i = 0; i < LOOKS && run->n < DUES; i++) {
		rec = fifos->cursor;
		if (!rec || rec->since_ns > run->watch.now_ns)
			return false;
		fifos->cursor = __census_fifo_next(fifo, rec);
		__look(run, rec);
	}
	return true;
}

/* RCU: see expire() in timeout.c. */
static bool look_at_some(struct run *run, struct census_fifos *fifos,
			 bool first)
{
	bool more = false;
	u64 start_ns, ns;

	rcu_read_lock();
	spin_lock_bh(&fifos->lock);
	start_ns = ktime_get_ns();
	if (first)
		fifos->cursor = fifos->state[CENSUS_FIN_WAIT1].first;
	if (census_account_counting_cn(run->cn))
		more = __look_at_some(run, fifos);
	ns = ktime_get_ns() - start_ns;
	spin_unlock_bh(&fifos->lock);
	rcu_read_unlock();
	run->look_ns += ns;
	census_reap_raise(run->cn, CENSUS_REAP_MAX_LOCK_US, div_u64(ns, NSEC_PER_USEC));
	return more;
}

static void end_due(struct run *run)
{
	unsigned int i;

	for (i = 0; i < run->n; i++) {
		run->ended += __census_reap_end(run->cn, &run->due[i]);
		cond_resched();
	}
	run->n = 0;
}

static void look_at_list(struct run *run, struct census_fifos *fifos)
{
	bool more = look_at_some(run, fifos, true);

	while (more) {
		end_due(run);
		cond_resched();
		more = look_at_some(run, fifos, false);
	}
	end_due(run);
}

static void look_at_all(struct run *run)
{
	struct census_fifos *fifos;
	int cpu;

	for_each_census_fifos(fifos, run->cn, cpu)
		look_at_list(run, fifos);
}

/*
 * The clock stands still while nobody looks: when this worker is late, or the
 * whole (virtual) machine was stopped, then so were those that are looked at.
 */
static u32 clock_ms(struct census_net *cn, u64 now_ns)
{
	u64 until_ns = min(now_ns, cn->reap.planned_ns + NSEC_PER_SEC);

	if (until_ns > cn->reap.looked_ns)
		cn->reap.clock_ns += until_ns - cn->reap.looked_ns;
	cn->reap.looked_ns = now_ns;
	return div_u64(cn->reap.clock_ns, NSEC_PER_MSEC);
}

/**
 * census_reap_ask() - what a namespace's settings ask of an orphan
 * @cn: its census
 * @watch: filled, but for the times of the look
 *
 * Context: any.
 */
void census_reap_ask(const struct census_net *cn, struct census_watch *watch)
{
	watch->timeout_ms = MSEC_PER_SEC *
		(u64)census_reap_setting(cn, CENSUS_REAP_TIMEOUT_S);
	watch->max_age_ms = MSEC_PER_SEC *
		(u64)census_reap_setting(cn, CENSUS_REAP_MAX_AGE_S);
	watch->min_bytes = census_reap_setting(cn, CENSUS_REAP_MIN_BYTES);
}

/* As many as leave fewer than min_orphans. They are counted before. */
static void count_first(struct run *run)
{
	u64 least = census_reap_setting(run->cn, CENSUS_REAP_MIN_ORPHANS);
	struct census_net *cn = run->cn;
	int mode = run->mode;

	run->budget = census_reap_setting(cn, CENSUS_REAP_BATCH);
	if (least <= 1 || mode == CENSUS_REAP_OFF)
		return;
	run->mode = CENSUS_REAP_OFF;
	look_at_all(run);
	run->mode = mode;
	run->budget = run->unreported < least ? 0 :
		min(run->budget, run->unreported - least + 1);
	run->orphans = 0;
}

static void finish(const struct run *run)
{
	struct census_net *cn = run->cn;
	u64 us = div_u64(ktime_get_ns() - run->watch.now_ns, NSEC_PER_USEC);

	census_reap_put(cn, CENSUS_REAP_ORPHANS, run->orphans - run->ended);
	census_reap_put(cn, CENSUS_REAP_STALLED, run->stalled - run->ended);
	census_reap_put(cn, CENSUS_REAP_HELD_BACK, run->held_back);
	if (run->mode == CENSUS_REAP_OFF)
		return;
	census_reap_count(cn, CENSUS_REAP_RUNS);
	census_reap_put(cn, CENSUS_REAP_LAST_RUN_US, us);
	census_reap_raise(cn, CENSUS_REAP_MAX_RUN_US, us);
}

/**
 * __census_reap_run() - look at all orphans of a namespace, end those due
 * @cn: its census; @run_lock of its reaper is held
 * @mode: what to do with those that are due; %CENSUS_REAP_OFF: only count
 *
 * Context: process, may sleep.
 * Return: how long lists were locked, in nanoseconds.
 */
u64 __census_reap_run(struct census_net *cn, int mode)
{
	struct run run = {
		.cn = cn,
		.mode = mode,
		.watch.now_ns = ktime_get_ns(),
	};

	lockdep_assert_held(&cn->reap.run_lock);
	if (mode != CENSUS_REAP_OFF)
		run.watch.clock_ms = clock_ms(cn, run.watch.now_ns);
	census_reap_ask(cn, &run.watch);
	count_first(&run);
	look_at_all(&run);
	finish(&run);
	return run.look_ns;
}
