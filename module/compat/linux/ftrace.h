/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arguments of a traced function. Before 6.2 there is no
 * ftrace_regs_get_argument(), before 5.11 no struct ftrace_regs: a callback got
 * struct pt_regs, all of it or nothing. Kbuild looks which it is.
 */
#include_next <linux/ftrace.h>

#ifndef _CENSUS_COMPAT_FTRACE_H
#define _CENSUS_COMPAT_FTRACE_H

#include <linux/ptrace.h>

#ifndef CENSUS_HAVE_FTRACE_REGS
#define ftrace_regs pt_regs
#define ftrace_regs_get_argument(regs, n) regs_get_kernel_argument(regs, n)
#elif !defined(CENSUS_HAVE_FTRACE_REGS_GET_ARGUMENT)
#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(&(fregs)->regs, n)
#endif

/*
 * Before "ftrace: Export ftrace_free_filter() to modules" (8be9fbd5345d, 6.2)
 * and its backports: an empty filter takes no memory.
 */
#ifndef CENSUS_HAVE_FTRACE_FREE_FILTER
#define ftrace_free_filter(ops) ftrace_set_filter(ops, NULL, 0, 1)
#endif

/* The flag that asks for them, where it needs one. */
#ifdef CONFIG_DYNAMIC_FTRACE_WITH_ARGS
#define CENSUS_FTRACE_OPS_FL_ARGS 0
#else
#define CENSUS_FTRACE_OPS_FL_ARGS FTRACE_OPS_FL_SAVE_REGS
#endif

#endif
