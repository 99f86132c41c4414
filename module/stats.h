/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stats.h - counting and reading the counters of a namespace.
 */
#ifndef _CENSUS_STATS_H
#define _CENSUS_STATS_H

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

bool census_stats_ready(struct census_net *cn);
void census_stats_move(struct census_net *cn, enum census_state from,
		       enum census_state to);
void census_stats_close(struct census_net *cn, enum census_state from,
			enum census_reason reason);
void census_stats_dwell(struct census_net *cn, enum census_state state, u64 ns);
void census_stats_misc(struct census_net *cn, enum census_misc what);
void census_stats_present(struct census_net *cn, enum census_state state);
void census_stats_fold(struct census_net *cn, struct census_sum *sum);
u64 census_stats_odd(struct census_net *cn);

#endif
