// SPDX-License-Identifier: GPL-2.0
/*
 * timeout.c - who has outstayed the timeout of his state.
 *
 * A namespace has one timer, and it runs only while somebody is in a state that
 * has a timeout. It looks at the first of each list that is not overdue yet
 * (CPUs times states of them, however many connections there are), handles
 * those whose time has come, and sleeps until the next is due, or the next
 * that may come could be.
 *
 * That nobody is forgotten: tick() clears @armed before it takes the lock of a
 * list; census_timeout_arm() reads it after somebody was put into that list
 * under the same lock. So either tick() sees the newcomer or the newcomer sees
 * that the timer is off.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "account.h"
#include "fifo.h"
#include "netns.h"
#include "timeout.h"
#include "trace.h"

/* Records handled without letting others have the lock. */
#define BATCH		64

/*
 * By default what a healthy connection never reaches, in the spirit of
 * nf_conntrack's timeouts, seconds:
 *
 *  - SYN_SENT, SYN_RECV: three retransmissions (at 1, 3 and 7 s) without answer.
 *  - FIN_WAIT1, CLOSING: our FIN not acknowledged for a minute.
 *  - FIN_WAIT2: tcp_fin_timeout ends an orphan's after 60; this one's owner
 *    waits for a peer that does not close.
 *  - TIME_WAIT: lasts 60; the peer's FINs may start it again.
 *  - CLOSE_WAIT: the program has not closed for a minute.
 *  - LAST_ACK: five retransmissions of our FIN.
 *  - ESTABLISHED and LISTEN may last for ever.
 */
static const unsigned int defaults_s[CENSUS_STATES] = {
	[CENSUS_SYN_SENT]	= 10,
	[CENSUS_SYN_RECV]	= 10,
	[CENSUS_ESTABLISHED]	= 0,
	[CENSUS_FIN_WAIT1]	= 60,
	[CENSUS_FIN_WAIT2]	= 120,
	[CENSUS_CLOSING]	= 60,
	[CENSUS_TIME_WAIT]	= 120,
	[CENSUS_CLOSE_WAIT]	= 60,
	[CENSUS_LAST_ACK]	= 30,
	[CENSUS_LISTEN]		= 0,
};

static u64 timeout_ns(const struct census_net *cn, enum census_state state)
{
	return READ_ONCE(cn->timeout_s[state]) * NSEC_PER_SEC;
}

/**
 * __census_timeout_start() - start the timer, unless it runs
 * @cn: census of the namespace, not dead
 * @wait_ns: when to look
 *
 * Context: any but NMI, RCU.
 */
void __census_timeout_start(struct census_net *cn, u64 wait_ns)
{
	if (!xchg(&cn->armed, true))
		queue_delayed_work(system_dfl_wq, &cn->tick,
				   nsecs_to_jiffies(wait_ns) + 1);
}

static void __expire(struct census_fifos *fifos, enum census_state state,
		     u64 now_ns)
	__must_hold(&fifos->lock)
{
	struct census_record *rec = __census_fifo_expire(fifos, state);

	atomic_inc(&rec->cn->overdue[state]);
	if (!(rec->flags & CENSUS_EXCEEDED)) {
		atomic64_inc(&rec->cn->exceeded[state]);
		trace_tcp_census_overdue(rec->obj, rec->cn->inum, state,
					 div_u64(now_ns - rec->since_ns,
						 NSEC_PER_USEC));
	}
	rec->flags |= CENSUS_OVERDUE | CENSUS_EXCEEDED;
}

/* Return: when the next is due; now when there may be more already. */
static u64 __expire_some(struct census_net *cn, struct census_fifos *fifos,
			 enum census_state state)
	__must_hold(&fifos->lock)
{
	u64 now_ns = ktime_get_ns(), limit_ns = timeout_ns(cn, state);
	const struct census_record *rec;
	unsigned int n;

	if (!limit_ns)
		return U64_MAX;
	for (n = 0; n < BATCH; n++) {
		rec = fifos->state[state].due;
		if (!rec)
			return U64_MAX;
		if (rec->since_ns + limit_ns > now_ns)
			return rec->since_ns + limit_ns;
		__expire(fifos, state, now_ns);
	}
	return now_ns;
}

/*
 * The objects are read for the tracepoint. While the module is being unloaded
 * they go without a word once the hooks are detached, a grace period after the
 * phase became CENSUS_OFF: hence RCU.
 */
static u64 expire(struct census_net *cn, struct census_fifos *fifos,
		  enum census_state state)
{
	u64 next_ns;

