// SPDX-License-Identifier: GPL-2.0
/*
 * How long connections stayed in each state. The file has a count for each
 * bucket of a histogram, with the bucket's upper bound in the column's name.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "dwell.h"
#include "print.h"
#include "state.h"
#include "view.h"

static const struct census_column columns[] = {
	{ "state",	CENSUS_STATE,	false },
	{ "count",	CENSUS_COUNTER,	false },
	{ "sum_us",	CENSUS_COUNTER,	false },
	{ "max_us",	CENSUS_GAUGE,	false },
	{ "inf",	CENSUS_COUNTER,	false },
};

/* Where they are in a table, as none is optional. */
enum { STATE, COUNT, SUM, MAX, INF, FIRST_BUCKET = INF };

/* What is shown; JSON alone has what follows MAX_SHOWN. */
enum {
	STATE_SHOWN, COUNT_SHOWN, AVERAGE_SHOWN, MEDIAN_SHOWN, P99_SHOWN,
	MAX_SHOWN, SUM_SHOWN, HISTOGRAM_SHOWN,
};

static const struct census_column text_columns[] = {
	{ "state",	CENSUS_STATE,	false },
	{ "count",	CENSUS_GAUGE,	false },
	{ "average",	CENSUS_US,	false },
	{ "~median",	CENSUS_US,	false },
	{ "~p99",	CENSUS_US,	false },
	{ "max",	CENSUS_US,	false },
};

static const struct census_column json_columns[] = {
	{ "state",			CENSUS_STATE,	false },
	{ "count",			CENSUS_GAUGE,	false },
	{ "average_us",			CENSUS_US,	false },
	{ "median_us_approx",		CENSUS_US,	false },
	{ "p99_us_approx",		CENSUS_US,	false },
	{ "max_us",			CENSUS_US,	false },
	{ "sum_us",			CENSUS_US,	false },
	{ "histogram_not_cumulative",	CENSUS_LIST,	false },
};

static const struct census_column bucket_columns[] = {
	{ "le_us",	CENSUS_US,	false },
	{ "count",	CENSUS_GAUGE,	false },
};

/* Understands "le_16us" and "inf". */
static bool parse_bound(const char *name, uint64_t *le_us)
{
	char *end;

	*le_us = CENSUS_UNBOUNDED;
	if (!strcmp(name, columns[INF].name))
		return true;
	if (strncmp(name, "le_", 3) || !isdigit((unsigned char)name[3]))
		return false;
	errno = 0;
	*le_us = strtoull(name + 3, &end, 10);
	return !errno && !strcmp(end, "us");
}

static bool adopts(const char *word, struct census_column *column)
{
	uint64_t le_us;

	if (!parse_bound(word, &le_us) || le_us == CENSUS_UNBOUNDED)
		return false;
	*column = (struct census_column){ word, CENSUS_COUNTER, true };
	return true;
}

/* With -i we are about what was added in the interval. */
static uint64_t amount(const struct census_cell *cell,
		       const struct census_style *style)
{
	return style->elapsed_s > 0 ? cell->growth : cell->number;
}

static int compare_buckets(const void *left, const void *right)
{
	const struct census_bucket *a = left, *b = right;

	return (a->le_us > b->le_us) - (a->le_us < b->le_us);
}

/* Brings the buckets of a row into the order of their bounds. */
static size_t read_buckets(const struct census_table *table, size_t row,
			   const struct census_style *style,
			   struct census_bucket *buckets)
{
	size_t n = 0, i;

	for (i = FIRST_BUCKET; i < table->ncolumns; i++, n++) {
		parse_bound(table->columns[i].name, &buckets[n].le_us);
		buckets[n].count = amount(census_table_cell(table, row, i),
					  style);
	}
	qsort(buckets, n, sizeof(*buckets), compare_buckets);
	return n;
}

/**
 * census_dwell_buckets() - the histogram of a state
 * @table: the file
 * @row: the state's
 * @buckets: room for CENSUS_MAX_COLUMNS of them; filled in order
 *
 * Return: how many there are.
 */
size_t census_dwell_buckets(const struct census_table *table, size_t row,
			    struct census_bucket *buckets)
{
	const struct census_style totals = { 0 };

	return read_buckets(table, row, &totals, buckets);
}

