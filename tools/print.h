/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_PRINT_H
#define CENSUS_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct census_table;
struct census_view;

/**
 * struct census_style - how a table is printed
 * @json: as JSON instead of columns
 * @zeros: rows without any count too (JSON always has them)
 * @elapsed_s: counters per second, after so many seconds; 0 for totals
 * @no_heading: without the line of column names
 * @time: a first column with this in each row, or NULL
 * @netns: connections of this network namespace only (its inode), 0 for all
 * @state: connections in this state only, or NULL; any case
 * @processes: connections with the programs that hold them
 * @rows: of a list that says so, at most so many; 0 for as many as it likes
 */
struct census_style {
	bool json;
	bool zeros;
	double elapsed_s;
	bool no_heading;
	const char *time;
	uint64_t netns;
	const char *state;
	bool processes;
	uint64_t rows;
};

/**
 * struct census_part - one of several tables that are printed together
 * @view: what it shows
 * @table: the table, or NULL if there is none
 */
struct census_part {
	const struct census_view *view;
	const struct census_table *table;
};

int census_print_table(const struct census_view *view,
		       const struct census_table *table,
		       const struct census_style *style);
int census_print_string(const struct census_view *view,
			const struct census_table *table,
			const struct census_style *style, char **text);
int census_print_parts(const struct census_part *parts, size_t nparts,
		       const struct census_style *style);
int census_print_flush(void);

#endif
