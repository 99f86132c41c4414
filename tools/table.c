// SPDX-License-Identifier: GPL-2.0
/*
 * A file of the module is a header line and rows of words. Columns are found
 * by their name, so a newer module may add some and the order does not matter.
 * What does not look like such a file is refused as a whole: a table that is
 * half right would be believed.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "table.h"
#include "view.h"

#define MAX_WORDS 256	/* in a line; a longer one is not ours */

/* A file while it is being taken apart. */
struct parser {
	const char *path;
	char *next;		/* the rest of the text */
	size_t line;		/* number of the current line, from 1 */
	char *words[MAX_WORDS];
	size_t nwords;		/* in the current line */
	size_t nheader;		/* in the header */
};

/**
 * census_table_new() - make a table without text
 * @ncolumns: columns to make room for
 * @nrows: rows to make room for
 *
 * Return: the table, all zero, or NULL after a sentence about memory.
 */
struct census_table *census_table_new(size_t ncolumns, size_t nrows)
{
	struct census_table *table = calloc(1, sizeof(*table));

	if (!table)
		goto no_memory;
	table->columns = calloc(ncolumns + 1, sizeof(*table->columns));
	table->cells = calloc(nrows * ncolumns + 1, sizeof(*table->cells));
	if (!table->columns || !table->cells)
		goto no_memory;
	table->ncolumns = ncolumns;
	table->nrows = nrows;
	return table;

no_memory:
	warnx("out of memory");
	census_table_free(table);
	return NULL;
}

/**
 * census_table_free() - free a table and the text it points into
 * @table: may be NULL
 */
void census_table_free(struct census_table *table)
{
	if (!table)
		return;
	free(table->path);
	free(table->text);
	free(table->columns);
	free(table->cells);
	free(table);
}

/**
 * census_table_cell() - the cell at a place
 * @table: the table
 * @row: below nrows
 * @column: below ncolumns
 *
 * Return: the cell, owned by the table.
 */
struct census_cell *census_table_cell(const struct census_table *table,
				      size_t row, size_t column)
{
	return &table->cells[row * table->ncolumns + column];
}

/**
 * census_table_find() - look a cell up by name
 * @table: the table
 * @key: what the first column holds in the wanted row
 * @column: the wanted column's name
 *
 * Return: the cell, or NULL if the table has no such row or column.
 */
const struct census_cell *census_table_find(const struct census_table *table,
					    const char *key,
					    const char *column)
{
	size_t row, col;

	for (col = 0; col < table->ncolumns; col++)
		if (!strcmp(table->columns[col].name, column))
			break;
	if (col == table->ncolumns)
		return NULL;

	for (row = 0; row < table->nrows; row++)
		if (!strcmp(census_table_cell(table, row, 0)->text, key))
			return census_table_cell(table, row, col);
	return NULL;
}

/**
 * census_table_parse_number() - read a number of 64 bits
 * @word: decimal digits and nothing else
 * @number: set on success
 *
 * Return: whether @word is such a number.
 */
bool census_table_parse_number(const char *word, uint64_t *number)
{
	char *end;

	/* strtoull() would take a sign and leading blanks */
	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	*number = strtoull(word, &end, 10);
	return !errno && !*end;
}

/**
 * census_table_is_number() - tell numbers from words
 * @column: the column
 *
 * Return: whether its cells are numbers.
 */
bool census_table_is_number(const struct census_column *column)
{
	return column->kind == CENSUS_GAUGE || column->kind == CENSUS_COUNTER;
}

/* Returns false at the end, and leaves nwords at MAX_WORDS + 1 if too many. */
static bool next_line(struct parser *p)
{
	char *line = p->next, *save, *word;

	if (!*line)
		return false;
	p->next += strcspn(line, "\n");
	if (*p->next)
		*p->next++ = '\0';
	p->line++;

	p->nwords = 0;
	for (word = strtok_r(line, " \t", &save); word;
	     word = strtok_r(NULL, " \t", &save)) {
		if (p->nwords == MAX_WORDS) {
			p->nwords++;
			break;
		}
		p->words[p->nwords++] = word;
	}
	return true;
}

static size_t find_word(const struct parser *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->nwords; i++)
		if (!strcmp(p->words[i], name))
			break;
	return i;
}

/* Fills table->columns, and places[] with where each is in a line. */
static int read_header(struct parser *p, const struct census_view *view,
		       struct census_table *table, size_t *places)
{
	const struct census_column *column;
	size_t i, place;

	if (!next_line(p)) {
		warnx("%s: the file is empty", p->path);
		return -1;
	}
	if (p->nwords > MAX_WORDS) {
		warnx("%s: line 1 is too long: it names more than %d columns",
		      p->path, MAX_WORDS);
		return -1;
	}
	p->nheader = p->nwords;

	table->ncolumns = 0;
	for (i = 0; i < view->ncolumns; i++) {
		column = &view->columns[i];
		place = find_word(p, column->name);
		if (place < p->nwords) {
			places[table->ncolumns] = place;
			table->columns[table->ncolumns++] = *column;
		} else if (!column->optional) {
			warnx("%s: the column '%s' is missing", p->path,
			      column->name);
			return -1;
		}
	}
	return 0;
}

static int read_cell(const struct parser *p, const struct census_column *column,
		     const char *word, struct census_cell *cell)
{
	cell->text = word;
	if (strlen(word) > CENSUS_MAX_WORD) {
		warnx("%s: line %zu: %s is longer than %d characters",
		      p->path, p->line, column->name, CENSUS_MAX_WORD);
		return -1;
	}
	if (!census_table_is_number(column))
		return 0;
	if (census_table_parse_number(word, &cell->number))
		return 0;
	warnx("%s: line %zu: %s is '%.32s', not a number of 64 bits",
	      p->path, p->line, column->name, word);
	return -1;
}

static int read_row(const struct parser *p, struct census_table *table,
		    const size_t *places, size_t row)
{
	size_t i;

	if (p->nwords != p->nheader) {
		warnx("%s: line %zu is too %s: the header names %zu columns",
		      p->path, p->line,
		      p->nwords < p->nheader ? "short" : "long", p->nheader);
		return -1;
	}
	for (i = 0; i < table->ncolumns; i++)
		if (read_cell(p, &table->columns[i], p->words[places[i]],
			      census_table_cell(table, row, i)))
			return -1;
	return 0;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

static int parse(struct census_table *table, const struct census_view *view)
{
	struct parser p = { .path = table->path, .next = table->text };
	size_t places[MAX_WORDS] = { 0 };
	size_t row = 0;

	if (read_header(&p, view, table, places))
		return -1;
	while (next_line(&p))
		if (read_row(&p, table, places, row++))
			return -1;
	table->nrows = row;
	return view->check ? view->check(table) : 0;
}

/**
 * census_table_read() - read the file of a view
 * @dir: where the module's files are
 * @view: says which file, which columns and what else must hold
 *
 * Return: the table, or NULL after one sentence that says what is wrong.
 */
struct census_table *census_table_read(const char *dir,
				       const struct census_view *view)
{
	struct census_table *table;
	char *path, *text;

	text = census_file_read(dir, view->name, &path);
	if (!text)
		return NULL;
	table = census_table_new(view->ncolumns, count_lines(text));
	if (!table) {
		free(path);
		free(text);
		return NULL;
	}
	table->path = path;
	table->text = text;
	if (!parse(table, view))
		return table;
	census_table_free(table);
	return NULL;
}
