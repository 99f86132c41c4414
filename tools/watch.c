// SPDX-License-Identifier: GPL-2.0
/*
 * Reads a view again and again and shows what happened in between. A report
 * is about one interval, the first one too; totals since load are what the
 * same command shows without an interval.
 */
#include <err.h>
#include <errno.h>
#include <string.h>
#include <time.h>

#include "print.h"
#include "table.h"
#include "view.h"
#include "watch.h"

#define HEADING_LINES 20	/* rows under one heading */

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/**
 * census_watch_sleep() - wait
 * @interval_s: seconds
 */
void census_watch_sleep(double interval_s)
{
	struct timespec ts = { .tv_sec = (time_t)interval_s };

	ts.tv_nsec = (long)((interval_s - (double)ts.tv_sec) * 1e9);
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, &ts) == EINTR)
		;
}

static bool has_counters(const struct census_table *table)
{
	size_t i;

	for (i = 0; i < table->ncolumns; i++)
		if (table->columns[i].kind == CENSUS_COUNTER)
			return true;
	return false;
}

/* The same row, if its words are the same. */
static bool is_row(const struct census_table *a, size_t row_a,
		   const struct census_table *b, size_t row_b)
{
	size_t i;

	if (row_a >= a->nrows || row_b >= b->nrows)
		return false;
	for (i = 0; i < a->ncolumns; i++)
		if (!census_table_is_number(&a->columns[i]) &&
		    a->columns[i].kind != CENSUS_NOTE &&
		    strcmp(census_table_cell(a, row_a, i)->text,
			   census_table_cell(b, row_b, i)->text))
			return false;
	return true;
}

/* Returns nrows if @before does not have @row of @now. */
static size_t find_row(const struct census_table *before,
		       const struct census_table *now, size_t row)
{
	size_t i;

	if (is_row(before, row, now, row))
		return row;
	for (i = 0; i < before->nrows; i++)
		if (is_row(before, i, now, row))
			break;
	return i;
}

/* A row that is new began at zero. Returns false if a counter went back. */
static bool grow_row(const struct census_table *before,
		     const struct census_table *now, size_t row)
{
	size_t old_row = find_row(before, now, row), i;
	struct census_cell *cell;
	uint64_t old;

	for (i = 0; i < now->ncolumns; i++) {
		if (now->columns[i].kind != CENSUS_COUNTER)
			continue;
		cell = census_table_cell(now, row, i);
		old = old_row == before->nrows ? 0 :
		      census_table_cell(before, old_row, i)->number;
		if (cell->number < old)
			return false;
		cell->growth = cell->number - old;
	}
	return true;
}

static bool has_columns(const struct census_table *a,
			const struct census_table *b)
{
	size_t i;

	if (a->ncolumns != b->ncolumns)
		return false;
	for (i = 0; i < a->ncolumns; i++)
		if (strcmp(a->columns[i].name, b->columns[i].name))
			return false;
	return true;
}

/**
 * census_watch_grow() - find how much the counters of a table have grown
 * @before: the table before
 * @now: the table; filled in
 *
 * Return: false if one went back: the module was loaded anew.
 */
bool census_watch_grow(const struct census_table *before,
		       const struct census_table *now)
{
	size_t row;

	if (!has_counters(now))
		return true;
	/* a module with other columns was loaded in between */
	if (!has_columns(before, now))
		return false;
	for (row = 0; row < now->nrows; row++)
		if (!grow_row(before, now, row))
			return false;
	return true;
}

/* Prints one report; *lines counts rows since the last heading. */
static int report(const struct census_view *view,
		  const struct census_table *table, bool with_time,
		  struct census_style *style, int *lines)
{
	time_t now = time(NULL);
	struct tm tm = { 0 };
	char text[64];
	int rows;

	localtime_r(&now, &tm);
	strftime(text, sizeof(text),
		 style->json ? "%Y-%m-%dT%H:%M:%S%z" : "%H:%M:%S", &tm);
	style->time = with_time || style->json ? text : NULL;
	style->no_heading = *lines > 0 && *lines < HEADING_LINES;
	rows = census_print_table(view, table, style);
	style->time = NULL;
	if (rows < 0)
		return -1;
	*lines = style->no_heading ? *lines + rows : rows;
	return census_print_flush();
}

/**
 * census_watch_run() - print a report per interval
 * @dir: where the module's files are
 * @view: what to read
 * @watch: how often
 * @style: how to print it
 *
 * Return: 0 after the last report, -1 after a sentence.
 */
int census_watch_run(const char *dir, const struct census_view *view,
		     const struct census_watch *watch,
		     struct census_style style)
{
	struct census_table *before = NULL, *now;
	double before_s = 0, read_s;
	unsigned long done = 0;
	int lines = 0, ret = 0;

	while (!ret && (!watch->count || done < watch->count)) {
		if (before)
			census_watch_sleep(watch->interval_s);
		now = census_table_read(dir, view);
		read_s = now_s();
		if (!now) {
			ret = -1;
		} else if (before && !census_watch_grow(before, now)) {
			warnx("a counter went back, the module was loaded anew: starting over");
		} else if (before) {
			style.elapsed_s = read_s - before_s;
			ret = report(view, now, watch->time, &style, &lines);
			done++;
		}
		census_table_free(before);
		before = now;
		before_s = read_s;
	}
	census_table_free(before);
	return ret;
}
