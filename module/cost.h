/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cost.h - how long each hook takes, for selftests/bench on x86: make
 * CENSUS_COST=y. Otherwise it is nothing.
 */
#ifndef _CENSUS_COST_H
#define _CENSUS_COST_H

#include <linux/seq_file.h>

#include "hooks.h"

#ifdef CENSUS_COST
#include <linux/math64.h>
#include <linux/percpu.h>
#include <asm/tsc.h>

static __always_inline u64 census_cost_begin(void)
{
	return rdtsc();
}

static __always_inline void census_cost_end(struct census_hits __percpu *hits,
					    u64 begin)
{
	this_cpu_add(hits->cost, rdtsc() - begin);
}

static inline void census_cost_title(struct seq_file *seq)
{
	seq_printf(seq, " %12s", "cost_ns");
}

static inline void census_cost_show(struct seq_file *seq,
				    const struct census_hook *hook)
{
	u64 cost = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		cost += READ_ONCE(per_cpu_ptr(hook->hits, cpu)->cost);
	seq_printf(seq, " %12llu", mul_u64_u32_div(cost, 1000000, tsc_khz));
}

#else

static __always_inline u64 census_cost_begin(void)
{
	return 0;
}

static __always_inline void census_cost_end(struct census_hits __percpu *hits,
					    u64 begin)
{
}

static inline void census_cost_title(struct seq_file *seq)
{
}

static inline void census_cost_show(struct seq_file *seq,
				    const struct census_hook *hook)
{
}

#endif
#endif
