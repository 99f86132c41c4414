// SPDX-License-Identifier: GPL-2.0
/*
 * Text and tables as HTML, to standard output.
 */
#include <stdio.h>
#include <string.h>

#include "cell.h"
#include "html.h"
#include "print.h"
#include "view.h"

/**
 * census_html_text() - print text in which nothing is markup
 * @text: the text
 */
void census_html_text(const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		case '&':
			fputs("&amp;", stdout);
			break;
		case '"':
			fputs("&quot;", stdout);
			break;
		default:
			putchar(*text);
		}
}

/* Numbers to the right; what is overdue is marked. */
static void print_cell(const struct census_cell *cell,
		       const struct census_column *column,
		       const struct census_style *style)
{
	bool overdue = !strcmp(column->name, "overdue") && cell->number;
	char room[CENSUS_MAX_WORD + 1];

	printf("<td%s%s>", census_table_is_number(column) ? " class=number" : "",
	       overdue ? " data-overdue" : "");
	census_html_text(census_cell_text(cell, column, style, room));
	fputs("</td>", stdout);
}

static void print_rows(const struct census_table *table,
		       const struct census_style *style)
{
	size_t row, i;

	for (row = 0; row < table->nrows; row++) {
		fputs("<tr>", stdout);
		for (i = 0; i < table->ncolumns; i++)
			print_cell(census_table_cell(table, row, i),
				   &table->columns[i], style);
		fputs("</tr>\n", stdout);
	}
}

/**
 * census_html_table() - print a table
 * @view: what it shows
 * @table: the table
 * @style: how to print it
 *
 * Return: 0, or -1 after a sentence.
 */
int census_html_table(const struct census_view *view,
		      const struct census_table *table,
		      const struct census_style *style)
{
	struct census_table *reshaped = NULL;
	size_t i;

	if (view->to_text) {
		reshaped = view->to_text(table, style);
		if (!reshaped)
			return -1;
		table = reshaped;
	}
	fputs("<div class=scroll><table><thead><tr>", stdout);
	for (i = 0; i < table->ncolumns; i++) {
		printf("<th%s>", census_table_is_number(&table->columns[i]) ?
				 " class=number" : "");
		census_html_text(table->columns[i].name);
		fputs("</th>", stdout);
	}
	puts("</tr></thead><tbody>");
	print_rows(table, style);
	puts("</tbody></table></div>");
	census_table_free(reshaped);
	return 0;
}
