// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - per-namespace, per-CPU counters.
 *
 * Only moves between states and reasons for leaving to CLOSE are counted.
 * Edges, entered, left and the gauge follow from them when somebody reads:
 *
 *	count[S>CLOSE] = sum of S's reasons
 *	entered[S] = sum of edges into S	left[S] = sum of edges out of S
 *	current[S] = present[S] + entered[S] - left[S]
 *
 * (LISTEN>SYN_RECV does not leave LISTEN),
 * so that they can never disagree, and an event is one increment.
 */
#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "stats.h"

static struct census_percpu __percpu *part_of(struct census_net *cn)
{
	struct census_percpu __percpu *pcpu = READ_ONCE(cn->pcpu);

	return likely(pcpu) ? pcpu : census_netns_grow(cn);
}

/*
 * Before the namespace has per-CPU counters its events go to @early: nothing
 * is lost if the allocation never succeeds.
 */
static void count(struct census_net *cn, unsigned int at)
{
	struct census_percpu __percpu *pcpu = part_of(cn);

	if (likely(pcpu))
		this_cpu_inc(pcpu->v[at]);
	else
		atomic64_inc(&cn->early[at]);
}

/**
 * census_stats_ready() - has a namespace its per-CPU part?
 * @cn: its census, not dead
 *
 * Makes it if it can. Context: any but NMI, under rcu_read_lock().
 * Return: true if so.
 */
bool census_stats_ready(struct census_net *cn)
{
	return part_of(cn);
}

/**
 * census_stats_move() - count one transition between two states
 * @cn: census of the namespace, not dead
 * @from: the state left
 * @to: the state entered, not CLOSE
 *
 * Context: any but NMI, under rcu_read_lock().
 */
void census_stats_move(struct census_net *cn, enum census_state from,
		       enum census_state to)
{
	int move = census_state_move(from, to);

	if (likely(move >= 0))
		count(cn, move);
	else
		atomic64_inc(&cn->odd[from][to]);
}

/**
 * census_stats_close() - count one transition to CLOSE
 * @cn: census of the namespace, not dead
 * @from: the state left
 * @reason: why
 *
 * Context: any but NMI, under rcu_read_lock().
 */
void census_stats_close(struct census_net *cn, enum census_state from,
			enum census_reason reason)
{
	count(cn, CENSUS_AT_REASON + from * CENSUS_REASONS + reason);
}

/**
 * census_stats_misc() - count something that belongs to no state
 * @cn: census of the namespace, not dead
 * @what: the counter
 *
 * Context: any but NMI, under rcu_read_lock().
 */
void census_stats_misc(struct census_net *cn, enum census_misc what)
{
	atomic64_inc(&cn->misc[what]);
}

/**
 * census_stats_present() - enter a connection that is older than the module
 * @cn: census of the namespace
 * @state: the state it was in when counting began
 *
 * Context: any; while seeding only.
 */
void census_stats_present(struct census_net *cn, enum census_state state)
{
	atomic64_inc(&cn->present[state]);
}

static void raise_max(atomic64_t *max, u64 us)
{
	s64 old = atomic64_read(max);

	while (us > old && !atomic64_try_cmpxchg(max, &old, us))
		;
}

/**
 * census_stats_dwell() - count how long a connection stayed in a state
 * @cn: census of the namespace, not dead
 * @state: the state it leaves
 * @ns: how long
 *
 * Context: any but NMI, under rcu_read_lock().
 */
void census_stats_dwell(struct census_net *cn, enum census_state state, u64 ns)
{
	struct census_percpu __percpu *pcpu = READ_ONCE(cn->pcpu);
	u64 us = div_u64(ns, NSEC_PER_USEC);

	if (unlikely(!pcpu)) {
		census_stats_misc(cn, CENSUS_MISC_UNTRACKED);
		return;
	}
	this_cpu_add(pcpu->dwell[state].sum_us, us);
	this_cpu_inc(pcpu->dwell[state].buckets[census_hist_bucket(us)]);
	raise_max(&cn->max_us[state], us);
}