static int check(const struct census_table *table)
{
	struct census_bucket buckets[CENSUS_MAX_COLUMNS];
	size_t n, i;

	if (census_state_check(table))
		return -1;
	n = census_dwell_buckets(table, 0, buckets);
	for (i = 1; i < n; i++) {
		if (buckets[i].le_us != buckets[i - 1].le_us)
			continue;
		warnx("%s: two columns are named le_%" PRIu64 "us", table->path,
		      buckets[i].le_us);
		return -1;
	}
	return 0;
}

static void set(struct census_table *out, size_t row, size_t column,
		uint64_t number, bool known)
{
	struct census_cell *cell = census_table_cell(out, row, column);

	cell->number = number;
	cell->absent = !known;
}

static uint64_t divide(uint64_t sum, uint64_t count)
{
	if (!count)
		return 0;
	return sum / count + (sum % count > (count - 1) / 2);
}

static void set_quantile(struct census_table *out, size_t row, size_t column,
			 const struct census_histogram *histogram,
			 double quantile, bool known)
{
	uint64_t us = 0;

	known = known && census_histogram_quantile(histogram, quantile, &us);
	set(out, row, column, us, known);
}

static int set_list(struct census_table *out, size_t row,
		    const struct census_histogram *histogram)
{
	const struct census_bucket *buckets = histogram->buckets;
	struct census_table *list;
	size_t i;

	list = census_table_new(CENSUS_ARRAY_SIZE(bucket_columns),
				histogram->nbuckets);
	if (!list)
		return -1;
	memcpy(list->columns, bucket_columns, sizeof(bucket_columns));
	for (i = 0; i < list->nrows; i++) {
		set(list, i, 0, buckets[i].le_us,
		    buckets[i].le_us != CENSUS_UNBOUNDED);
		set(list, i, 1, buckets[i].count, true);
	}
	census_table_cell(out, row, HISTOGRAM_SHOWN)->list = list;
	return 0;
}

static int reshape_row(const struct census_table *table, size_t row,
		       const struct census_style *style,
		       struct census_table *out)
{
	const struct census_cell *cells = census_table_cell(table, row, 0);
	uint64_t count = amount(&cells[COUNT], style);
	uint64_t sum = amount(&cells[SUM], style), max = cells[MAX].number;
	struct census_bucket buckets[CENSUS_MAX_COLUMNS];
	struct census_histogram histogram = {
		.buckets = buckets,
		.nbuckets = read_buckets(table, row, style, buckets),
		.average_us = count ? (double)sum / (double)count : 0,
		/* none is longer than all together: says more with -i */
		.max_us = sum < max ? sum : max,
	};

	census_table_cell(out, row, STATE_SHOWN)->text = cells[STATE].text;
	set(out, row, COUNT_SHOWN, count, true);
	set(out, row, AVERAGE_SHOWN, divide(sum, count), count);
	set_quantile(out, row, MEDIAN_SHOWN, &histogram, 0.5, count);
	set_quantile(out, row, P99_SHOWN, &histogram, 0.99, count);
	/* as long as there was any stay since load */
	set(out, row, MAX_SHOWN, max, cells[COUNT].number);
	if (!style->json)
		return 0;
	set(out, row, SUM_SHOWN, sum, true);
	return set_list(out, row, &histogram);
}

static struct census_table *reshape(const struct census_table *table,
				    const struct census_style *style,
				    const struct census_column *shown, size_t n,
				    const char *max_since_load)
{
	struct census_table *out = census_table_new(n, table->nrows);
	size_t row;

	if (!out)
		return NULL;
	memcpy(out->columns, shown, n * sizeof(*shown));
	if (style->elapsed_s > 0)
		out->columns[MAX_SHOWN].name = max_since_load;
	for (row = 0; row < table->nrows; row++) {
		if (!reshape_row(table, row, style, out))
			continue;
		census_table_free(out);
		return NULL;
	}
	return out;
}

static struct census_table *to_text(const struct census_table *table,
				    const struct census_style *style)
{
	return reshape(table, style, text_columns,
		       CENSUS_ARRAY_SIZE(text_columns), "max_since_load");
}

static struct census_table *to_json(const struct census_table *table,
				    const struct census_style *style)
{
	return reshape(table, style, json_columns,
		       CENSUS_ARRAY_SIZE(json_columns), "max_us_since_load");
}

const struct census_view census_dwell_view = {
	.name = "dwell",
	.help = "how long connections stayed in each state",
	.columns = columns,
	.ncolumns = CENSUS_ARRAY_SIZE(columns),
	.adopts = adopts,
	.empty = "no states",
	.check = check,
	.to_text = to_text,
	.to_json = to_json,
};
