/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_PRINT_H
#define CENSUS_PRINT_H

#include <stdbool.h>

struct census_table;
struct census_view;

/**
 * struct census_style - how a table is printed
 * @json: as JSON instead of columns
 * @zeros: rows without any count too (JSON always has them)
 * @rates: counters per second
 * @no_heading: without the line of column names
 * @time: a first column with this in each row, or NULL
 */
struct census_style {
	bool json;
	bool zeros;
	bool rates;
	bool no_heading;
	const char *time;
};

int census_print_table(const struct census_view *view,
		       const struct census_table *table,
		       const struct census_style *style);
int census_print_flush(void);

#endif
