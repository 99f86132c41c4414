/* SPDX-License-Identifier: GPL-2.0 */
#ifndef CENSUS_TABLE_H
#define CENSUS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CENSUS_ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define CENSUS_MAX_WORD 255	/* characters in a cell or a column's name */
#define CENSUS_MAX_COLUMNS 256	/* of a file; a longer line is not ours */

/* What a column holds, and so how it is checked, shown and watched. */
enum census_kind {
	CENSUS_TEXT,	/* a word, shown as it is */
	CENSUS_NOTE,	/* likewise, but the row is the same if it changes */
	CENSUS_STATE,	/* names of TCP states: lower case in JSON */
	CENSUS_FLAG,	/* yes, no, or '-': a boolean or null in JSON */
	CENSUS_LIST,	/* a table in a cell: JSON only */
	/* numbers */
	CENSUS_GAUGE,	/* rises and falls */
	CENSUS_MAYBE,	/* likewise, or '-': null in JSON */
	CENSUS_COUNTER,	/* only grows: per second when watched */
	CENSUS_LIMIT,	/* 0 means none */
	CENSUS_US,	/* a time in microseconds: only JSON has the number */
	CENSUS_MS,	/* likewise in milliseconds */
};

struct census_column {
	const char *name;
	enum census_kind kind;
	bool optional;	/* an older module may lack it */
};

struct census_cell {
	const char *text;
	uint64_t number;	/* numbers only */
	uint64_t growth;	/* counters only: since the report before */
	struct census_table *list;	/* lists only; the cell owns it */
	bool absent;		/* does not apply here, or nobody knows */
	bool at_least;		/* times only: it is that much or more */
};

/**
 * struct census_table - one file of the module: between reading and printing
 * @path: where it was read
 * @text: the file itself; the cells point into it
 * @columns: the known columns that the file has
 * @ncolumns: how many
 * @cells: @nrows times @ncolumns of them, row by row
 * @nrows: how many lines follow the header
 */
struct census_table {
	char *path;
	char *text;
	struct census_column *columns;
	size_t ncolumns;
	struct census_cell *cells;
	size_t nrows;
};

struct census_view;

struct census_table *census_table_new(size_t ncolumns, size_t nrows);
struct census_table *census_table_read(const char *dir,
				       const struct census_view *view);
void census_table_free(struct census_table *table);

struct census_cell *census_table_cell(const struct census_table *table,
				      size_t row, size_t column);
const struct census_cell *census_table_get(const struct census_table *table,
					   size_t row, const char *column);
const struct census_cell *census_table_find(const struct census_table *table,
					    const char *key,
					    const char *column);
bool census_table_parse_number(const char *word, uint64_t *number);
bool census_table_is_number(const struct census_column *column);

#endif
