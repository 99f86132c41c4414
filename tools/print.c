// SPDX-License-Identifier: GPL-2.0
/*
 * Turns a table into columns or JSON. libsmartcols does both.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <string.h>

#include "print.h"
#include "view.h"

/*
 * Reports that share one heading must line up although each is a table of its
 * own: cells are at least this wide then.
 */
#define WATCH_NUMBER_WIDTH 7
#define WATCH_STATE_WIDTH 11

/* libsmartcols returns NULL, or minus errno, when memory is short. */
static int no_memory(void)
{
	warnx("out of memory");
	return -1;
}

static bool is_rate(const struct census_column *column,
		    const struct census_style *style)
{
	return style->rates && column->kind == CENSUS_COUNTER;
}

static double width_hint(const struct census_column *column,
			 const struct census_style *style)
{
	if (!style->rates)
		return 0;
	if (census_table_is_number(column))
		return WATCH_NUMBER_WIDTH;
	return column->kind == CENSUS_STATE ? WATCH_STATE_WIDTH : 0;
}

static int add_column(struct libscols_table *out, const char *name, double hint,
		      bool number)
{
	struct libscols_column *column;

	column = scols_table_new_column(out, name, hint,
					number ? SCOLS_FL_RIGHT : 0);
	if (!column)
		return no_memory();
	return scols_column_set_json_type(column, number ? SCOLS_JSON_NUMBER :
							   SCOLS_JSON_STRING);
}

static int add_columns(struct libscols_table *out,
		       const struct census_table *table,
		       const struct census_style *style)
{
	const struct census_column *column;
	char name[CENSUS_MAX_WORD + sizeof("_per_s")];
	size_t i;

	if (style->time && add_column(out, "time", 0, false))
		return -1;
	for (i = 0; i < table->ncolumns; i++) {
		column = &table->columns[i];
		snprintf(name, sizeof(name), "%s%s", column->name,
			 !is_rate(column, style) ? "" :
			 style->json ? "_per_s" : "/s");
		if (add_column(out, name, width_hint(column, style),
			       census_table_is_number(column)))
			return -1;
	}
	return 0;
}

static void lower(char *text)
{
	for (; *text; text++)
		*text = tolower((unsigned char)*text);
}

static int add_cell(struct libscols_line *line, size_t place,
		    const struct census_cell *cell,
		    const struct census_column *column,
		    const struct census_style *style)
{
	char text[CENSUS_MAX_WORD + 1];

	if (is_rate(column, style))
		snprintf(text, sizeof(text), "%.1f", cell->rate);
	else if (census_table_is_number(column))
		snprintf(text, sizeof(text), "%" PRIu64, cell->number);
	else
		snprintf(text, sizeof(text), "%s", cell->text);
	if (style->json && column->kind == CENSUS_STATE)
		lower(text);
	return scols_line_set_data(line, place, text) ? no_memory() : 0;
}

static int add_row(struct libscols_table *out, const struct census_table *table,
		   size_t row, const struct census_style *style)
{
	struct libscols_line *line = scols_table_new_line(out, NULL);
	size_t place = 0, i;

	if (!line)
		return no_memory();
	if (style->time && scols_line_set_data(line, place++, style->time))
		return no_memory();
	for (i = 0; i < table->ncolumns; i++)
		if (add_cell(line, place++, census_table_cell(table, row, i),
			     &table->columns[i], style))
			return -1;
	return 0;
}

static bool is_hidden(const struct census_view *view,
		      const struct census_table *table, size_t row,
		      const struct census_style *style)
{
	size_t i;

	if (!view->hides_zeros || style->zeros || style->json)
		return false;
	for (i = 0; i < table->ncolumns; i++)
		if (census_table_cell(table, row, i)->number)
			return false;
	return true;
}

static int fill(struct libscols_table *out, const struct census_view *view,
		const struct census_table *table,
		const struct census_style *style)
{
	size_t row;

	if (scols_table_set_name(out, view->name) ||
	    scols_table_enable_json(out, style->json) ||
	    scols_table_enable_noheadings(out, style->no_heading))
		return no_memory();
	if (add_columns(out, table, style))
		return -1;
	for (row = 0; row < table->nrows; row++)
		if (!is_hidden(view, table, row, style) &&
		    add_row(out, table, row, style))
			return -1;
	return 0;
}

/* Returns the number of rows printed, or -1 after a sentence. */
static int print(struct libscols_table *out, const struct census_view *view,
		 const struct census_style *style)
{
	int rows = scols_table_get_nlines(out);

	if (!rows && !style->json)
		puts(view->empty);
	else if (scols_print_table(out))
		return no_memory();
	return rows;
}

/**
 * census_print_table() - print a table to standard output
 * @view: its name and the sentence for no rows
 * @table: what to print
 * @style: how to print it
 *
 * Return: the number of rows printed, or -1 after a sentence. A failed write
 * shows in census_print_flush().
 */
int census_print_table(const struct census_view *view,
		       const struct census_table *table,
		       const struct census_style *style)
{
	struct census_table *turned = NULL;
	struct libscols_table *out;
	int ret = -1;

	if (style->json && view->to_json) {
		turned = view->to_json(table);
		if (!turned)
			return -1;
		table = turned;
	}
	out = scols_new_table();
	if (!out)
		no_memory();
	else if (!fill(out, view, table, style))
		ret = print(out, view, style);
	scols_unref_table(out);
	census_table_free(turned);
	return ret;
}

/**
 * census_print_flush() - hand what was printed to the kernel
 *
 * Return: 0, or -1 after a sentence if any of it could not be written.
 */
int census_print_flush(void)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	warnx("cannot write the output: %s", strerror(errno ? errno : EIO));
	return -1;
}
