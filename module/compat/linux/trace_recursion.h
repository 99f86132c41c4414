/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before "ftrace: Reverse what the RECURSION flag means in the ftrace_ops"
 * (a25d036d939a, 5.11) ftrace itself kept a callback from being entered twice
 * in one context, unless FTRACE_OPS_FL_RECURSION_SAFE was set. The header came
 * in the same series.
 */
#ifdef CENSUS_HAVE_TRACE_RECURSION
#include_next <linux/trace_recursion.h>
#endif

#ifndef _CENSUS_COMPAT_TRACE_RECURSION_H
#define _CENSUS_COMPAT_TRACE_RECURSION_H

#ifndef CENSUS_HAVE_TRACE_RECURSION
static inline int ftrace_test_recursion_trylock(unsigned long ip,
						unsigned long parent_ip)
{
	return 0;
}

static inline void ftrace_test_recursion_unlock(int bit)
{
}
#endif

#endif
