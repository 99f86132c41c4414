/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_SAMPLE_H
#define CENSUS_SAMPLE_H

#include "look.h"

enum census_type {
	CENSUS_TYPE_GAUGE,
	CENSUS_TYPE_COUNTER,
	CENSUS_TYPE_HISTOGRAM,
};

struct census_page;

/**
 * struct census_family - a metric
 * @name: of the metric, without the prefix
 * @type: of the metric
 * @help: one line
 * @print: prints the samples of a namespace
 * @table: the file they come from
 * @source: the column, the value, or the beginning of the values' names in it
 */
struct census_family {
	const char *name;
	enum census_type type;
	const char *help;
	void (*print)(struct census_page *page, const struct census_look *look);
	enum census_look_table table;
	const char *source;
};

/**
 * struct census_page - the part of the output that is being printed
 * @family: of this metric
 * @netns: of this namespace, or NULL
 * @failed: something went wrong, and a sentence said so
 * @headed: the metric's help and type have been printed
 */
struct census_page {
	const struct census_family *family;
	const char *netns;
	bool failed;
	bool headed;
};

/* The names of states are in lower case. */
struct census_label {
	const char *name;
	const char *value;
	bool is_state;
};

void census_sample_name(struct census_page *page, const char *suffix,
			const struct census_label *labels, size_t nlabels);
void census_sample_print(struct census_page *page,
			 const struct census_label *label, uint64_t number);

#endif
