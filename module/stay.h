/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stay.h - how long a connection stays in a state.
 */
#ifndef _CENSUS_STAY_H
#define _CENSUS_STAY_H

#include <linux/types.h>

#include "netns.h"
#include "reap.h"
#include "state.h"
#include "table.h"

void census_stay_begin(struct census_net *cn, const void *obj,
		       enum census_state state, bool seen);
void __census_stay_change(struct census_net *cn, const void *obj,
			  enum census_state to);
void census_stay_move(struct census_net *cn, const void *from, const void *to,
		      enum census_state state, enum census_state then);
void census_stay_end(const void *obj);
void census_stay_forget(const void *obj);
void census_stay_flush(struct census_net *cn);
void census_stay_untrack(struct census_net *cn);

/**
 * census_stay_change() - a connection goes from one state to another
 * @cn: census of its namespace, not dead
 * @obj: the object it lives in
 * @to: the state it comes into
 *
 * Context: any but hard interrupt and NMI, RCU.
 */
static inline void census_stay_change(struct census_net *cn, const void *obj,
				      enum census_state to)
{
	if (likely(!census_table_unused() || census_reap_wants(cn, to)))
		__census_stay_change(cn, obj, to);
}

#endif
