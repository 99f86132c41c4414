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

extern const struct census_reap_limits census_reap_limits[CENSUS_REAP_SETTINGS];
extern const char * const census_reap_value_names[CENSUS_REAP_VALUES];

int census_reap_set(struct census_net *cn, enum census_reap_setting what,
		    int value);
void census_reap_refresh(struct census_net *cn);
u64 __census_reap_run(struct census_net *cn, int mode);
void __census_reap_start(struct census_net *cn);
void census_reap_net_init(struct census_net *cn);
void census_reap_net_stop(struct census_net *cn);
void census_reap_net_exit(struct census_net *cn);
int census_reap_init(void);
void census_reap_exit(void);

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
	if (state == CENSUS_FIN_WAIT1 &&
	    READ_ONCE(cn->reap.set[CENSUS_REAP_MODE]) &&
	    !READ_ONCE(cn->reap.armed))
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
