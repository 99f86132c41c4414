/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_STATE_H
#define CENSUS_STATE_H

#include <stdbool.h>

struct census_table;

int census_state_number(const char *name);
const char *census_state_find(const char *name);
int census_state_check(const struct census_table *table);

#endif
