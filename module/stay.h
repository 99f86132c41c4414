/* SPDX-License-Identifier: GPL-2.0 */
/*
 * stay.h - how long a connection stays in a state.
 */
#ifndef _CENSUS_STAY_H
#define _CENSUS_STAY_H

#include <linux/types.h>

#include "state.h"

struct census_net;

void census_stay_begin(struct census_net *cn, const void *obj,
		       enum census_state state, bool seen);
void census_stay_change(struct census_net *cn, const void *obj,
			enum census_state to);
void census_stay_move(struct census_net *cn, const void *from, const void *to,
		      enum census_state state);
void census_stay_end(const void *obj);
void census_stay_forget(const void *obj);
void census_stay_flush(struct census_net *cn);

#endif
