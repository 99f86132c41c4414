// SPDX-License-Identifier: GPL-2.0
/*
 * The orphans that the reaper ended last, or would have: a list of all network
 * namespaces, the newest first.
 */
#include <string.h>

#include "print.h"
#include "reaped.h"
#include "view.h"

#define ROWS_OF_TEXT 20	/* unless asked for more; JSON has all */

static const struct census_column columns[] = {
	{ "ago_ms",		CENSUS_MS,	false },
	{ "action",		CENSUS_TEXT,	false },
	{ "kind",		CENSUS_TEXT,	false },
	{ "age_ms",		CENSUS_MS,	false },
	{ "stalled_ms",		CENSUS_MS,	false },
	{ "unacked_bytes",	CENSUS_GAUGE,	false },
	{ "unsent_bytes",	CENSUS_GAUGE,	false },
	{ "uid",		CENSUS_MAYBE,	false },
	{ "local",		CENSUS_TEXT,	false },
	{ "remote",		CENSUS_TEXT,	false },
	{ "netns",		CENSUS_GAUGE,	false },
	{ "snd_wnd_bytes",	CENSUS_MAYBE,	true },
	{ "retransmits",	CENSUS_MAYBE,	true },
};

/* Where they are in a table; none is optional. Text ends before or after NETNS. */
enum { AGO, ACTION, KIND, AGE, STALLED, NETNS = 10 };

static bool is_wanted(const struct census_table *table, size_t row,
		      const struct census_style *style)
{
	return !style->netns ||
	       census_table_cell(table, row, NETNS)->number == style->netns;
}

/**
 * census_reaped_count() - how many there are
 * @table: the list
 * @style: says of which network namespace
 *
 * Return: how many.
 */
size_t census_reaped_count(const struct census_table *table,
			   const struct census_style *style)
{
	size_t row, n = 0;

	for (row = 0; row < table->nrows; row++)
		n += is_wanted(table, row, style);
	return n;
}

/**
 * census_reaped_shown() - how many of them are printed
 * @table: the list
 * @style: says of which network namespace, and how many at most
 *
 * Return: how many.
 */
size_t census_reaped_shown(const struct census_table *table,
			   const struct census_style *style)
{
	size_t n = census_reaped_count(table, style);
	uint64_t most = style->rows;

	if (!most)
		most = style->json ? n : ROWS_OF_TEXT;
	return n < most ? n : most;
}

/* Copies the first @ncolumns of the newest wanted rows. */
static struct census_table *select_rows(const struct census_table *table,
					const struct census_style *style,
					size_t ncolumns)
{
	size_t n = census_reaped_shown(table, style), row, to = 0;
	struct census_table *out = census_table_new(ncolumns, n);

	if (!out)
		return NULL;
	memcpy(out->columns, table->columns, ncolumns * sizeof(*out->columns));
	for (row = 0; to < n; row++)
		if (is_wanted(table, row, style))
			memcpy(census_table_cell(out, to++, 0),
			       census_table_cell(table, row, 0),
			       ncolumns * sizeof(*out->cells));
	return out;
}

static struct census_table *to_text(const struct census_table *table,
				    const struct census_style *style)
{
	struct census_table *out;

	out = select_rows(table, style, style->netns ? NETNS : NETNS + 1);
	if (!out)
		return NULL;
	out->columns[AGO].name = "ago";
	out->columns[AGE].name = "age";
	out->columns[STALLED].name = "stalled";
	return out;
}

static struct census_table *to_json(const struct census_table *table,
				    const struct census_style *style)
{
	return select_rows(table, style, table->ncolumns);
}

const struct census_view census_reaped_view = {
	.name = "reaped",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.empty = "no such orphan",
	.to_text = to_text,
	.to_json = to_json,
	.in_debugfs = true,
};
