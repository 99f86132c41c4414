/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hooks.h - where the census hangs in the kernel.
 */
#ifndef _CENSUS_HOOKS_H
#define _CENSUS_HOOKS_H

#include <linux/kconfig.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

/**
 * struct census_hits - one CPU's count of what a hook saw
 * @hits: events
 * @cost: TSC cycles that it took, see cost.h
 */
struct census_hits {
	u64 hits;
#ifdef CENSUS_COST
	u64 cost;
#endif
};

/**
 * struct census_hook - one place in the kernel that calls us
 * @name: the kernel's function or tracepoint
 * @attached: whether it does call us
 * @hits: per CPU
 */
struct census_hook {
	const char *name;
	bool attached;
	struct census_hits __percpu *hits;
};

/**
 * census_hooks_enter() - the kernel called us
 *
 * Who has preemption off is a reader of RCU, since Linux 5.0 (commit
 * 3e3100989869, "rcu: Defer reporting RCU-preempt quiescent states when
 * disabled"). That the kernel has it off already is not so everywhere: from
 * 5.11 to 5.15 ftrace leaves it on, and from 7.0 on a tracepoint does.
 *
 * Context: any but NMI.
 */
static __always_inline void census_hooks_enter(void)
{
	preempt_disable_notrace();
	/* Lockdep wants to be told. */
	if (IS_ENABLED(CONFIG_PROVE_RCU))
		rcu_read_lock();
}

/**
 * census_hooks_leave() - back to the kernel
 *
 * Context: as for census_hooks_enter().
 */
static __always_inline void census_hooks_leave(void)
{
	if (IS_ENABLED(CONFIG_PROVE_RCU))
		rcu_read_unlock();
	preempt_enable_notrace();
}

/* The tracepoint first, then the functions; fixed while the module lives. */
unsigned int census_hooks_count(void);
const struct census_hook *census_hooks_at(unsigned int i);
unsigned int census_hooks_missing(void);
bool census_hooks_skipped(const char *name);
int census_hooks_attach(void);
void census_hooks_detach(void);

/* hook_sock.c */
extern struct census_hook census_hook_sock;
int census_hook_sock_attach(void);
void census_hook_sock_detach(void);

/* hook_func.c */
unsigned int census_hook_func_count(void);
const struct census_hook *census_hook_func_at(unsigned int i);
int census_hook_func_attach(void);
void census_hook_func_detach(void);

#endif
