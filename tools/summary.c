// SPDX-License-Identifier: GPL-2.0
/*
 * What belongs to no state: one name and one value a line. JSON turns the
 * lines into the keys of one object, so that numbers stay numbers.
 */
#include <string.h>

#include "view.h"

static const struct census_column columns[] = {
	{ "name",	CENSUS_TEXT,	false },
	{ "value",	CENSUS_TEXT,	false },
};

/* Words, whatever they look like; any other value is what it looks like. */
static const struct census_column words[] = {
	{ "version",	CENSUS_TEXT,	true },
	{ "inexact",	CENSUS_STATE,	true },
};

static enum census_kind kind_of(const char *name, struct census_cell *cell)
{
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(words); i++)
		if (!strcmp(words[i].name, name))
			return words[i].kind;
	if (census_table_parse_number(cell->text, &cell->number))
		return CENSUS_GAUGE;
	return CENSUS_TEXT;
}

/* The new table's cells point into the old one's text. */
static struct census_table *to_json(const struct census_table *table,
				    const struct census_style *style)
{
	struct census_table *turned = census_table_new(table->nrows, 1);
	struct census_cell *cell;
	const char *name;
	size_t i;

	(void)style;
	if (!turned)
		return NULL;
	for (i = 0; i < table->nrows; i++) {
		name = census_table_cell(table, i, 0)->text;
		cell = census_table_cell(turned, 0, i);
		cell->text = census_table_cell(table, i, 1)->text;
		turned->columns[i].name = name;
		turned->columns[i].kind = kind_of(name, cell);
	}
	return turned;
}

const struct census_view census_summary_view = {
	.name = "summary",
	.help = "the state of the census itself: hooks, exactness, totals",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "the summary is empty",
	.to_json = to_json,
};
