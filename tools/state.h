/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_STATE_H
#define CENSUS_STATE_H

#include <stdbool.h>

struct census_table;

bool census_state_is(const char *name);
int census_state_check(const struct census_table *table);

#endif
