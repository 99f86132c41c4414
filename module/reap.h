/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reap.h - ends orphans in FIN_WAIT1 that make no progress.
 */
#ifndef _CENSUS_REAP_H
#define _CENSUS_REAP_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "netns.h"
#include "state.h"
#include "watch.h"

/* What %CENSUS_REAP_MODE can be. */
#define CENSUS_REAP_OFF		0
#define CENSUS_REAP_REPORT	1
#define CENSUS_REAP_END		2

/**
 * struct census_reap_limits - what a setting can be
 * @name: in the file reaper
 * @least: and not less
 * @most: and not more
 * @normal: until somebody changes it
 */
struct census_reap_limits {
	const char *name;
	int least;
	int most;
	int normal;
};

/**
 * struct census_reap_due - an orphan to end
 * @sk: it, with a reference of ours
 * @mark_una: snd_una when progress was last seen
 * @times: how long
 */
struct census_reap_due {
	struct sock *sk;
	u32 mark_una;
	struct census_times times;
};

extern const struct census_reap_limits census_reap_limits[CENSUS_REAP_SETTINGS];
extern const char * const census_reap_value_names[CENSUS_REAP_VALUES];

int census_reap_set(struct census_net *cn, enum census_reap_setting what,
		    int value);
void census_reap_refresh(struct census_net *cn);
u64 __census_reap_run(struct census_net *cn, int mode);
bool __census_reap_end(struct census_net *cn,
		       const struct census_reap_due *due);
void census_reap_ask(const struct census_net *cn, struct census_watch *watch);
void __census_reap_start(struct census_net *cn);
void census_reap_net_init(struct census_net *cn);
void census_reap_net_stop(struct census_net *cn);
void census_reap_net_exit(struct census_net *cn);
int census_reap_init(void);
void census_reap_exit(void);

/**
 * census_reap_setting() - a setting of a namespace's reaper
 * @cn: its census
 * @what: the setting
 *
 * Context: any.
 * Return: its value.
 */
static inline int census_reap_setting(const struct census_net *cn,
				      enum census_reap_setting what)
{
	return READ_ONCE(cn->reap.set[what]);
}

/* What it tells, changed with @run_lock held and read without. */
static inline void census_reap_put(struct census_net *cn,
				   enum census_reap_value what, u64 value)
{
	WRITE_ONCE(cn->reap.value[what], value);
}

static inline void census_reap_count(struct census_net *cn,
				     enum census_reap_value what)
{
	census_reap_put(cn, what, cn->reap.value[what] + 1);
}

static inline void census_reap_raise(struct census_net *cn,
				     enum census_reap_value what, u64 value)
{
	if (value > cn->reap.value[what])
		census_reap_put(cn, what, value);
}

/**
 * census_reap_wants() - must a connection have a record for the reaper's sake?
 * @cn: census of the namespace
 * @state: the state it comes into
 *
 * Context: any.
 * Return: true when there may be none and the reaper would miss it.
 */
static inline bool census_reap_wants(const struct census_net *cn,
				     enum census_state state)
{
	return state == CENSUS_FIN_WAIT1 &&
	       census_reap_setting(cn, CENSUS_REAP_MODE);
}

/**
 * census_reap_arm() - somebody came into a state
 * @cn: census of the namespace, not dead
 * @state: the state; its list's lock was held since @armed may have changed
 *
 * Context: any but NMI, RCU.
 */
static inline void census_reap_arm(struct census_net *cn,
				   enum census_state state)
{
	if (census_reap_wants(cn, state) && !READ_ONCE(cn->reap.armed))
		__census_reap_start(cn);
}

/**
 * census_reap_ends() - is it this module that ends a socket?
 * @cn: census of its namespace
 * @sk: a socket that goes to CLOSE, its lock held
 *
 * Context: any.
 * Return: true while census_orphan_end() works on it.
 */
static inline bool census_reap_ends(const struct census_net *cn,
				    const struct sock *sk)
{
	return unlikely(READ_ONCE(cn->reap.victim) == sk);
}

#endif
