/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_VIEW_H
#define CENSUS_VIEW_H

#include "table.h"

/**
 * struct census_view - what a subcommand shows
 * @name: the subcommand, the file of the module it reads, and the JSON list
 * @help: one line for --help
 * @columns: the columns this reader knows, in the order they are printed
 * @ncolumns: how many
 * @empty: the sentence printed instead of a table without rows
 * @check: what must hold beyond the columns, or NULL; prints the sentence
 *	and returns -1 if it does not
 * @to_json: reshapes the table before it is printed as JSON, or NULL
 * @hides_zeros: rows without any count are left out unless asked for
 */
struct census_view {
	const char *name;
	const char *help;
	const struct census_column *columns;
	size_t ncolumns;
	const char *empty;
	int (*check)(const struct census_table *table);
	struct census_table *(*to_json)(const struct census_table *table);
	bool hides_zeros;
};

extern const struct census_view census_states_view;
extern const struct census_view census_transitions_view;
extern const struct census_view census_listeners_view;
extern const struct census_view census_summary_view;

#endif
