/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - counting and reading the counters of a namespace.
 */
#ifndef _CENSUS_STATS_H
#define _CENSUS_STATS_H

#include <linux/math64.h>
#include <linux/time64.h>

#include "netns.h"

/**
 * struct census_sum - the counters of a namespace, folded over all CPUs
 * @v: the counters, CENSUS_AT_* index them
 * @edge: per row of census_edges[]
 * @entered: per state, since load
 * @left: per state, since load
 * @current_now: per state, connections in it; never negative
 * @dwell: per state, how long those stayed that left
 */
struct census_sum {
	u64 v[CENSUS_COUNTERS];
	u64 edge[CENSUS_EDGES];
	u64 entered[CENSUS_STATES];
	u64 left[CENSUS_STATES];
	u64 current_now[CENSUS_STATES];
	struct census_dwell dwell[CENSUS_STATES];
};

void __census_stats_raise(atomic64_t *max, u64 us);
void census_stats_misc(struct census_net *cn, enum census_misc what);
void census_stats_present(struct census_net *cn, enum census_state state);
void census_stats_fold(struct census_net *cn, struct census_sum *sum);
u64 census_stats_odd(struct census_net *cn);

/**
 * census_stats_part() - the per-CPU part of a namespace
 * @cn: its census, not dead
 *
 * Makes it if it can. Context: any but NMI, RCU.
 * Return: NULL when there is none.
 */
static inline struct census_percpu __percpu *
census_stats_part(struct census_net *cn)
{
	struct census_percpu __percpu *pcpu = READ_ONCE(cn->pcpu);

	return likely(pcpu) ? pcpu : census_netns_grow(cn);
}

/*
 * Before the namespace has per-CPU counters its events go to @early: nothing
 * is lost if the allocation never succeeds.
 */
static inline void __census_stats_count(struct census_net *cn, unsigned int at)
{
	struct census_percpu __percpu *pcpu = census_stats_part(cn);

	if (likely(pcpu))
		this_cpu_inc(pcpu->v[at]);
	else
		atomic64_inc(&cn->early[at]);
}

/**
 * census_stats_move() - count one transition between two states
 * @cn: census of the namespace, not dead
 * @from: the state left
 * @to: the state entered, not CLOSE
 *
 * Context: any but NMI, RCU.
 */
static inline void census_stats_move(struct census_net *cn,
				     enum census_state from,
				     enum census_state to)
{
	int move = census_state_move(from, to);

	if (likely(move >= 0))
		__census_stats_count(cn, move);
	else
		atomic64_inc(&cn->odd[from][to]);
}

/**
 * census_stats_close() - count one transition to CLOSE
 * @cn: census of the namespace, not dead
 * @from: the state left
 * @reason: why
 *
 * Context: any but NMI, RCU.
 */
static inline void census_stats_close(struct census_net *cn,
				      enum census_state from,
				      enum census_reason reason)
{
	__census_stats_count(cn, CENSUS_AT_REASON + from * CENSUS_REASONS +
			     reason);
}

/**
 * census_stats_dwell() - count how long a connection stayed in a state
 * @cn: census of the namespace, not dead
 * @state: the state it leaves
 * @ns: how long
 *
 * Context: any but NMI, RCU.
 */
static inline void census_stats_dwell(struct census_net *cn,
				      enum census_state state, u64 ns)
{
	struct census_percpu __percpu *pcpu = READ_ONCE(cn->pcpu);
	u64 us = div_u64(ns, NSEC_PER_USEC);

	if (unlikely(!pcpu)) {
		census_stats_misc(cn, CENSUS_MISC_UNTRACKED);
		return;
	}
	this_cpu_add(pcpu->dwell[state].sum_us, us);
	this_cpu_inc(pcpu->dwell[state].buckets[census_hist_bucket(us)]);
	if (unlikely(us > atomic64_read(&cn->max_us[state])))
		__census_stats_raise(&cn->max_us[state], us);
}

#endif
