/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netns.h - what the census keeps per network namespace.
 */
#ifndef _CENSUS_NETNS_H
#define _CENSUS_NETNS_H

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "fifo.h"
#include "hist.h"
#include "orphan.h"
#include "state.h"

struct census_ports;

/**
 * struct census_dwell - how long connections stayed in a state
 * @sum_us: all of them
 * @buckets: how many, see hist.h
 */
struct census_dwell {
	u64 sum_us;
	u64 buckets[CENSUS_HIST_BUCKETS];
};

/**
 * struct census_percpu - one CPU's part of the census of one namespace
 * @fifos: the connections that came into their states on this CPU
 * @v: monotonic counters, CENSUS_AT_* index them; written by this_cpu ops
 * @dwell: per state; likewise
 */
struct census_percpu {
	struct census_fifos fifos;
	u64 v[CENSUS_COUNTERS];
	struct census_dwell dwell[CENSUS_STATES];
};

/* The reaper's sysctls; see reap.c for their limits. */
enum census_reap_setting {
	CENSUS_REAP_MODE,
	CENSUS_REAP_TIMEOUT_S,
	CENSUS_REAP_MIN_BYTES,
	CENSUS_REAP_MAX_AGE_S,
	CENSUS_REAP_MIN_ORPHANS,
	CENSUS_REAP_BATCH,
	CENSUS_REAP_SETTINGS,
};

/* What the reaper tells; names in reap.c. */
enum census_reap_value {
	/* at the last run */
	CENSUS_REAP_ORPHANS,		/* in FIN_WAIT1 */
	CENSUS_REAP_STALLED,		/* of these, due */
	CENSUS_REAP_HELD_BACK,		/* of these, for min_orphans or batch */
	/* since load */
	CENSUS_REAP_RUNS,
	CENSUS_REAP_SCANNED,		/* sockets looked at */
	CENSUS_REAP_REAPED,		/* all, then by census_orphan_kind */
	CENSUS_REAP_REAPED_KIND,
	CENSUS_REAP_WOULD_REAP = CENSUS_REAP_REAPED_KIND + CENSUS_ORPHAN_KINDS,
	CENSUS_REAP_WOULD_REAP_KIND,
	CENSUS_REAP_SPARED_PROGRESS = CENSUS_REAP_WOULD_REAP_KIND + CENSUS_ORPHAN_KINDS,
	CENSUS_REAP_SPARED_OWNED,
	CENSUS_REAP_SPARED_MPTCP,
	CENSUS_REAP_SPARED_LATE,	/* by the last check */
	CENSUS_REAP_FAILED,		/* the kernel would not end it */
	CENSUS_REAP_LAST_RUN_US,
	CENSUS_REAP_MAX_RUN_US,
	CENSUS_REAP_MAX_LOCK_US,	/* with a list's lock held */
	CENSUS_REAP_VALUES,
};

/**
 * struct census_reap - the reaper of one network namespace
 * @set: its sysctls
 * @armed: @work is going to run
 * @victim: the socket it is ending now
 * @run_lock: Protects: all below. Ordering: outside of a socket's lock.
 * @work: looks at the orphans
 * @value: what it tells
 * @fresh_ns: until when nobody needs to look again
 * @looked_ns: when the last run began
 * @planned_ns: when the next should
 * @clock_ns: the time in which there were runs, see struct census_watch
 * @quiet_ns: until when more kills are the same story for the log
 */
struct census_reap {
	int set[CENSUS_REAP_SETTINGS];
	bool armed;
	const struct sock *victim;
	struct mutex run_lock;	/* see above */
	struct delayed_work work;
	u64 value[CENSUS_REAP_VALUES];
	u64 fresh_ns;
	u64 looked_ns;
	u64 planned_ns;
	u64 clock_ns;
	u64 quiet_ns;
};

