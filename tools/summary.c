// SPDX-License-Identifier: GPL-2.0
/*
 * What belongs to no state: one name and one value a line. JSON turns the
 * lines into the keys of one object, so that numbers stay numbers.
 */
#include <err.h>

#include "values.h"
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

/* What is worth a warning must be a number to be compared. */
static int check(const struct census_table *table)
{
	static const char *const numbers[] = { "hooks_missing", "unexpected" };
	const struct census_cell *cell;
	uint64_t number;
	size_t i;

	for (i = 0; i < CENSUS_ARRAY_SIZE(numbers); i++) {
		cell = census_table_find(table, numbers[i], "value");
		if (!cell || census_table_parse_number(cell->text, &number))
			continue;
		warnx("%s: %s is '%.32s', not a number of 64 bits",
		      table->path, numbers[i], cell->text);
		return -1;
	}
	return 0;
}

static struct census_table *to_json(const struct census_table *table,
				    const struct census_style *style)
{
	(void)style;
	return census_values_turn(table, words, CENSUS_ARRAY_SIZE(words));
}

const struct census_view census_summary_view = {
	.name = "summary",
	.help = "the state of the census itself: hooks, exactness, totals",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "the summary is empty",
	.check = check,
	.to_json = to_json,
};
