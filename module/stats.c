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

/**
 * __census_stats_raise() - a stay was longer than any before
 * @max: the longest so far
 * @us: it
 *
 * Context: any.
 */
void __census_stats_raise(atomic64_t *max, u64 us)
{
	s64 old = atomic64_read(max);

	while (us > old && !atomic64_try_cmpxchg(max, &old, us))
		;
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
