// SPDX-License-Identifier: GPL-2.0
/*
 * A file of lines of one name and one value, as a table of one row: the names
 * become columns, so that each value can be of a kind of its own.
 */
#include <err.h>
#include <string.h>

#include "values.h"

static const struct census_column *find(const struct census_column *columns,
					size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!strcmp(columns[i].name, name))
			return &columns[i];
	return NULL;
}

/* What nobody knows is what it looks like. */
static enum census_kind guess(struct census_cell *cell)
{
	return census_table_parse_number(cell->text, &cell->number) ?
	       CENSUS_GAUGE : CENSUS_NOTE;
}

static int turn_line(const struct census_table *table, size_t line,
		     const struct census_column *known,
		     struct census_table *turned)
{
	struct census_cell *cell = census_table_cell(turned, 0, line);
	struct census_column *column = &turned->columns[line];

	column->name = census_table_cell(table, line, 0)->text;
	cell->text = census_table_cell(table, line, 1)->text;
	column->kind = known ? known->kind : guess(cell);
	if (!known || !census_table_is_number(known) ||
	    census_table_parse_number(cell->text, &cell->number))
		return 0;
	warnx("%s: %s is '%.32s', not a number of 64 bits", table->path,
	      column->name, cell->text);
	return -1;
}

static int check_there(const struct census_table *table,
		       const struct census_table *turned,
		       const struct census_column *known, size_t nknown)
{
	size_t i;

	for (i = 0; i < nknown; i++) {
		if (known[i].optional ||
		    census_values_cell(turned, known[i].name))
			continue;
		warnx("%s: the value '%s' is missing", table->path,
		      known[i].name);
		return -1;
	}
	return 0;
}

/**
 * census_values_turn() - make columns of the lines of a table
 * @table: names in its first column, values as words in its second
 * @known: the values this reader knows
 * @nknown: how many
 *
 * Return: a new table of one row, which points into the text of the old one,
 * or NULL after a sentence.
 */
struct census_table *census_values_turn(const struct census_table *table,
					const struct census_column *known,
					size_t nknown)
{
	struct census_table *turned = census_table_new(table->nrows, 1);
	const char *name;
	size_t i;

	if (!turned)
		return NULL;
	for (i = 0; i < table->nrows; i++) {
		name = census_table_cell(table, i, 0)->text;
		if (turn_line(table, i, find(known, nknown, name), turned))
			goto fail;
	}
	if (!check_there(table, turned, known, nknown))
		return turned;
fail:
	census_table_free(turned);
	return NULL;
}

/**
 * census_values_cell() - find a value by its name
 * @row: the table of one row
 * @name: the value's name
 *
 * Return: its cell, or NULL if it is not there.
 */
const struct census_cell *census_values_cell(const struct census_table *row,
					     const char *name)
{
	const struct census_column *column;

	column = find(row->columns, row->ncolumns, name);
	return column ? census_table_cell(row, 0, column - row->columns) : NULL;
}

/**
 * census_values_number() - a value as a number
 * @row: the table of one row
 * @name: the value's name
 *
 * Return: the number, 0 if it is not there.
 */
uint64_t census_values_number(const struct census_table *row, const char *name)
{
	const struct census_cell *cell = census_values_cell(row, name);

	return cell ? cell->number : 0;
}
