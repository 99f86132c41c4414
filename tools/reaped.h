/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_REAPED_H
#define CENSUS_REAPED_H

#include <stddef.h>

struct census_style;
struct census_table;
struct census_view;

extern const struct census_view census_reaped_view;

size_t census_reaped_count(const struct census_table *table,
			   const struct census_style *style);
size_t census_reaped_shown(const struct census_table *table,
			   const struct census_style *style);

#endif