/**
 * struct census_net - the census of one network namespace
 * @pcpu: NULL until the namespace has seen TCP. Written once, by whoever
 *	allocates it first, and by the namespace's exit; read under RCU.
 * @ports: the local ports that are watched, NULL for none. Written under
 *	@set_lock; read under RCU, and under the lock of a list by who puts a
 *	record in or takes it out.
 * @dead: the namespace is exiting: no event is counted any more. Set before
 *	an RCU grace period, after which nobody uses @pcpu.
 * @armed: @tick is going to run
 * @asked: somebody tried to allocate @pcpu in a hook; once is enough
 * @inum: the namespace's number, as in /proc/PID/ns/net
 * @timeout_s: seconds a stay in each state may last, 0 for ever. Written under
 *	@set_lock.
 * @max_us: longest stay in each state
 * @overdue: connections past their timeout now
 * @exceeded: stays that ever were
 * @misc: counters that belong to no state, and are rare
 * @early: what was counted while @pcpu was NULL
 * @early_fifos: the connections that came into their states meanwhile
 * @present: connections that were there when the module was loaded, by the
 *	state they were in then. Written while seeding only.
 * @odd: edges that are not in census_edges[], by (from, to)
 * @ports_made: how many @ports there were, likewise
 * @set_lock: Protects: @timeout_s, @ports and what follows from a change.
 *	Ordering: outermost.
 * @tick: finds the overdue
 * @reap: ends stalled orphans
 * @grow: allocates @pcpu where hooks cannot
 * @next_grow: jiffies before which @grow is not worth another try
 */
struct census_net {
	struct census_percpu __percpu *pcpu;
	struct census_ports __rcu *ports;
	bool dead;
	bool armed;
	unsigned long asked;
	unsigned int inum;
	unsigned int timeout_s[CENSUS_STATES];
	atomic64_t max_us[CENSUS_STATES];
	atomic_t overdue[CENSUS_STATES];
	atomic64_t exceeded[CENSUS_STATES];
	atomic64_t misc[CENSUS_MISCS];
	atomic64_t early[CENSUS_COUNTERS];
	struct census_fifos early_fifos;
	atomic64_t present[CENSUS_STATES];
	atomic64_t odd[CENSUS_ENDS][CENSUS_ENDS];
	unsigned int ports_made;
	struct mutex set_lock;	/* see above */
	struct delayed_work tick;
	struct census_reap reap;
	struct work_struct grow;
	unsigned long next_grow;
};

extern unsigned int census_net_id;

/**
 * census_netns() - the census of a namespace
 * @net: the namespace; alive, or dying with our exit method already run
 *
 * The memory outlives our exit method: the kernel frees the generic data of
 * a namespace only after every exit method has run (cleanup_net()), hence
 * after TCP has destroyed the last timewait minisocks in its own.
 *
 * Context: any.
 * Return: never NULL.
 */
static inline struct census_net *census_netns(const struct net *net)
{
	return net_generic(net, census_net_id);
}

/**
 * census_netns_rcu() - likewise, for hooks
 * @net: the namespace
 *
 * Context: any, RCU: net_generic() would lock it once more, at every event.
 * Return: never NULL.
 */
static inline struct census_net *census_netns_rcu(const struct net *net)
{
	return rcu_dereference(net->gen)->ptr[census_net_id];
}

/**
 * census_netns_fifos() - lists of a namespace
 * @cn: its census; its per-CPU part does not go meanwhile
 * @cpu: whose lists; -1 for those of no CPU
 *
 * Context: any.
 * Return: the lists, NULL when there are none and for higher CPUs neither.
 */
static inline struct census_fifos *census_netns_fifos(struct census_net *cn,
						      int cpu)
{
	struct census_percpu __percpu *pcpu;

	if (cpu < 0)
		return &cn->early_fifos;
	/* Initialised lists, see install() in netns.c. */
	pcpu = smp_load_acquire(&cn->pcpu);
	if (!pcpu || cpu >= (int)nr_cpu_ids)
		return NULL;
	return &per_cpu_ptr(pcpu, cpu)->fifos;
}

/* All lists of a namespace; @cpu is an int. */
#define for_each_census_fifos(fifos, cn, cpu)				\
	for ((cpu) = -1; ((fifos) = census_netns_fifos(cn, cpu));	\
	     (cpu) = cpumask_next(cpu, cpu_possible_mask))

struct census_percpu __percpu *census_netns_grow(struct census_net *cn);
void census_netns_grow_all(void);
int census_netns_init(void);
void census_netns_exit(void);
void census_netns_reset(void);
void census_netns_untrack(void);

#endif
