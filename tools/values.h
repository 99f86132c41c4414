/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_VALUES_H
#define CENSUS_VALUES_H

#include "table.h"

struct census_table *census_values_turn(const struct census_table *table,
					const struct census_column *known,
					size_t nknown);
const struct census_cell *census_values_cell(const struct census_table *row,
					     const char *name);
uint64_t census_values_number(const struct census_table *row, const char *name);

#endif
