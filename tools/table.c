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

/* A file while it is being taken apart. */
struct parser {
	const char *path;
	char *next;		/* the rest of the text */
	size_t line;		/* number of the current line, from 1 */
	char *words[CENSUS_MAX_COLUMNS];
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
 * census_table_free() - free a table, its lists, and the text it points into
 * @table: may be NULL
 */
void census_table_free(struct census_table *table)
{
	size_t i;

	if (!table)
		return;
	for (i = 0; table->cells && i < table->nrows * table->ncolumns; i++)
		census_table_free(table->cells[i].list);
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
 * census_table_get() - the cell of a row by the name of its column
 * @table: the table
 * @row: below nrows
 * @column: its name
 *
 * Return: the cell, owned by the table, or NULL.
 */
const struct census_cell *census_table_get(const struct census_table *table,
					   size_t row, const char *column)
{
	size_t i;

	for (i = 0; i < table->ncolumns; i++)
		if (!strcmp(table->columns[i].name, column))
			return census_table_cell(table, row, i);
	return NULL;
}

/**
 * census_table_find() - look a cell up by name
 * @table: the table
 * @key: the text of the first column
 * @column: the name of the column
 *
 * Return: the cell, or NULL if there is no such row or column.
 */
const struct census_cell *census_table_find(const struct census_table *table,
					    const char *key,
					    const char *column)
{
	size_t row;

	for (row = 0; row < table->nrows; row++)
		if (!strcmp(census_table_cell(table, row, 0)->text, key))
			return census_table_get(table, row, column);
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
	return column->kind >= CENSUS_GAUGE;
}

/* Returns false at the end; nwords is CENSUS_MAX_COLUMNS + 1 if too many. */
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
		if (p->nwords == CENSUS_MAX_COLUMNS) {
			p->nwords++;
			break;
		}
		p->words[p->nwords++] = word;
	}
	return true;
}

/* Adds a known column and where it is in a line. */
static void add_column(struct census_table *table,
		       const struct census_column *column, size_t *places,
		       size_t place)
{
	places[table->ncolumns] = place;
	table->columns[table->ncolumns++] = *column;
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
static int find_columns(const struct parser *p, const struct census_view *view,
			struct census_table *table, size_t *places)
{
	struct census_column adopted = { 0 };
	size_t i, place;

	for (i = 0; i < view->ncolumns; i++) {
		place = find_word(p, view->columns[i].name);
		if (place < p->nwords) {
			add_column(table, &view->columns[i], places, place);
		} else if (!view->columns[i].optional) {
			warnx("%s: the column '%s' is missing", p->path,
			      view->columns[i].name);
			return -1;
		}
	}
	for (i = 0; view->adopts && i < p->nwords; i++)
		if (view->adopts(p->words[i], &adopted))
			add_column(table, &adopted, places, i);
	return 0;
}

static int read_header(struct parser *p)
{
	if (!next_line(p)) {
		warnx("%s: the file is empty", p->path);
		return -1;
	}
	if (p->nwords > CENSUS_MAX_COLUMNS) {
		warnx("%s: line 1 is too long: it names more than %d columns",
		      p->path, CENSUS_MAX_COLUMNS);
		return -1;
	}
	p->nheader = p->nwords;
	return 0;
}

/* What a column demands of a word, or NULL if the word does. */
static const char *missed(const struct census_column *column, const char *word,
			  struct census_cell *cell)
{
	if (column->kind == CENSUS_MAYBE || column->kind == CENSUS_FLAG)
		cell->absent = !strcmp(word, "-");
	if (cell->absent)
		return NULL;
	if (column->kind == CENSUS_FLAG)
		return strcmp(word, "yes") && strcmp(word, "no") ?
		       "yes or no" : NULL;
	if (!census_table_is_number(column) ||
	    census_table_parse_number(word, &cell->number))
		return NULL;
	return "a number of 64 bits";
}

static int read_cell(const struct parser *p, const struct census_column *column,
		     const char *word, struct census_cell *cell)
{
	const char *wanted;

	cell->text = word;
	if (strlen(word) > CENSUS_MAX_WORD) {
		warnx("%s: line %zu: %s is longer than %d characters",
		      p->path, p->line, column->name, CENSUS_MAX_WORD);
		return -1;
	}
	wanted = missed(column, word, cell);
	if (!wanted)
		return 0;
	warnx("%s: line %zu: %s is '%.32s', not %s", p->path, p->line,
	      column->name, word, wanted);
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

/* The number of rows is set when they are there. */
static int make_room(struct census_table *table, size_t nrows)
{
	free(table->cells);
	table->cells = calloc(nrows * table->ncolumns + 1,
			      sizeof(*table->cells));
	if (table->cells)
		return 0;
	warnx("out of memory");
	return -1;
}

static int parse(struct census_table *table, const struct census_view *view)
{
	struct parser p = { .path = table->path, .next = table->text };
	size_t places[CENSUS_MAX_COLUMNS] = { 0 };
	size_t row = 0;

	if (read_header(&p) || find_columns(&p, view, table, places) ||
	    make_room(table, count_lines(p.next)))
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
	table = census_table_new(CENSUS_MAX_COLUMNS, 0);
	if (!table) {
		free(path);
		free(text);
		return NULL;
	}
	table->ncolumns = 0;
	table->path = path;
	table->text = text;
	if (!parse(table, view))
		return view->turn ? view->turn(table) : table;
	census_table_free(table);
	return NULL;
}
