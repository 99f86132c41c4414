/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before 6.2 there is no ftrace_regs_get_argument(); x86 has kept the
 * arguments of the traced function in struct ftrace_regs since 5.11. Kbuild
 * looks which it is.
 */
#include_next <linux/ftrace.h>

#ifndef _CENSUS_COMPAT_FTRACE_H
#define _CENSUS_COMPAT_FTRACE_H

#ifndef CENSUS_HAVE_FTRACE_REGS_GET_ARGUMENT
#include <linux/ptrace.h>
#define ftrace_regs_get_argument(fregs, n) \
	regs_get_kernel_argument(&(fregs)->regs, n)
#endif

#endif
