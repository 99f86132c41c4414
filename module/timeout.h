/* SPDX-License-Identifier: GPL-2.0 */
/*
 * timeout.h - who has outstayed the timeout of his state.
 */
#ifndef _CENSUS_TIMEOUT_H
#define _CENSUS_TIMEOUT_H

#include <linux/atomic.h>
#include <linux/time64.h>

#include "netns.h"
#include "table.h"

#define CENSUS_TIMEOUT_MAX_S	(365 * 24 * 3600)

/* Between two looks; a timeout is noticed late by that at most. */
#define CENSUS_TIMEOUT_WAIT_NS	(NSEC_PER_SEC / 4)

void __census_timeout_start(struct census_net *cn, u64 wait_ns);
int census_timeout_set(struct census_net *cn, enum census_state state,
		       unsigned int timeout_s);
void census_timeout_net_init(struct census_net *cn);
void census_timeout_net_exit(struct census_net *cn);

/**
 * census_timeout_arm() - somebody came into a state
 * @cn: census of the namespace, not dead
 * @state: the state; its list's lock was held since @cn->armed may have changed
 *
 * Context: any but NMI, RCU.
 */
static inline void census_timeout_arm(struct census_net *cn,
				      enum census_state state)
{
	if (likely(READ_ONCE(cn->armed)) || !READ_ONCE(cn->timeout_s[state]))
		return;
	__census_timeout_start(cn, CENSUS_TIMEOUT_WAIT_NS);
}

/**
 * census_timeout_left() - an overdue connection leaves its state
 * @rec: its record; the lock of its list is held
 *
 * Context: BH off.
 */
static inline void census_timeout_left(const struct census_record *rec)
{
	atomic_dec(&rec->cn->overdue[rec->state]);
}

#endif
