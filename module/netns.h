/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netns.h - what the census keeps per network namespace.
 */
#ifndef _CENSUS_NETNS_H
#define _CENSUS_NETNS_H

#include <linux/atomic.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "state.h"

/**
 * struct census_counters - one CPU's counters of one namespace
 * @v: monotonic counters, CENSUS_AT_* index them; written by this_cpu ops
 */
struct census_counters {
	u64 v[CENSUS_COUNTERS];
};

/**
 * struct census_net - the census of one network namespace
 * @pcpu: counters; NULL until the namespace has seen TCP. Written by @grow
 *	and by the namespace's exit, read under RCU.
 * @early: what was counted while @pcpu was NULL
 * @present: connections that were there when the module was loaded, by the
 *	state they were in then. Written while seeding only.
 * @odd: edges that are not in census_edges[], by (from, to)
 * @grow: allocates @pcpu, for the hooks may not sleep
 * @next_grow: jiffies before which @grow is not worth another try
 * @dead: the namespace is exiting: no event is counted any more. Set before
 *	an RCU grace period, after which nobody uses @pcpu.
 */
struct census_net {
	struct census_counters __percpu *pcpu;
	atomic64_t early[CENSUS_COUNTERS];
	atomic64_t present[CENSUS_STATES];
	atomic64_t odd[CENSUS_ENDS][CENSUS_ENDS];
	struct work_struct grow;
	unsigned long next_grow;
	bool dead;
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

int census_netns_init(void);
void census_netns_exit(void);
void census_netns_reset(void);

#endif
