// SPDX-License-Identifier: GPL-2.0
/*
 * Turns a table into columns or JSON. libsmartcols does both.
 */
#include <err.h>
#include <errno.h>
#include <libsmartcols.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cell.h"
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

/*
 * Returns the least width of a column's cells; negative is flush left. The
 * width hints of libsmartcols do nothing for cells narrower than the heading.
 */
static int min_width(const struct census_column *column,
		     const struct census_style *style)
{
	if (style->json || style->elapsed_s <= 0)
		return 0;
	if (column->kind == CENSUS_STATE)
		return -WATCH_STATE_WIDTH;
	return census_table_is_number(column) ? WATCH_NUMBER_WIDTH : 0;
}

static int add_column(struct libscols_table *out, const char *name,
		      enum census_kind kind)
{
	bool is_word = kind <= CENSUS_STATE;
	struct libscols_column *column;

	column = scols_table_new_column(out, name, 0, kind < CENSUS_GAUGE ?
						      0 : SCOLS_FL_RIGHT);
	if (!column)
		return no_memory();
	/* as a number it is printed as it is: lists and booleans, too */
	return scols_column_set_json_type(column, is_word ? SCOLS_JSON_STRING :
							    SCOLS_JSON_NUMBER);
}

static int add_columns(struct libscols_table *out,
		       const struct census_table *table,
		       const struct census_style *style)
{
	const struct census_column *column;
	bool rate;
	char name[CENSUS_MAX_WORD + sizeof("_per_s")];
	size_t i;

	if (style->time && add_column(out, "time", CENSUS_TEXT))
		return -1;
	for (i = 0; i < table->ncolumns; i++) {
		column = &table->columns[i];
		rate = census_cell_is_rate(column, style);
		snprintf(name, sizeof(name), "%s%s", column->name,
			 !rate ? "" : style->json ? "_per_s" : "/s");
		if (add_column(out, name, column->kind))
			return -1;
	}
	return 0;
}

/* Lists within a table are made like the table: see add_list(). */
static int fill(struct libscols_table *out, const struct census_view *view,
		const struct census_table *table,
		const struct census_style *style);

static int print_list(const struct census_table *list, char **json)
{
	static const struct census_view view = { .name = "list" };
	static const struct census_style style = { .json = true };
	struct libscols_table *out = scols_new_table();
	int ret;

	if (!out)
		return no_memory();
	ret = fill(out, &view, list, &style);
	if (!ret && scols_print_table_to_string(out, json))
		ret = no_memory();
	scols_unref_table(out);
	return ret;
}

/* Adds the brackets and what is in them, further to the right. */
static int add_list(struct libscols_line *line, size_t place,
		    const struct census_table *list)
{
	char *json = NULL, *from, *to = NULL;
	size_t size;
	FILE *file;

	if (!list->nrows)
		return scols_line_set_data(line, place, "[]") ? no_memory() : 0;
	if (print_list(list, &json)) {
		free(json);
		return -1;
	}
	file = open_memstream(&to, &size);
	from = strchr(json, '[');
	strrchr(json, ']')[1] = '\0';
	for (; file && *from; from++)
		fprintf(file, "%c%s", *from, *from == '\n' ? "      " : "");
	free(json);
	if (!file || fclose(file) || scols_line_refer_data(line, place, to)) {
		free(to);
		return no_memory();
	}
	return 0;
}

static int add_cell(struct libscols_line *line, size_t place,
		    const struct census_cell *cell,
		    const struct census_column *column,
		    const struct census_style *style)
{
	char room[CENSUS_MAX_WORD + 1], *padded;
	const char *text;

	if (cell->list)
		return add_list(line, place, cell->list);
	text = census_cell_text(cell, column, style, room);
	if (!text)
		return 0;
	if (asprintf(&padded, "%*s", min_width(column, style), text) < 0)
		return no_memory();
	if (!scols_line_refer_data(line, place, padded))
		return 0;
	free(padded);
	return no_memory();
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

/* Returns the table as libsmartcols has it, or NULL after a sentence. */
static struct libscols_table *make(const struct census_view *view,
				   const struct census_table *table,
				   const struct census_style *style)
{
	struct census_table *(*reshape)(const struct census_table *table,
					const struct census_style *style);
	struct census_table *reshaped = NULL;
	struct libscols_table *out;

	reshape = style->json ? view->to_json : view->to_text;
	if (reshape) {
		reshaped = reshape(table, style);
		if (!reshaped)
			return NULL;
		table = reshaped;
	}
	out = scols_new_table();
	if (!out) {
		no_memory();
	} else if (fill(out, view, table, style)) {
		scols_unref_table(out);
		out = NULL;
	}
	census_table_free(reshaped);
	return out;
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
	struct libscols_table *out = make(view, table, style);
	int ret;

	if (!out)
		return -1;
	ret = print(out, view, style);
	scols_unref_table(out);
	return ret;
}

/**
 * census_print_string() - print a table to a string
 * @view: its name and the sentence for no rows
 * @table: what to print
 * @style: how to print it
 * @text: set to lines, which the caller frees
 *
 * Return: 0, or -1 after a sentence.
 */
int census_print_string(const struct census_view *view,
			const struct census_table *table,
			const struct census_style *style, char **text)
{
	struct libscols_table *out = make(view, table, style);
	int ret;

	if (!out)
		return -1;
	if (scols_table_get_nlines(out))
		ret = scols_print_table_to_string(out, text);
	else
		ret = asprintf(text, "%s\n", view->empty) < 0;
	scols_unref_table(out);
	return ret ? no_memory() : 0;
}

/* Prints what is between the braces around a whole table. */
static int print_part(const struct census_part *part,
		      const struct census_style *style)
{
	struct libscols_table *out;
	char *json = NULL;
	int ret = -1;

	if (!part->table)
		return printf("\n   \"%s\": null", part->view->name);
	out = make(part->view, part->table, style);
	if (!out)
		return -1;
	if (scols_print_table_to_string(out, &json))
		no_memory();
	else
		ret = printf("%.*s", (int)(strrchr(json, ']') - json),
			     json + strlen("{"));
	scols_unref_table(out);
	free(json);
	return ret;
}

/**
 * census_print_parts() - print tables as one object of JSON
 * @parts: the tables
 * @nparts: how many
 * @style: how to print them, with JSON
 *
 * Return: 0, or -1 after a sentence. A failed write shows in
 * census_print_flush().
 */
int census_print_parts(const struct census_part *parts, size_t nparts,
		       const struct census_style *style)
{
	size_t i;

	for (i = 0; i < nparts; i++) {
		putchar(i ? ',' : '{');
		if (print_part(&parts[i], style) < 0)
			return -1;
	}
	puts("\n}");
	return 0;
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
