/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_VIEW_H
#define CENSUS_VIEW_H

#include "table.h"

struct census_options;
struct census_style;

/**
 * struct census_view - what a subcommand shows
 * @name: the subcommand, the file of the module it reads, and the JSON list
 * @help: one line for --help
 * @columns: the columns this reader knows, in the order they are printed
 * @ncolumns: how many
 * @adopts: makes a column of a word of the header, for those that can be known
 *	by their form only, or NULL
 * @empty: the sentence printed instead of a table without rows
 * @check: what must hold beyond the columns, or NULL; prints the sentence
 *	and returns -1 if it does not
 * @turn: makes another table of the one that was read, which it takes, or NULL;
 *	returns NULL after a sentence
 * @to_text: makes the table that is printed as columns of the one that was
 *	read and whose text it may point into, or NULL
 * @to_json: likewise as JSON
 * @hides_zeros: rows without any count are left out unless asked for
 * @in_debugfs: the file is in debugfs and about all network namespaces
 * @show: shows more than the file, but when it is watched, or NULL; returns the
 *	exit status, or -1 after a sentence
 * @looks: an interval is the time between two looks, not between reports
 * @error_status: the exit status after a sentence, 0 for EXIT_FAILURE
 */
struct census_view {
	const char *name;
	const char *help;
	const struct census_column *columns;
	size_t ncolumns;
	bool (*adopts)(const char *word, struct census_column *column);
	const char *empty;
	int (*check)(const struct census_table *table);
	struct census_table *(*turn)(struct census_table *table);
	struct census_table *(*to_text)(const struct census_table *table,
					const struct census_style *style);
	struct census_table *(*to_json)(const struct census_table *table,
					const struct census_style *style);
	bool hides_zeros;
	bool in_debugfs;
	int (*show)(const struct census_options *options);
	bool looks;
	int error_status;
};

extern const struct census_view census_states_view;
extern const struct census_view census_transitions_view;
extern const struct census_view census_dwell_view;
extern const struct census_view census_timeouts_view;
extern const struct census_view census_listeners_view;
extern const struct census_view census_ports_view;
extern const struct census_view census_oldest_view;
extern const struct census_view census_reaper_view;
extern const struct census_view census_summary_view;
extern const struct census_view census_diagnose_view;
extern const struct census_view census_diagram_view;
extern const struct census_view census_report_view;
extern const struct census_view census_watch_view;
extern const struct census_view census_lvs_view;
extern const struct census_view census_prometheus_view;

#endif