	if (!READ_ONCE(cn->timeout_s[state]))
		return U64_MAX;
	do {
		rcu_read_lock();
		spin_lock_bh(&fifos->lock);
		next_ns = census_account_counting_cn(cn) ?
			  __expire_some(cn, fifos, state) : U64_MAX;
		spin_unlock_bh(&fifos->lock);
		rcu_read_unlock();
		cond_resched();
	} while (next_ns <= ktime_get_ns());
	return next_ns;
}

/* Whoever comes after now is not due earlier. */
static u64 shortest_ns(const struct census_net *cn)
{
	unsigned int state;
	u64 ns = U64_MAX;

	for (state = 0; state < CENSUS_STATES; state++)
		if (READ_ONCE(cn->timeout_s[state]))
			ns = min(ns, timeout_ns(cn, state));
	return ns;
}

static void tick(struct work_struct *work)
{
	struct census_net *cn = container_of(to_delayed_work(work),
					     struct census_net, tick);
	u64 next_ns = U64_MAX, now_ns = ktime_get_ns();
	struct census_fifos *fifos;
	unsigned int state;
	int cpu;

	WRITE_ONCE(cn->armed, false);
	/* Before we look whether there are lists for each CPU. */
	smp_mb();
	for_each_census_fifos(fifos, cn, cpu)
		for (state = 0; state < CENSUS_STATES; state++)
			next_ns = min(next_ns, expire(cn, fifos, state));
	if (next_ns == U64_MAX)
		return;
	next_ns = min(next_ns, now_ns + shortest_ns(cn));
	__census_timeout_start(cn, max_t(s64, next_ns - ktime_get_ns(), CENSUS_TIMEOUT_WAIT_NS));
}

static void __relax(struct census_fifos *fifos, struct census_record *rec)
	__must_hold(&fifos->lock)
{
	__census_fifo_relax(fifos, rec->state);
	rec->flags &= ~CENSUS_OVERDUE;
	census_timeout_left(rec);
}

/* Return: whether there may be more. */
static bool __relax_some(struct census_net *cn, struct census_fifos *fifos,
			 enum census_state state)
	__must_hold(&fifos->lock)
{
	u64 now_ns = ktime_get_ns(), limit_ns = timeout_ns(cn, state);
	struct census_record *rec;
	unsigned int n;

	for (n = 0; n < BATCH; n++) {
		rec = __census_fifo_youngest_overdue(&fifos->state[state]);
		if (!rec || (limit_ns && rec->since_ns + limit_ns <= now_ns))
			return false;
		__relax(fifos, rec);
	}
	return true;
}

static void relax(struct census_net *cn, struct census_fifos *fifos,
		  enum census_state state)
{
	bool more;

	do {
		spin_lock_bh(&fifos->lock);
		more = __relax_some(cn, fifos, state);
		spin_unlock_bh(&fifos->lock);
		cond_resched();
	} while (more);
}

/**
 * census_timeout_set() - change a timeout, also for those who wait already
 * @cn: census of a namespace that is alive
 * @state: the state
 * @timeout_s: seconds, 0 for none, at most %CENSUS_TIMEOUT_MAX_S
 *
 * Context: process.
 * Return: 0, or -EINTR.
 */
int census_timeout_set(struct census_net *cn, enum census_state state,
		       unsigned int timeout_s)
{
	struct census_fifos *fifos;
	int cpu;

	if (mutex_lock_interruptible(&cn->set_lock))
		return -EINTR;
	WRITE_ONCE(cn->timeout_s[state], timeout_s);
	for_each_census_fifos(fifos, cn, cpu) {
		relax(cn, fifos, state);
		expire(cn, fifos, state);
	}
	WRITE_ONCE(cn->armed, true);
	mod_delayed_work(system_dfl_wq, &cn->tick, 0);
	mutex_unlock(&cn->set_lock);
	return 0;
}

/**
 * census_timeout_net_init() - the timeouts of a new namespace
 * @cn: its census
 *
 * Context: process.
 */
void census_timeout_net_init(struct census_net *cn)
{
	BUILD_BUG_ON(sizeof(defaults_s) != sizeof(cn->timeout_s));
	memcpy(cn->timeout_s, defaults_s, sizeof(defaults_s));
	mutex_init(&cn->set_lock);
	INIT_DELAYED_WORK(&cn->tick, tick);
}

/**
 * census_timeout_net_exit() - stop the timer of a namespace
 * @cn: its census, which is dead
 *
 * Context: process.
 */
void census_timeout_net_exit(struct census_net *cn)
{
	cancel_delayed_work_sync(&cn->tick);
}
