// SPDX-License-Identifier: GPL-2.0
/*
 * A cell as it is shown: what its column's kind makes of it.
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cell.h"
#include "duration.h"
#include "print.h"

#define MAX_TEXT (CENSUS_MAX_WORD + 1)

/**
 * census_cell_is_rate() - whether a column is shown per second
 * @column: the column
 * @style: how to print
 *
 * Return: whether it is.
 */
bool census_cell_is_rate(const struct census_column *column,
			 const struct census_style *style)
{
	return style->elapsed_s > 0 && column->kind == CENSUS_COUNTER;
}

static const char *lower(const char *word, char *text)
{
	size_t i;

	for (i = 0; word[i] && i < MAX_TEXT - 1; i++)
		text[i] = tolower((unsigned char)word[i]);
	text[i] = '\0';
	return text;
}

static const char *duration(const struct census_cell *cell, double unit_us,
			    char *text)
{
	size_t used = cell->at_least ? snprintf(text, MAX_TEXT, ">=") : 0;

	census_duration_format(text + used, MAX_TEXT - used,
			       (double)cell->number * unit_us);
	return text;
}

static const char *number(const struct census_cell *cell, char *text)
{
	snprintf(text, MAX_TEXT, "%" PRIu64, cell->number);
	return text;
}

static const char *json_text(const struct census_cell *cell,
			     enum census_kind kind, char *text)
{
	if (kind == CENSUS_STATE)
		return lower(cell->text, text);
	if (kind == CENSUS_FLAG)
		return strcmp(cell->text, "yes") ? "false" : "true";
	return kind < CENSUS_GAUGE ? cell->text : number(cell, text);
}

/**
 * census_cell_text() - what to print for a cell
 * @cell: the cell, not a list
 * @column: its column
 * @style: how to print
 * @text: room for CENSUS_MAX_WORD characters and a NUL
 *
 * Return: what to print, in @text or not; NULL for JSON's null.
 */
const char *census_cell_text(const struct census_cell *cell,
			     const struct census_column *column,
			     const struct census_style *style, char *text)
{
	if (cell->absent)
		return style->json ? NULL : "-";
	if (census_cell_is_rate(column, style)) {
		snprintf(text, MAX_TEXT, "%.1f",
			 (double)cell->growth / style->elapsed_s);
		return text;
	}
	if (style->json)
		return json_text(cell, column->kind, text);
	if (column->kind < CENSUS_GAUGE)
		return cell->text;
	if (column->kind == CENSUS_US)
		return duration(cell, 1, text);
	if (column->kind == CENSUS_MS)
		return duration(cell, 1000, text);
	if (column->kind == CENSUS_LIMIT && !cell->number)
		return "none";
	return number(cell, text);
}