static void fold_percpu(struct census_sum *sum,
			const struct census_percpu *part)
{
	unsigned int i, state;

	for (i = 0; i < CENSUS_COUNTERS; i++)
		sum->v[i] += READ_ONCE(part->v[i]);
	for (state = 0; state < CENSUS_STATES; state++) {
		const struct census_dwell *dwell = &part->dwell[state];

		sum->dwell[state].sum_us += READ_ONCE(dwell->sum_us);
		for (i = 0; i < CENSUS_HIST_BUCKETS; i++)
			sum->dwell[state].buckets[i] +=
				READ_ONCE(dwell->buckets[i]);
	}
}

static void fold_counters(struct census_net *cn, struct census_sum *sum)
{
	struct census_percpu __percpu *pcpu;
	unsigned int i;
	int cpu;

	for (i = 0; i < CENSUS_COUNTERS; i++)
		sum->v[i] = atomic64_read(&cn->early[i]);
	/* Zeroed counters, see install() in netns.c. */
	pcpu = smp_load_acquire(&cn->pcpu);
	if (!pcpu)
		return;
	for_each_possible_cpu(cpu)
		fold_percpu(sum, per_cpu_ptr(pcpu, cpu));
}

/* A SYN makes a new connection; the listener goes on listening. */
static bool leaves(unsigned int from, unsigned int to)
{
	return from < CENSUS_STATES &&
	       !(from == CENSUS_LISTEN && to == CENSUS_SYN_RECV);
}

static u64 edge_count(const struct census_sum *sum,
		      const struct census_edge_info *edge)
{
	unsigned int at = CENSUS_AT_REASON + edge->from * CENSUS_REASONS;
	unsigned int i;
	u64 n = 0;

	if (edge->to != CENSUS_CLOSE)
		return sum->v[census_state_move(edge->from, edge->to)];
	for (i = 0; i < CENSUS_REASONS; i++)
		n += sum->v[at + i];
	return n;
}

static void add_edge(struct census_sum *sum, unsigned int from,
		     unsigned int to, u64 n)
{
	if (leaves(from, to))
		sum->left[from] += n;
	if (to < CENSUS_STATES)
		sum->entered[to] += n;
}

/*
 * A connection may move between two reads, so a sum taken under load can be
 * off by those in flight; below zero it would be nonsense to a reader.
 */
static u64 population(struct census_net *cn, const struct census_sum *sum,
		      unsigned int state)
{
	s64 n = atomic64_read(&cn->present[state]) + sum->entered[state] -
		sum->left[state];

	return max_t(s64, n, 0);
}

/**
 * census_stats_fold() - add up the counters of a namespace
 * @cn: the namespace's census; the caller keeps the namespace alive
 * @sum: filled
 *
 * Context: process. Cost: CPUs times counters, whatever the traffic.
 */
void census_stats_fold(struct census_net *cn, struct census_sum *sum)
{
	unsigned int i, from, to;

	memset(sum, 0, sizeof(*sum));
	fold_counters(cn, sum);
	for (i = 0; i < CENSUS_EDGES; i++) {
		sum->edge[i] = edge_count(sum, &census_edges[i]);
		add_edge(sum, census_edges[i].from, census_edges[i].to,
			 sum->edge[i]);
	}
	for (from = 0; from < CENSUS_ENDS; from++)
		for (to = 0; to < CENSUS_ENDS; to++)
			add_edge(sum, from, to,
				 atomic64_read(&cn->odd[from][to]));
	for (i = 0; i < CENSUS_STATES; i++)
		sum->current_now[i] = population(cn, sum, i);
}

/**
 * census_stats_odd() - how many transitions took an edge Linux does not have
 * @cn: the namespace's census; the caller keeps the namespace alive
 *
 * Context: any.
 * Return: the count since load.
 */
u64 census_stats_odd(struct census_net *cn)
{
	unsigned int from, to;
	u64 n = 0;

	for (from = 0; from < CENSUS_ENDS; from++)
		for (to = 0; to < CENSUS_ENDS; to++)
			n += atomic64_read(&cn->odd[from][to]);
	return n;
}
