// SPDX-License-Identifier: GPL-2.0
/*
 * stats.c - per-namespace, per-CPU counters.
 *
 * Only edges and reasons are counted. Entered, left and the gauge follow
 * from the edges when somebody reads:
 *
 *	entered[S] = sum of edges into S	left[S] = sum of edges out of S
 *	current[S] = present[S] + entered[S] - left[S]
 *
 * (LISTEN>SYN_RECV does not leave LISTEN),
 * so that the three can never disagree, and an event is one increment.
 */
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/percpu.h>

#include "stats.h"

/*
 * Before the namespace has per-CPU counters its events go to @early: nothing
 * is allocated here and nothing is lost if the allocation never succeeds.
 */
static void count(struct census_net *cn, unsigned int at)
{
	struct census_counters __percpu *pcpu = READ_ONCE(cn->pcpu);

	if (likely(pcpu)) {
		this_cpu_inc(pcpu->v[at]);
		return;
	}
	atomic64_inc(&cn->early[at]);
	if (time_after_eq(jiffies, READ_ONCE(cn->next_grow)))
		schedule_work(&cn->grow);
}

/**
 * census_stats_edge() - count one transition
 * @cn: census of the namespace, not dead
 * @from: the state left
 * @to: the state entered
 *
 * Context: any but NMI, under rcu_read_lock().
 */
void census_stats_edge(struct census_net *cn, enum census_state from,
		       enum census_state to)
{
	int edge = census_state_edge(from, to);

	if (likely(edge >= 0))
		count(cn, edge);
	else
		atomic64_inc(&cn->odd[from][to]);
}

/**
 * census_stats_reason() - count why a connection left for CLOSE
 * @cn: census of the namespace, not dead
 * @from: the state left
 * @reason: why
 *
 * Context: any but NMI, under rcu_read_lock().
 */
void census_stats_reason(struct census_net *cn, enum census_state from,
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
	count(cn, CENSUS_AT_MISC + what);
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
	schedule_work(&cn->grow);
}

static void fold_counters(struct census_net *cn, u64 *v)
{
	struct census_counters __percpu *pcpu;
	unsigned int i;
	int cpu;

	for (i = 0; i < CENSUS_COUNTERS; i++)
		v[i] = atomic64_read(&cn->early[i]);
	/* Zeroed counters, see grow(). */
	pcpu = smp_load_acquire(&cn->pcpu);
	if (!pcpu)
		return;
	for_each_possible_cpu(cpu)
		for (i = 0; i < CENSUS_COUNTERS; i++)
			v[i] += READ_ONCE(per_cpu_ptr(pcpu, cpu)->v[i]);
}

/* A SYN makes a new connection; the listener goes on listening. */
static bool leaves(unsigned int from, unsigned int to)
{
	return from < CENSUS_STATES &&
	       !(from == CENSUS_LISTEN && to == CENSUS_SYN_RECV);
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
	fold_counters(cn, sum->v);
	for (i = 0; i < CENSUS_EDGES; i++)
		add_edge(sum, census_edges[i].from, census_edges[i].to,
			 sum->v[i]);
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
