/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_CELL_H
#define CENSUS_CELL_H

#include "table.h"

struct census_style;

bool census_cell_is_rate(const struct census_column *column,
			 const struct census_style *style);
const char *census_cell_text(const struct census_cell *cell,
			     const struct census_column *column,
			     const struct census_style *style, char *text);

#endif
