/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hook_func.h - kernel functions that call us when they are entered.
 */
#ifndef _CENSUS_HOOK_FUNC_H
#define _CENSUS_HOOK_FUNC_H

#include <linux/ftrace.h>

#include "hooks.h"

/**
 * enum census_group - what is inexact when a function cannot be hooked
 * @CENSUS_GROUP_REQUESTS: SYN_RECV
 * @CENSUS_GROUP_TIMEWAITS: FIN_WAIT2 and TIME_WAIT
 * @CENSUS_GROUP_DETAILS: some reasons only
 */
enum census_group {
	CENSUS_GROUP_REQUESTS,
	CENSUS_GROUP_TIMEWAITS,
	CENSUS_GROUP_DETAILS,
	CENSUS_GROUPS,
};

/**
 * struct census_func - a kernel function to hook
 * @hook: name, hits
 * @old_name: the same function's name in older kernels, or NULL
 * @group: what depends on it
 * @handler: called on entry under RCU with the function's arguments
 * @ip: where ftrace finds it; 0 when it is not hooked
 */
struct census_func {
	struct census_hook hook;
	const char *old_name;
	enum census_group group;
	void (*handler)(struct ftrace_regs *regs);
	unsigned long ip;
};

/* hook_mini.c */
extern struct census_func census_hook_mini_funcs[];
extern const unsigned int census_hook_mini_nr;

#endif
