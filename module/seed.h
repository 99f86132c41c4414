/* SPDX-License-Identifier: GPL-2.0 */
/*
 * seed.h - counting what was there before the module.
 */
#ifndef _CENSUS_SEED_H
#define _CENSUS_SEED_H

#include <linux/types.h>

#include "state.h"

struct census_net;

int census_seed_run(void);
u64 census_seed_count(void);

void census_seed_born(const void *obj);
bool census_seed_is_known(const void *obj);
enum census_state census_seed_known(struct census_net *cn, const void *obj,
				    enum census_state state);

#endif
